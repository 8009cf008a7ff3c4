import type { Kysely } from 'kysely'
import type { CaseState } from '../domain/case.ts'
import { isEnded } from '../domain/case-states.ts'
import type { Severity } from '../domain/severity.ts'
import type { CaseStill, EvidenceLog, StillCause } from '../ports/evidence.ts'
import { writeOutbox } from './outbox.ts'
import type { Tables } from './schema.ts'

/** The timelines as cameras follow them, and what they add. */

const consumerName = 'evidence'

export function createEvidenceLog(db: Kysely<Tables>): EvidenceLog {
  async function savePosition(position: number): Promise<void> {
    await db
      .insertInto('consumer')
      .values({ name: consumerName, position })
      .onConflict((c) => c.column('name').doUpdateSet({ position }))
      .execute()
  }

  return {
    savePosition,
    async position() {
      const row = await db
        .selectFrom('consumer')
        .select('position')
        .where('name', '=', consumerName)
        .executeTakeFirst()
      if (row) return row.position
      const last = await db
        .selectFrom('case_history')
        .select((e) => e.fn.max('id').as('id'))
        .executeTakeFirst()
      await savePosition(last?.id ?? 0)
      return last?.id ?? 0
    },
    async after(position, limit) {
      const rows = await db
        .selectFrom('case_history as entry')
        .innerJoin('case', 'case.id', 'entry.case_id')
        .leftJoin('alarm', 'alarm.id', 'entry.alarm')
        .select([
          'entry.id',
          'entry.case_id as caseId',
          'entry.act',
          'entry.at',
          'case.hazard',
          'case.severity',
          'case.state',
          'entry.actor',
          'alarm.device',
        ])
        .select((e) => [
          e.fn.coalesce('alarm.lon', 'case.lon').as('lon'),
          e.fn.coalesce('alarm.lat', 'case.lat').as('lat'),
        ])
        .where('entry.id', '>', position)
        .orderBy('entry.id')
        .limit(limit)
        .execute()
      return rows.map(({ lon, lat, state, severity, actor, ...row }) => ({
        ...row,
        severity: severity as Severity,
        position: [lon, lat],
        isByPerson: actor !== null,
        isOpen: !isEnded(state as CaseState),
      }))
    },
    async countStills(camera, caseId, since) {
      const { count } = await db
        .selectFrom('camera_still')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('case_id', '=', caseId)
        .where('device', '=', camera)
        .where('at', '>=', since)
        .executeTakeFirstOrThrow()
      return count
    },
    add: (still) => db.transaction().execute((trx) => addStill(trx, still)),
    async stillsOf(camera, limit) {
      const rows = await db
        .selectFrom('camera_still')
        .selectAll()
        .where('device', '=', camera)
        .orderBy('at', 'desc')
        .limit(limit)
        .execute()
      return rows.map(({ device, at, sha256, cause, case_id }) => ({
        device,
        at,
        sha256,
        cause: cause as StillCause,
        case: case_id,
      }))
    },
  }
}

async function addStill(trx: Kysely<Tables>, still: CaseStill): Promise<void> {
  const { camera, caseId, at, sha256, cause } = still
  const subject = await trx
    .selectFrom('case')
    .select(['village', 'grid'])
    .where('id', '=', caseId)
    .executeTakeFirstOrThrow()
  const detail = { camera: still.cameraName, bearingDeg: still.bearingDeg }
  const { id } = await trx
    .insertInto('case_history')
    .values({
      case_id: caseId,
      at,
      act: 'cameraPicture',
      actor: null,
      from_state: null,
      to_state: null,
      text: null,
      alarm: null,
      detail: JSON.stringify(detail),
      // The alarm itself rang already.
      quiet: 1,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('case_picture')
    .values({ case_id: caseId, sha256, history_id: id, at, by: null })
    .onConflict((oc) => oc.doNothing())
    .execute()
  await trx
    .insertInto('camera_still')
    .values({ device: camera, at, sha256, cause, case_id: caseId, history_id: id })
    .execute()
  const { village, grid } = subject
  await writeOutbox(trx, {
    at,
    topic: 'case',
    village,
    place: grid ?? village,
    body: { id: caseId },
  })
}
