import { type Kysely, sql } from 'kysely'
import type { Purgeable, Removed } from '../ports/retention.ts'
import type { Tables } from './schema.ts'

/** What cameras and rounds of looking at them leave behind. */

const stepRows = 500

interface Row {
  id: string
  bytes: number
}

/** Removes step by step until there is nothing left to remove. */
async function* inSteps(
  next: () => Promise<Row[]>,
  remove: (ids: string[]) => Promise<unknown>,
): AsyncIterable<Removed> {
  for (;;) {
    const rows = await next()
    if (rows.length === 0) return
    await remove(rows.map(({ id }) => id))
    yield { removed: rows.length, bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0) }
  }
}

/** Rounds with their looks, like other visits; one whose end was not judged yet stays. */
export function createRoundTrim(db: Kysely<Tables>): Purgeable {
  return {
    kind: 'checkins',
    remove: (before) =>
      inSteps(
        () =>
          db
            .selectFrom('video_round as round')
            .select('round.id')
            .select((e) =>
              sql<number>`length(round.body) + coalesce(${e
                .selectFrom('video_look')
                .select(sql<number>`sum(length(body))`.as('bytes'))
                .whereRef('video_look.round', '=', 'round.id')}, 0)`.as('bytes'),
            )
            .where('round.due_from', '<', before)
            .where('round.due_until', '<', before)
            .where('round.settled_at', 'is not', null)
            .orderBy('round.due_from')
            .limit(stepRows)
            .execute(),
        (ids) => db.deleteFrom('video_round').where('id', 'in', ids).execute(),
      ),
  }
}

/** Topics that nobody mapped and no camera sent again: messages that meant nothing, as in quarantine. */
export function createTopicTrim(db: Kysely<Tables>): Purgeable {
  return {
    kind: 'quarantine',
    remove: (before) =>
      inSteps(
        () =>
          db
            .selectFrom('camera_topic')
            .select('topic as id')
            .select(sql<number>`length(topic) + length(items) + length(devices)`.as('bytes'))
            .where('last_at', '<', before)
            .limit(stepRows)
            .execute(),
        (topics) => db.deleteFrom('camera_topic').where('topic', 'in', topics).execute(),
      ),
  }
}
