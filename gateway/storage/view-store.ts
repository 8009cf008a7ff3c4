import type { Kysely } from 'kysely'
import type { ViewFault } from '../domain/view-hash.ts'
import type { Tables } from './schema.ts'

/** What each camera ought to show, and what is wrong with it. */

interface SavedView {
  references: (string | null)[]
  faults: ViewFault[]
}

export function createViewStore({ db, now }: { db: Kysely<Tables>; now: () => number }) {
  return {
    async load(): Promise<Map<string, SavedView>> {
      const rows = await db.selectFrom('camera_view').selectAll().execute()
      return new Map(rows.map((row) => [row.device, JSON.parse(row.body) as SavedView]))
    },
    async save(camera: string, { references, faults }: SavedView): Promise<void> {
      const body = JSON.stringify({ references, faults })
      await db
        .insertInto('camera_view')
        .values({ device: camera, body, at: now() })
        .onConflict((oc) => oc.column('device').doUpdateSet({ body, at: now() }))
        .execute()
    },
  }
}
