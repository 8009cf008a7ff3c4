import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Queries } from '../../../gateway/ports/queries.ts'
import { createQueries } from '../../../gateway/storage/queries.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { openDatabase } from '../../support/house-file.ts'
import { seedCase, townCode, villageA, villageB } from '../http/house.ts'

/** Lists must be served by indexes, with a number of statements that rows do not raise. */

let directory: string
let db: Kysely<Tables>
let queries: Queries
let statements: CompiledQuery[] = []
const clock = { now: () => 2_000_000, monotonic: () => 0 }

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-queries-'))
  db = await openDatabase(join(directory, 'lianxun.db'))
  const watched = db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => result,
  })
  const executor = watched.getExecutor()
  const execute = executor.executeQuery.bind(executor)
  executor.executeQuery = (query, ...rest) => {
    statements.push(query)
    return execute(query, ...rest)
  }
  queries = createQueries({
    db: watched,
    clock,
    names: { rule: () => 'rule', device: () => 'device', town: () => townCode },
  })
  for (let index = 0; index < 30; index++) {
    await seedCase(db, {
      id: `c${String(index).padStart(2, '0')}`,
      village: index % 2 ? villageA : villageB,
      state: index % 3 ? 'closed' : 'reported',
      openedAt: 1_000_000 + index,
      dueAt: index % 2 ? 1_500_000 : null,
    })
  }
})

afterAll(async () => {
  await db.destroy()
  await rm(directory, { recursive: true, force: true })
})

async function count(work: () => Promise<unknown>): Promise<number> {
  statements = []
  await work()
  return statements.length
}

const scopes = [
  ['the town', townCode],
  ['a village', villageA],
  ['a grid', `${villageA}001`],
] as const

describe.each(scopes)('for %s', (_name, scope) => {
  const page = { scope, limit: 20 } as const
  const mine = { id: 'u1', username: 'wang', team: '应急队', unit: null }
  const lists: [string, () => Promise<unknown>][] = [
    ['newest cases', () => queries.cases({ ...page, sort: 'newest' })],
    ['open cases', () => queries.cases({ ...page, sort: 'newest', open: true })],
    ['closed cases', () => queries.cases({ ...page, sort: 'newest', state: 'closed' })],
    ['overdue cases', () => queries.cases({ ...page, sort: 'newest', overdue: true })],
    ['a word', () => queries.cases({ ...page, sort: 'newest', q: '双桥' })],
    ['my cases', () => queries.cases({ ...page, sort: 'newest', mine })],
    ['my open cases', () => queries.cases({ ...page, sort: 'newest', open: true, mine })],
    ['the board', () => queries.urgentCases(scope, 20)],
    ['the counts', () => queries.caseCounts(scope)],
    ['alarms', () => queries.alarms(page)],
    ['unseen alarms', () => queries.alarms({ ...page, unacknowledged: true })],
    ['the load', () => queries.alarmLoad(scope, 1)],
    ['incidents', () => queries.incidents(page)],
    ['a picture', () => queries.pictureInScope('a'.repeat(64), scope)],
  ]

  it.each(lists)('%s: no table is read from end to end', async (_list, work) => {
    statements = []
    await work()
    expect(statements.length).toBeGreaterThan(0)
    for (const { sql: text, parameters } of statements) {
      const plan = await db.executeQuery<{ detail: string }>({
        ...sql`select 1`.compile(db),
        sql: `explain query plan ${text}`,
        parameters,
      })
      const steps = plan.rows.map((row) => row.detail)
      // `shown` is the queue of a recursion, a virtual table the index of words itself; how the rows
      // of a subquery are found is a step of its own.
      const wholeTable = /^SCAN (?!.*(USING|VIRTUAL))(?!json_each|CONSTANT|shown|\(subquery)/
      expect(steps.filter((step) => wholeTable.test(step))).toEqual([])
    }
  })
})

describe('the number of statements', () => {
  it('does not grow with the page', async () => {
    for (const list of [
      (limit: number) => queries.cases({ scope: townCode, limit, sort: 'newest' }),
      (limit: number) => queries.cases({ scope: townCode, limit, sort: 'urgency' }),
      (limit: number) => queries.alarms({ scope: townCode, limit }),
      (limit: number) => queries.incidents({ scope: townCode, limit }),
    ]) {
      expect(await count(() => list(25))).toBe(await count(() => list(2)))
    }
  })
})

describe('what is counted', () => {
  it('open and overdue', async () => {
    expect(await queries.caseCounts(townCode)).toEqual({ open: 10, overdue: 5 })
    expect(await queries.caseCounts(villageA)).toEqual({ open: 5, overdue: 5 })
    expect(await queries.caseCounts('990101102')).toEqual({ open: 0, overdue: 0 })
  })

  it('a prefix that is no place of the asker opens nothing', async () => {
    const { items } = await queries.cases({ scope: '990101102', limit: 10, sort: 'newest' })
    expect(items).toEqual([])
  })

  it('the board: overdue first, then the earliest deadline, then those without', async () => {
    const cases = await queries.urgentCases(townCode, 30)
    const due = cases.map((one) => one.dueAt)
    expect(due).toEqual([...due].toSorted((a, b) => (a ?? Infinity) - (b ?? Infinity)))
    expect(cases[0]?.overdue).toBe(true)
  })
})
