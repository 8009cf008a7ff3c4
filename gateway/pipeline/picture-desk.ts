import type { Actor } from '../domain/person.ts'
import type { AuditEntry } from '../ports/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { CleanPicture, SentPictureType } from '../ports/picture-cleaner.ts'
import type { PictureStore } from '../ports/picture-store.ts'
import { type PictureUploads, uploadKeptMs } from '../ports/picture-uploads.ts'

/** Takes pictures that people send, before they belong to a case. */

interface SentPicture {
  bytes: Buffer
  type: SentPictureType
  by: { actor: Actor; address: string }
}

type TakenPicture =
  | { kind: 'kept'; sha256: string }
  | { kind: 'refused'; problem: string }
  /** The person sent more today than one person can have seen. */
  | { kind: 'tooMany' }

export interface PictureDesk {
  take(sent: SentPicture): Promise<TakenPicture>
}

const mostADay = 500

export interface PictureDeskParts {
  clean: CleanPicture
  pictures: Pick<PictureStore, 'put'>
  uploads: PictureUploads
  audit: { write(entry: AuditEntry): Promise<void> }
  clock: Clock
}

export function createPictureDesk(parts: PictureDeskParts): PictureDesk {
  const { clean, pictures, uploads, audit, clock } = parts
  return {
    async take({ bytes, type, by: { actor, address } }) {
      const today = await uploads.countSince(actor.id, clock.now() - uploadKeptMs)
      if (today >= mostADay) return { kind: 'tooMany' }
      const cleaned = await clean(bytes, type)
      if (cleaned.kind === 'refused') return cleaned
      const sha256 = await pictures.put(cleaned.jpeg)
      await uploads.add({ sha256, by: actor.id, at: clock.now() })
      const subject = `picture:${sha256}`
      await audit.write({ actor: actor.id, act: 'sendPicture', subject, address })
      return { kind: 'kept', sha256 }
    },
  }
}
