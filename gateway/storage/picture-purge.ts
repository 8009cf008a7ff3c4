import { type Kysely, type SqlBool, sql } from 'kysely'
import type { Clock } from '../ports/clock.ts'
import type { PictureStore } from '../ports/picture-store.ts'
import { uploadKeptMs } from '../ports/picture-uploads.ts'
import type { Purgeable, Removed } from '../ports/retention.ts'
import { casesShowing } from './case-pictures.ts'
import type { Tables } from './schema.ts'

/**
 * Old pictures go, unless they are evidence of something that is not over: an alarm that still
 * holds, or a case that still asks for work, also by what was merged into it. Where one was shown
 * it is said since when it is gone. What was sent and became part of nothing goes after a day.
 */

interface PicturePurgeParts {
  db: Kysely<Tables>
  pictures: PictureStore
  clock: Clock
}

const ended = ['closed', 'void', 'merged']

const isAlarmPicture = (sha256: string) =>
  sql<SqlBool>`json_extract(alarm.cause, '$.picture') = ${sha256}`

async function isEvidence(trx: Kysely<Tables>, sha256: string): Promise<boolean> {
  const alarm = await trx
    .selectFrom('alarm')
    .leftJoin('case', 'case.incident', 'alarm.incident')
    .select('alarm.id')
    .where(isAlarmPicture(sha256))
    .where((eb) => eb.or([eb('alarm.cleared_at', 'is', null), eb('case.state', 'not in', ended)]))
    .limit(1)
    .executeTakeFirst()
  if (alarm !== undefined) return true
  const open = await trx
    .selectFrom('case')
    .select('id')
    .where('id', 'in', casesShowing(sha256))
    .where('state', 'not in', ended)
    .limit(1)
    .executeTakeFirst()
  return open !== undefined
}

/** By an alarm, a case, a check-in, a phone that may still say what it belongs to, or its sender since then. */
async function isShown(db: Kysely<Tables>, sha256: string, since: number): Promise<boolean> {
  const { alarm, added, checkin, waiting, sent } = await db
    .selectNoFrom((eb) => [
      eb.exists(eb.selectFrom('alarm').select('id').where(isAlarmPicture(sha256))).as('alarm'),
      eb
        .exists(eb.selectFrom('case_picture').select('at').where('sha256', '=', sha256))
        .as('added'),
      eb.exists(eb.selectFrom('checkin').select('id').where('picture', '=', sha256)).as('checkin'),
      eb
        .exists(eb.selectFrom('patrol_upload').select('at').where('stored', '=', sha256))
        .as('waiting'),
      eb
        .exists(
          eb
            .selectFrom('picture_upload')
            .select('at')
            .where('sha256', '=', sha256)
            .where('at', '>=', since),
        )
        .as('sent'),
    ])
    .executeTakeFirstOrThrow()
  return [alarm, added, checkin, waiting, sent].some(Boolean)
}

/** The timeline says that there was one. */
async function takeFromCases(trx: Kysely<Tables>, sha256: string, now: number): Promise<void> {
  const rows = await trx
    .deleteFrom('case_picture')
    .where('sha256', '=', sha256)
    .returning(['case_id', 'history_id'])
    .execute()
  const detail = sql<string>`json_set(coalesce(detail, '{}'), '$.picturesRemovedAt', ${now})`
  for (const { case_id, history_id } of rows) {
    const entry = trx.updateTable('case_history').set({ detail }).where('case_id', '=', case_id)
    await (history_id === null
      ? entry.where('act', '=', 'opened')
      : entry.where('id', '=', history_id)
    ).execute()
  }
}

async function takeFromAlarms(trx: Kysely<Tables>, sha256: string, now: number): Promise<void> {
  const cause = sql<string>`json_set(json_remove(cause, '$.picture'), '$.pictureRemovedAt', ${now})`
  await trx.updateTable('alarm').set({ cause }).where(isAlarmPicture(sha256)).execute()
}

/** The hash of the photo stays: it says that there was one. */
async function takeFromCheckins(trx: Kysely<Tables>, sha256: string): Promise<void> {
  await trx.updateTable('checkin').set({ picture: null }).where('picture', '=', sha256).execute()
}

/** The list of what its camera showed; the hash alone shows nothing. */
async function takeFromCameras(db: Kysely<Tables>, sha256: string): Promise<void> {
  await db.deleteFrom('camera_still').where('sha256', '=', sha256).execute()
}

const uploadsAStep = 100

/** Shas of what was sent before then, a few at a time until none is left. */
async function* oldUploads(db: Kysely<Tables>, before: number): AsyncIterable<string> {
  for (;;) {
    const rows = await db
      .selectFrom('picture_upload')
      .select('sha256')
      .distinct()
      .where('at', '<', before)
      .limit(uploadsAStep)
      .execute()
    if (rows.length === 0) return
    for (const { sha256 } of rows) yield sha256
  }
}

export function createPicturePurge({ db, pictures, clock }: PicturePurgeParts): Purgeable {
  /** Before the file goes: nothing may show a picture that is not there. */
  async function release(sha256: string): Promise<boolean> {
    const since = clock.now() - uploadKeptMs
    if (!(await isShown(db, sha256, since))) {
      await takeFromCameras(db, sha256)
      return true
    }
    return await db.transaction().execute(async (trx) => {
      if (await isEvidence(trx, sha256)) return false
      await takeFromAlarms(trx, sha256, clock.now())
      await takeFromCases(trx, sha256, clock.now())
      await takeFromCheckins(trx, sha256)
      await takeFromCameras(trx, sha256)
      return true
    })
  }

  /** Together with what makes it usable: it cannot become part of a case while its file goes. */
  function forget(sha256: string, before: number): Promise<boolean> {
    return db.transaction().execute(async (trx) => {
      await trx
        .deleteFrom('picture_upload')
        .where('sha256', '=', sha256)
        .where('at', '<', before)
        .execute()
      return !(await isShown(trx, sha256, before))
    })
  }

  async function* removeUploads(): AsyncIterable<Removed> {
    const before = clock.now() - uploadKeptMs
    for await (const sha256 of oldUploads(db, before)) {
      const bytes = await pictures.removeIf(sha256, before, () => forget(sha256, before))
      // Its file is younger, or not there: then nobody was asked.
      await forget(sha256, before)
      if (bytes > 0) yield { removed: 1, bytes }
    }
  }

  return {
    kind: 'pictures',
    async *remove(before) {
      yield* removeUploads()
      for await (const old of pictures.older(before)) {
        const bytes = await old.removeIf(() => release(old.sha256))
        if (bytes > 0) yield { removed: 1, bytes }
      }
    },
  }
}
