import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Finding } from './doctor-tls.ts'

const timeoutMs = 10_000

/** Live pictures need ffmpeg; all else works without it, so a town without cameras is well. */
export async function checkFfmpeg(hasCameras: boolean, command = 'ffmpeg'): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)(command, ['-version'], { timeout: timeoutMs })
    const version = /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? 'of an unknown version'
    return { ok: true, text: `ffmpeg ${version} is there for live pictures` }
  } catch {
    const text =
      'ffmpeg is not installed: cameras are heard, but cannot be looked at live; install it: apt install ffmpeg'
    return { ok: !hasCameras, text }
  }
}
