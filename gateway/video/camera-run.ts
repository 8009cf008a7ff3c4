import type { LiveFormat, LiveTrouble } from '../domain/live-picture.ts'
import type { CameraGuard } from '../network/camera-guard.ts'
import { CameraError, type CameraLink, type CameraStream } from '../ports/cameras.ts'
import { locate } from './camera-source.ts'
import { ffmpegArguments } from './ffmpeg-arguments.ts'
import { createFmp4Framer } from './fmp4.ts'
import type { Part } from './framer.ts'
import type { LiveRun } from './live-stream.ts'
import { createTsFramer } from './mpeg-ts.ts'
import { type RelayProcess, startRelayProcess } from './relay-process.ts'
import type { Admission, RtspDoor } from './rtsp-door.ts'

/** One run of one camera: asks where its stream is, and has an ffmpeg read it through the door. */

export interface CameraRunParts {
  cameras: () => Pick<CameraLink, 'stream'> | undefined
  guard: CameraGuard
  door: RtspDoor
  /** By device: logins that a camera did not accept, which are not tried again. */
  refused: Map<string, string>
  warn: (text: string) => void
  ffmpeg?: string | undefined
}

export interface CameraRunOptions {
  device: string
  format: LiveFormat
  hear: (part: Part) => void
  signal: AbortSignal
  /** The run before it, which must be gone first: cameras allow few at a time. */
  after?: Promise<void> | undefined
}

const askMs = 8_000

type Ended = Awaited<LiveRun['ended']>

const troubles: Partial<Record<CameraError['problem'], LiveTrouble>> = {
  wrongPassword: 'wrongPassword',
  locked: 'wrongPassword',
  unreachable: 'unreachable',
  notAllowed: 'notAllowed',
  unsupported: 'unsupported',
  timeout: 'timeout',
}

function troubleOf(error: unknown): LiveTrouble {
  if (!(error instanceof CameraError)) return 'inside'
  return troubles[error.problem] ?? 'noPicture'
}

function keyOf({ url, login }: CameraStream): string {
  return JSON.stringify([url, login.username, login.password])
}

export function startCameraRun(parts: CameraRunParts, options: CameraRunOptions): LiveRun {
  const { device, format, hear, signal } = options
  let process: RelayProcess | undefined
  let admission: Admission | undefined

  async function begin(): Promise<Ended> {
    await options.after
    const link = parts.cameras()
    if (!link) throw new CameraError('unsupported', 'There is no way to cameras.')
    const stream = await link.stream(device, AbortSignal.any([signal, AbortSignal.timeout(askMs)]))
    const isOther = stream.codec === 'h265' || stream.codec === 'jpeg'
    if (format === 'mp4' && isOther) return 'needsMpeg1'
    if (parts.refused.get(device) === keyOf(stream)) return 'wrongPassword'
    parts.refused.delete(device)
    const source = await locate(stream, parts.guard)
    if (signal.aborted) return 'noPicture'
    admission = parts.door.admit(source)
    process = startRelayProcess({
      ...(parts.ffmpeg === undefined ? {} : { command: parts.ffmpeg }),
      arguments: ffmpegArguments(admission.url, format),
      framer: format === 'mp4' ? createFmp4Framer() : createTsFramer(),
      hear,
    })
    const { why, text } = await process.ended
    const trouble = admission.trouble()
    admission.close()
    if (trouble?.problem === 'wrongPassword') parts.refused.set(device, keyOf(stream))
    if (why === 'notH264') return 'needsMpeg1'
    if (why === 'missing') parts.warn(`ffmpeg cannot be started: ${text}`)
    if (trouble) return troubleOf(trouble)
    if (why === 'missing' || why === 'broken') return 'inside'
    return 'noPicture'
  }

  const ended = begin().catch((error: unknown): Ended => {
    if (!(error instanceof CameraError) && !signal.aborted) {
      parts.warn(`live picture of ${device}: ${String(error)}`)
    }
    return troubleOf(error)
  })

  return {
    ended,
    async stop() {
      await process?.stop()
      admission?.close()
      await ended
    },
  }
}
