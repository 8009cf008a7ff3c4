import { voiceType } from '../domain/voice.ts'
import type { Clock } from '../ports/clock.ts'
import {
  partKeptMs,
  type Upload,
  type UploadParts,
  type UploadStore,
} from '../ports/patrol-uploads.ts'
import type { CleanPicture } from '../ports/picture-cleaner.ts'
import type { PictureStore } from '../ports/picture-store.ts'
import type { VoiceStore } from '../ports/voice-store.ts'
import { createGather } from './gather.ts'

/** Judges an upload that is whole and keeps it: a photo written anew, a voice note as it is. */
export interface UploadKeeper {
  /**
   * Afterwards the upload is kept, or refused, or (its bytes are not what was announced) at its
   * beginning again. `bytes`: of one that came in one piece and lies nowhere else.
   * Rejects with UnavailableError when too many pictures wait.
   */
  keep(upload: Upload, bytes?: Uint8Array): Promise<Outcome>
  /** Lets go of what its phone had time for; what became part of something stays. */
  leave(upload: Upload): Promise<number>
}

export interface UploadKeeperParts {
  store: UploadStore
  parts: UploadParts
  clean: CleanPicture
  sha256: (bytes: Uint8Array) => string
  pictures: Pick<PictureStore, 'put'>
  voices: Pick<VoiceStore, 'put' | 'removeIf'>
  clock: Clock
}

export type Outcome = { kind: 'kept' } | { kind: 'refused'; problem: string } | { kind: 'unlike' }

/** Kept in one commit. */
const keptTogether = 16

type Content =
  | { kind: 'good'; bytes: Uint8Array; type: string }
  | { kind: 'refused'; problem: string }

type Written =
  | { kind: 'written'; stored: string; type: string }
  | { kind: 'refused'; problem: string }

export function createUploadKeeper(options: UploadKeeperParts): UploadKeeper {
  const { store, parts, clean, sha256, pictures, voices, clock } = options
  const gather = createGather(keptTogether)

  async function contentOf({ kind }: Upload, bytes: Buffer): Promise<Content> {
    if (kind === 'voice') {
      const type = voiceType(bytes)
      const problem = 'This is no voice note. Record it again: WebM, Ogg or MP4 with sound alone.'
      return type === undefined ? { kind: 'refused', problem } : { kind: 'good', bytes, type }
    }
    const cleaned = await clean(bytes, 'image/jpeg')
    if (cleaned.kind === 'refused') return cleaned
    return { kind: 'good', bytes: cleaned.jpeg, type: 'image/jpeg' }
  }

  /** Resolves with where it lies, when its file is on the disk. */
  async function write(upload: Upload, bytes: Buffer): Promise<Written> {
    const content = await contentOf(upload, bytes)
    if (content.kind === 'refused') return content
    const files = upload.kind === 'photo' ? pictures : voices
    return { kind: 'written', stored: await files.put(content.bytes), type: content.type }
  }

  async function judge(upload: Upload, bytes: Buffer): Promise<Outcome> {
    if (sha256(bytes) !== upload.sha256) return { kind: 'unlike' }
    const written = await gather.underWay(() => write(upload, bytes))
    if (written.kind === 'refused') {
      await store.refuse(upload, written.problem)
      return written
    }
    await gather.together()
    await store.keep(upload, { stored: written.stored, type: written.type, at: clock.now() })
    return { kind: 'kept' }
  }

  return {
    async leave(upload) {
      const { stored, kind } = upload
      // Also of one that is kept: the gateway may have ended in between.
      const bytes = await parts.remove(upload)
      if (kind === 'photo') {
        await store.leavePhoto(upload)
        return bytes
      }
      await store.remove(upload)
      if (stored === null) return bytes
      return voices.removeIf(stored, clock.now() - partKeptMs, () => store.isUnusedVoice(stored))
    },
    async keep(upload, bytes) {
      const outcome = await judge(
        upload,
        bytes
          ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
          : await parts.read(upload),
      )
      if (bytes === undefined) await parts.remove(upload)
      return outcome
    },
  }
}
