import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Upload, UploadKey, UploadKind, UploadStore } from '../ports/patrol-uploads.ts'
import type { AuditChain } from './audit-chain.ts'
import { createGroupCommit } from './group-commit.ts'
import { writeOutbox } from './outbox.ts'
import type { Tables } from './schema.ts'

/** What phones upload, and what it belongs to: whichever of the two comes first waits for the other. */

type Row = Pick<Upload, keyof UploadKey | 'size' | 'at' | 'stored' | 'refused'> & { kind: string }

const columns = ['sha256', 'by', 'kind', 'size', 'at', 'stored', 'refused'] as const

function toUpload({ kind, ...row }: Row): Upload {
  return { ...row, kind: kind as UploadKind }
}

/** Check-ins whose photo was here before them. */
export async function joinPhotos(trx: Kysely<Tables>, checkins: readonly string[]): Promise<void> {
  if (checkins.length === 0) return
  await trx
    .updateTable('checkin')
    .set((e) => ({
      picture: e
        .selectFrom('patrol_upload')
        .select('stored')
        .whereRef('patrol_upload.sha256', '=', 'checkin.photo')
        .whereRef('patrol_upload.by', '=', 'checkin.patroller')
        .where('patrol_upload.kind', '=', 'photo'),
    }))
    .where('id', 'in', sql<string>`(select value from json_each(${JSON.stringify(checkins)}))`)
    .execute()
}

interface Part {
  caseId: string
  by: string
  sha256: string
  type: string
  at: number
}

async function addToCase(trx: Kysely<Tables>, kind: UploadKind, part: Part): Promise<void> {
  const { caseId: case_id, by, sha256, type, at } = part
  if (kind === 'photo') {
    await trx
      .insertInto('case_picture')
      .values({ case_id, sha256, history_id: null, at, by })
      .onConflict((oc) => oc.doNothing())
      .execute()
  } else {
    await trx
      .insertInto('case_voice')
      .values({ case_id, sha256, type, at, by })
      .onConflict((oc) => oc.doNothing())
      .execute()
  }
  const { village, grid } = await trx
    .selectFrom('case')
    .select(['village', 'grid'])
    .where('id', '=', case_id)
    .executeTakeFirstOrThrow()
  const body = { id: case_id }
  await writeOutbox(trx, { at, topic: 'case', village, place: grid ?? village, body })
}

/** What of a report is here already, for when the report itself comes last. */
export async function joinUploads(
  trx: Kysely<Tables>,
  report: { caseId: string; by: string; photos: readonly string[]; voice: string | null },
  at: number,
): Promise<void> {
  const named = report.voice === null ? report.photos : [...report.photos, report.voice]
  for (const sha256 of new Set(named)) {
    const row = await trx
      .selectFrom('patrol_upload')
      .select(['kind', 'stored', 'type'])
      .where('sha256', '=', sha256)
      .where('by', '=', report.by)
      .executeTakeFirst()
    if (!row?.stored) continue
    const part = { ...report, sha256: row.stored, type: row.type ?? '', at }
    await addToCase(trx, row.kind as UploadKind, part)
  }
}

async function giveToCheckins(trx: Kysely<Tables>, { sha256, by }: UploadKey, picture: string) {
  await trx
    .updateTable('checkin')
    .set({ picture })
    .where('photo', '=', sha256)
    .where('patroller', '=', by)
    .execute()
}

/** Reports of this person that name it. */
async function casesNaming(trx: Kysely<Tables>, { sha256, by, kind }: Upload): Promise<string[]> {
  const named =
    kind === 'photo'
      ? sql<SqlBool>`exists (select 1 from json_each(body, '$.photos') where value = ${sha256})`
      : sql<SqlBool>`json_extract(body, '$.voice') = ${sha256}`
  const rows = await trx
    .selectFrom('patrol_report')
    .select('case_id')
    .distinct()
    .where('by', '=', by)
    .where(named)
    .execute()
  return rows.map(({ case_id }) => case_id)
}

async function put(
  db: Kysely<Tables>,
  { sha256, by, kind, size, at }: Upload,
  set: { stored: string; type: string; at: number } | { refused: string },
): Promise<void> {
  const said = { sha256, by, kind, size, at, stored: null, refused: null, type: null }
  await db
    .insertInto('patrol_upload')
    .values({ ...said, ...set })
    .onConflict((oc) => oc.columns(['sha256', 'by']).doUpdateSet(set))
    .execute()
}

function keyIs({ sha256, by }: UploadKey) {
  return sql<SqlBool>`sha256 = ${sha256} and "by" = ${by}`
}

const isOpen = sql<SqlBool>`stored is null and refused is null`
const sumOfSizes = sql<number>`coalesce(sum(size), 0)`.as('bytes')

export function createUploadStore(db: Kysely<Tables>, chain: AuditChain): UploadStore {
  const rows = () => db.selectFrom('patrol_upload').select(columns)
  const together = createGroupCommit(db)
  return {
    async find(key) {
      const row = await rows().where(keyIs(key)).executeTakeFirst()
      return row && toUpload(row)
    },
    async add({ sha256, by, kind, size, at, stored, refused }) {
      await together((trx) =>
        trx
          .insertInto('patrol_upload')
          .values({ sha256, by, kind, size, at, stored, refused, type: null })
          .onConflict((oc) => oc.doNothing())
          .execute(),
      )
    },
    async countSince(by, since) {
      const { lately } = await db
        .selectFrom('patrol_upload')
        .select((e) => e.fn.countAll<number>().as('lately'))
        .where('by', '=', by)
        .where('at', '>=', since)
        .executeTakeFirstOrThrow()
      return lately
    },
    async openBytes(by) {
      let query = db.selectFrom('patrol_upload').select(sumOfSizes).where(isOpen)
      if (by !== undefined) query = query.where('by', '=', by)
      return (await query.executeTakeFirstOrThrow()).bytes
    },
    async keep(upload, { stored, type, at }) {
      const { by, kind, address } = upload
      await together(async (trx) => {
        await put(trx, upload, { stored, type, at })
        if (kind === 'photo') await giveToCheckins(trx, upload, stored)
        for (const caseId of await casesNaming(trx, upload)) {
          await addToCase(trx, kind, { caseId, by, sha256: stored, type, at })
        }
        const [act, thing] = kind === 'photo' ? ['sendPicture', 'picture'] : ['sendVoice', 'voice']
        await chain.append(trx, { actor: by, act, subject: `${thing}:${stored}`, address })
      })
    },
    async refuse(upload, refused) {
      await put(db, upload, { refused })
    },
    async remove(key) {
      await db.deleteFrom('patrol_upload').where(keyIs(key)).execute()
    },
    async leavePhoto(upload) {
      const { stored, by, at } = upload
      await db.transaction().execute(async (trx) => {
        await trx.deleteFrom('patrol_upload').where(keyIs(upload)).execute()
        if (stored === null) return
        await trx
          .insertInto('picture_upload')
          .values({ sha256: stored, by, at })
          .onConflict((oc) => oc.doNothing())
          .execute()
      })
    },
    async isUnusedVoice(stored) {
      const { inCase, named } = await db
        .selectNoFrom((e) => [
          e
            .exists(e.selectFrom('case_voice').select('at').where('sha256', '=', stored))
            .as('inCase'),
          e
            .exists(e.selectFrom('patrol_upload').select('at').where('stored', '=', stored))
            .as('named'),
        ])
        .executeTakeFirstOrThrow()
      return !inCase && !named
    },
    async open() {
      const found = await rows().where(isOpen).orderBy('at').execute()
      return found.map(toUpload)
    },
    async before(at, limit) {
      const found = await rows().where('at', '<', at).orderBy('at').limit(limit).execute()
      return found.map(toUpload)
    },
  }
}
