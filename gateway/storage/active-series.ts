import type { Kysely } from 'kysely'
import { isObservedProperty } from '../domain/observation.ts'
import { classOf, type PropertyClass } from '../domain/property-class.ts'
import { eachClass } from '../domain/retention.ts'
import type { Tables } from './schema.ts'

/** How many series of each class something came of since then. */
export async function activeSeries(
  db: Kysely<Tables>,
  since: number,
): Promise<Record<PropertyClass, number>> {
  const rows = await db
    .selectFrom('latest_reading')
    .select((e) => ['property', e.fn.countAll<number>().as('count')])
    .where('observed_at', '>=', since)
    .groupBy('property')
    .execute()
  const counts = eachClass(() => 0)
  for (const { property, count } of rows) {
    if (isObservedProperty(property)) counts[classOf(property)] += count
  }
  return counts
}
