import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Case, caseSources, caseStates, tiers } from '../../../gateway/domain/case.ts'
import { isEnded } from '../../../gateway/domain/case-states.ts'
import { severities, severityRank } from '../../../gateway/domain/severity.ts'
import type { CaseFilter } from '../../../gateway/ports/queries.ts'
import { createQueries } from '../../../gateway/storage/queries.ts'
import { caseToRow } from '../../../gateway/storage/rows.ts'
import { caseOf, fill, townCode, useHouseTables, villageA, villageB } from './house-tables.ts'

/** The list as the database gives it, by its many ways, against one that looks at every case. */

const house = useHouseTables()
const now = 1_000_000
const names = { rule: () => undefined, device: () => undefined, town: () => townCode }
const clock = { now: () => now, monotonic: () => 0 }

type Asked = Omit<CaseFilter, 'limit' | 'cursor'>

function isOwn({ holder, claimedBy }: Case, mine: CaseFilter['mine']): boolean {
  if (mine === undefined || claimedBy === mine.id) return true
  switch (holder?.kind) {
    case 'user':
      return holder.id === mine.id || holder.id === mine.username
    case 'team':
      return holder.id === mine.team
    case 'unit':
      return holder.id === mine.unit
    case undefined:
      return false
  }
}

function fits(one: Case, asked: Asked): boolean {
  const { scope, open, overdue, sort, q, mine } = asked
  const place = one.grid ?? one.village
  const isLate = one.overdueSince !== null || (one.dueAt !== null && one.dueAt < now)
  const columns = ['state', 'tier', 'source', 'village', 'hazard', 'severity'] as const
  return (
    place.startsWith(scope) &&
    (!(open || overdue || sort === 'urgency') || !isEnded(one.state)) &&
    (!overdue || isLate) &&
    columns.every((column) => asked[column] === undefined || asked[column] === one[column]) &&
    isOwn(one, mine) &&
    (q === undefined || `${one.title}\n${one.text ?? ''}\n${one.number}`.includes(q))
  )
}

/** `all` in the order of their coming. */
function naive(all: readonly Case[], asked: Asked): string[] {
  const found = all.filter((one) => fits(one, asked)).toReversed()
  const byId = (a: Case, b: Case) => (a.id < b.id ? -1 : 1)
  if (asked.sort === 'urgency') {
    found.sort(
      (a, b) =>
        severityRank(b.severity) - severityRank(a.severity) ||
        a.openedAt - b.openedAt ||
        byId(a, b),
    )
  } else if (asked.q === undefined) {
    found.sort((a, b) => b.openedAt - a.openedAt || byId(b, a))
  }
  return found.map(({ id }) => id)
}

async function walk(asked: Asked, limit: number): Promise<string[]> {
  const queries = createQueries({ db: house.db, clock, names })
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await queries.cases({ ...asked, limit, cursor })
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return ids
}

const places = [
  { village: villageA, grid: `${villageA}001` },
  { village: villageA, grid: null },
  { village: villageB, grid: `${villageB}002` },
]
const hazards = ['forestFire', 'flood']
// A user may be called like a team, and a unit like a user.
const holderIds = ['me', 'wang', '应急队', '应急办', 'other']
const holder = fc.option(
  fc.record({
    kind: fc.constantFrom('user' as const, 'team' as const, 'unit' as const),
    id: fc.constantFrom(...holderIds),
  }),
)

/** What steps change. */
const standing = fc.record({
  state: fc.constantFrom(...caseStates),
  tier: fc.constantFrom(...tiers),
  holder,
  claimedBy: fc.constantFrom(null, null, 'me', 'other'),
  overdueSince: fc.constantFrom(null, 5),
  dueAt: fc.constantFrom(null, now - 1, now + 1),
  severity: fc.constantFrom(...severities),
})

const opened = fc.record({
  place: fc.constantFrom(...places),
  openedAt: fc.integer({ min: 1, max: 9 }),
  hazard: fc.constantFrom(...hazards),
  source: fc.constantFrom(...caseSources),
  title: fc.constantFrom('双桥村烟雾', '石门村积水', '双桥村焚烧秸秆'),
  text: fc.constantFrom(null, '浓烟飘向公路', '焚烧垃圾 100%'),
  before: standing,
  after: fc.option(standing),
})

const option = <T>(...values: T[]) => fc.constantFrom(undefined, undefined, ...values)
const mine = { id: 'me', username: 'wang', team: '应急队', unit: '应急办' }
const asked: fc.Arbitrary<Asked> = fc.record({
  scope: fc.constantFrom(townCode, townCode, villageA, `${villageB}002`, '9901'),
  state: option(...caseStates),
  tier: option(...tiers),
  source: option(...caseSources),
  village: option(villageA, villageB),
  hazard: option(...hazards),
  severity: option(...severities),
  overdue: option(true),
  open: option(true),
  mine: option(mine, { ...mine, team: null, unit: null }, { ...mine, username: 'me' }),
  q: option('焚烧', '双桥', '村', '%', '浓烟飘', '20261121', '鲲鹏'),
  sort: fc.constantFrom('newest' as const, 'urgency' as const),
})

describe('the list of cases', () => {
  it('is what looking at every case gives, with any filters, by pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(opened, { minLength: 1, maxLength: 30 }),
        fc.array(fc.tuple(asked, fc.integer({ min: 1, max: 12 })), { minLength: 8, maxLength: 8 }),
        async (rows, questions) => {
          await house.db.deleteFrom('case').execute()
          const cases = rows.map(({ place, before, openedAt, hazard, source, title, text }, n) =>
            caseOf(`c${(n * 7) % 31}`, {
              ...place,
              ...before,
              openedAt,
              hazard,
              source,
              title,
              text,
            }),
          )
          await fill(house.db, { cases })
          const all = cases.map((one, n) => ({ ...one, ...rows[n]?.after }))
          await house.db.transaction().execute(async (trx) => {
            for (const one of all.filter((_, n) => rows[n]?.after)) {
              const { id, ...columns } = caseToRow(one)
              await trx.updateTable('case').set(columns).where('id', '=', id).execute()
            }
          })
          for (const [question, limit] of questions) {
            expect(await walk(question, limit), JSON.stringify(question)).toEqual(
              naive(all, question),
            )
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
