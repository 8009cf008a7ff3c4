import { execFile } from 'node:child_process'
import type { CameraGuard } from '../network/camera-guard.ts'
import { CameraError, type CameraLink } from '../ports/cameras.ts'
import { locate } from './camera-source.ts'
import { frameArguments } from './ffmpeg-arguments.ts'
import type { RtspDoor } from './rtsp-door.ts'

/** One picture out of a camera's stream, for cameras that give none by themselves. */

const mostBytes = 8_388_608
const timeoutMs = 12_000

export interface FrameGrabParts {
  link: Pick<CameraLink, 'stream'>
  door: RtspDoor
  guard: CameraGuard
  command?: string
}

export function createFrameGrab({ link, door, guard, command = 'ffmpeg' }: FrameGrabParts) {
  return async (device: string, signal: AbortSignal): Promise<Uint8Array> => {
    const source = await locate(await link.stream(device, signal), guard)
    const admission = door.admit(source)
    const options = {
      encoding: 'buffer' as const,
      maxBuffer: mostBytes,
      timeout: timeoutMs,
      killSignal: 'SIGKILL' as const,
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      signal,
    }
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        execFile(command, frameArguments(admission.url), options, (error, jpeg) => {
          if (!error && jpeg.length > 0) resolve(jpeg)
          else reject(admission.trouble() ?? noFrame(error))
        })
      })
    } finally {
      admission.close()
    }
  }
}

function noFrame(error: Error | null): CameraError {
  const isMissing = error !== null && 'code' in error && error.code === 'ENOENT'
  if (isMissing) return new CameraError('unsupported', 'ffmpeg is not installed on this machine.')
  return new CameraError('timeout', 'The camera’s stream gave no picture in time.')
}
