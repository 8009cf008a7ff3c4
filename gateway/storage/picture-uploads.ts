import type { Kysely } from 'kysely'
import type { PictureUploads } from '../ports/picture-uploads.ts'
import type { Tables } from './schema.ts'

export function createPictureUploads(db: Kysely<Tables>): PictureUploads {
  return {
    async add(upload) {
      await db
        .insertInto('picture_upload')
        .values(upload)
        .onConflict((oc) => oc.columns(['sha256', 'by']).doUpdateSet({ at: upload.at }))
        .execute()
    },
    async isOwn(sha256, by, since) {
      const row = await db
        .selectFrom('picture_upload')
        .select('at')
        .where('sha256', '=', sha256)
        .where('by', '=', by)
        .where('at', '>=', since)
        .executeTakeFirst()
      return row !== undefined
    },
    async countSince(by, since) {
      const { count } = await db
        .selectFrom('picture_upload')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('by', '=', by)
        .where('at', '>=', since)
        .executeTakeFirstOrThrow()
      return count
    },
  }
}
