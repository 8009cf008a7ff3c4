import type { Clip, VideoCodec } from './h264.ts'
import type { ClipEncoder } from './h264-encode.ts'
import type { Picture } from './picture.ts'

/**
 * Keeps the clip of one camera up to date: encoded when first wanted, and again only while
 * somebody watches and the picture shows something else. What is there plays on meanwhile.
 */

export interface ClipSource {
  readonly codec: VideoCodec
  /** The newest clip; encodes one when there is none. Rejects when ffmpeg fails. */
  ready(): Promise<Clip>
  /** The newest clip there is; never waits. Starts an encoding when the content has changed. */
  latest(): Clip | undefined
  /** How often ffmpeg was asked. */
  encodings(): number
}

export interface ClipSourceOptions {
  picture: Picture
  encoder: ClipEncoder
  codec?: VideoCodec
  now?: () => number
  /** Told when a renewal fails; the old clip plays on and the next key frame tries again. */
  onFailure?: (error: unknown) => void
}

export function createClipSource(options: ClipSourceOptions): ClipSource {
  const { picture, encoder, codec = 'h264', now = Date.now, onFailure = () => {} } = options
  let held: { key: string; clip: Clip } | undefined
  let pending: Promise<Clip> | undefined
  let encodings = 0

  function renew(): Promise<Clip> {
    if (pending) return pending
    encodings++
    let key = ''
    // The key is taken when the turn comes: what changed while waiting is in this clip already.
    const draw = () => {
      const nowMs = now()
      key = picture.loopKey(nowMs)
      return picture.loopFrames(nowMs)
    }
    pending = encoder
      .encode(codec, draw)
      .then((clip) => {
        held = { key, clip }
        return clip
      })
      .finally(() => {
        pending = undefined
      })
    return pending
  }

  return {
    codec,
    encodings: () => encodings,
    ready: () => (held ? Promise.resolve(held.clip) : renew()),
    latest() {
      if (!pending && held?.key !== picture.loopKey(now())) renew().catch(onFailure)
      return held?.clip
    },
  }
}
