import { describe, expect, it } from 'vitest'
import { type Case, caseStates } from '../../../gateway/domain/case.ts'
import { isEnded } from '../../../gateway/domain/case-states.ts'
import { InvalidError } from '../../../gateway/domain/errors.ts'
import { severities, severityRank } from '../../../gateway/domain/severity.ts'
import type { CaseFilter, CaseView } from '../../../gateway/ports/queries.ts'
import { createQueries } from '../../../gateway/storage/queries.ts'
import {
  addUser,
  alarmOf,
  caseOf,
  fill,
  incidentOf,
  townCode,
  useHouseTables,
  villageA,
  villageB,
} from './house-tables.ts'

const house = useHouseTables()
const now = 5_000_000
const names = {
  rule: (id: string) => (id === 'smoke-high' ? '林火烟感报警' : undefined),
  device: () => undefined,
  town: (): string | undefined => townCode,
}
const queries = () =>
  createQueries({ db: house.db, clock: { now: () => now, monotonic: () => 0 }, names })

const ask = (over: Partial<CaseFilter> = {}) =>
  queries().cases({ scope: townCode, limit: 100, sort: 'newest', ...over })
const idsOf = async (over: Partial<CaseFilter> = {}) => (await ask(over)).items.map(({ id }) => id)

/** Walks all pages, and lets something happen between any two. */
async function walk(over: Partial<CaseFilter>, between: (page: number) => Promise<void>) {
  const seen: CaseView[] = []
  let cursor: string | undefined
  for (let page = 1; ; page++) {
    const { items, nextCursor } = await ask({ ...over, cursor })
    seen.push(...items)
    if (nextCursor === null) return seen.map(({ id }) => id)
    cursor = nextCursor
    await between(page)
  }
}

const nothing = async () => undefined

/** A case with an incident and one alarm in this state. */
async function withAlarm(id: string, over: Partial<Case>, state: 'unseen' | 'seen') {
  await fill(house.db, {
    incidents: [incidentOf(`i-${id}`)],
    alarms: [
      alarmOf(`a-${id}`, {
        incident: `i-${id}`,
        state: state === 'unseen' ? 'clearedUnacknowledged' : 'activeAcknowledged',
        clearedAt: state === 'unseen' ? 1500 : null,
      }),
    ],
    cases: [caseOf(id, { incident: `i-${id}`, ...over })],
  })
}

describe('the list of cases', () => {
  const rows: [string, Partial<CaseFilter>, string[]][] = [
    ['all, newest first', {}, ['d', 'c', 'b', 'a']],
    ['one state', { state: 'closed' }, ['d']],
    ['open ones', { open: true }, ['c', 'b', 'a']],
    ['one village', { village: villageB }, ['d', 'b']],
    ['one hazard', { hazard: 'flood' }, ['c']],
    ['one severity', { severity: 'red' }, ['c']],
    ['overdue, of the open ones', { overdue: true }, ['a']],
    ['a closed state among the open ones', { state: 'closed', open: true }, []],
    ['two conditions', { village: villageB, severity: 'orange' }, ['d', 'b']],
    ['the beginning of a number', { q: '云岭-20261121-c' }, ['c']],
    ['the day of a number', { q: '20261121' }, ['d', 'c', 'b', 'a']],
    ['another day', { q: '20261122' }, []],
    ['words of a title', { q: '疑似' }, ['b']],
    ['a sign that is a pattern elsewhere', { q: '%' }, ['a']],
    ['another one', { q: '_' }, []],
    ['a quote', { q: "'" }, ['b']],
    ['a village of the asker', { scope: villageA }, ['c', 'a']],
    ['a grid of the asker', { scope: `${villageB}003` }, ['d']],
    ['another village than the asker’s', { scope: villageA, village: villageB }, []],
    ['another town', { scope: '990101102' }, []],
    ['part of a village’s code', { scope: '99010110120' }, ['d', 'c', 'b', 'a']],
  ]
  it.each(rows)('%s', async (_, filter, expected) => {
    const b = { village: villageB, grid: null }
    await fill(house.db, {
      cases: [
        caseOf('a', { openedAt: 1, dueAt: now - 1, title: '坡度 100%' }),
        caseOf('b', { openedAt: 2, dueAt: now, title: "疑似 'x'", ...b }),
        caseOf('c', { openedAt: 3, hazard: 'flood', severity: 'red' }),
        caseOf('d', { openedAt: 4, state: 'closed', dueAt: 1, ...b, grid: `${villageB}003` }),
      ],
    })
    expect(await idsOf(filter)).toEqual(expected)
  })

  it('shows the whole town to a scope above it, before the town was imported', async () => {
    await fill(house.db, { cases: [caseOf('a'), caseOf('b', { village: villageB })] })
    const early = createQueries({
      db: house.db,
      clock: { now: () => now, monotonic: () => 0 },
      names: { ...names, town: () => undefined },
    })
    const { items } = await early.cases({ scope: townCode, limit: 9, sort: 'newest' })
    expect(items).toHaveLength(2)
  })

  it.each(caseStates)('%s: open is what does not ask for work any more', async (state) => {
    await fill(house.db, { cases: [caseOf('a', { state })] })
    expect(await idsOf({ open: true })).toEqual(isEnded(state) ? [] : ['a'])
    expect(await idsOf({ sort: 'urgency' })).toEqual(isEnded(state) ? [] : ['a'])
    const counts = await queries().caseCounts(townCode)
    expect(counts.open).toBe(isEnded(state) ? 0 : 1)
  })

  it('of cases opened in the same millisecond loses none between pages', async () => {
    const cases = Array.from({ length: 25 }, (_, i) => caseOf(`c${String(i).padStart(2, '0')}`))
    await fill(house.db, { cases })
    for (const limit of [1, 2, 7, 24, 25, 26]) {
      const ids = await walk({ limit }, nothing)
      expect(ids).toEqual(cases.map(({ id }) => id).toReversed())
    }
  })

  it('is complete and without doubles while new cases arrive', async () => {
    const old = Array.from({ length: 30 }, (_, i) => caseOf(`old${i}`, { openedAt: 100 + (i % 7) }))
    await fill(house.db, { cases: old })
    const ids = await walk({ limit: 4 }, (page) =>
      fill(house.db, {
        cases: [
          caseOf(`new${page}`, { openedAt: 900 + page }),
          // Late news lands among what was shown already, or further down.
          caseOf(`late${page}`, { openedAt: 100 + (page % 7) }),
        ],
      }),
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => id.startsWith('old')).toSorted()).toEqual(
      old.map(({ id }) => id).toSorted(),
    )
    expect(ids.filter((id) => id.startsWith('new'))).toEqual([])
  })

  it('loses nothing when what was the last of a page is gone', async () => {
    const cases = Array.from({ length: 9 }, (_, i) => caseOf(`c${i}`, { openedAt: i }))
    await fill(house.db, { cases })
    const first = await ask({ limit: 3 })
    await house.db.deleteFrom('case').where('id', '=', 'c6').execute()
    const rest = await ask({ limit: 100, cursor: first.nextCursor ?? '' })
    expect(rest.items.map(({ id }) => id)).toEqual(['c5', 'c4', 'c3', 'c2', 'c1', 'c0'])
    expect(rest.nextCursor).toBeNull()
  })

  it('gives a next page only where there is one', async () => {
    await fill(house.db, { cases: [caseOf('a'), caseOf('b')] })
    expect((await ask({ limit: 2 })).nextCursor).toBeNull()
    expect((await ask({ limit: 1 })).nextCursor).not.toBeNull()
    expect(await ask({ scope: '1' })).toEqual({ items: [], nextCursor: null })
  })

  it('refuses a cursor of another order', async () => {
    await fill(house.db, { cases: [caseOf('a'), caseOf('b')] })
    const { nextCursor } = await ask({ limit: 1 })
    const cursor = nextCursor ?? ''
    await expect(ask({ limit: 1, sort: 'urgency', cursor })).rejects.toThrow(InvalidError)
    await expect(ask({ limit: 1, cursor: 'nonsense' })).rejects.toThrow(/first page/)
  })
})

async function queue() {
  let n = 0
  for (const severity of severities) {
    for (const state of ['unseen', 'seen'] as const) {
      for (const openedAt of [30, 10, 20]) {
        await withAlarm(`c${String(n++).padStart(2, '0')}`, { severity, openedAt }, state)
      }
    }
  }
  await fill(house.db, { cases: [caseOf('none', { severity: 'red', openedAt: 15 })] })
}

describe('by urgency', () => {
  it('unseen before seen, then severity, then the oldest', async () => {
    await queue()
    const { items } = await ask({ sort: 'urgency' })
    expect(items).toHaveLength(25)
    const keys = items.map((one) => [
      one.unacknowledged > 0 ? 0 : 1,
      -severityRank(one.severity),
      one.openedAt,
    ])
    const sorted = keys.toSorted((a, b) => {
      const differing = a.findIndex((part, i) => part !== b[i])
      return differing < 0 ? 0 : (a[differing] ?? 0) - (b[differing] ?? 0)
    })
    expect(keys).toEqual(sorted)
    // A case that people reported has nothing to acknowledge.
    expect(items[13]?.id).toBe('none')
  })

  it('is complete and without doubles, whatever the page, while new ones arrive', async () => {
    await queue()
    const expected = (await ask({ sort: 'urgency' })).items.map(({ id }) => id)
    for (const limit of [1, 4, 24, 25]) {
      expect(await walk({ sort: 'urgency', limit }, nothing)).toEqual(expected)
    }
    const seen = await walk({ sort: 'urgency', limit: 3 }, (page) =>
      withAlarm(`new${page}`, { severity: 'orange', openedAt: 5 + page }, 'unseen'),
    )
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.filter((id) => !id.startsWith('new')).toSorted()).toEqual(expected.toSorted())
  })

  it('moves a case back once its alarm was seen', async () => {
    await withAlarm('blue', { severity: 'blue' }, 'unseen')
    await withAlarm('red', { severity: 'red' }, 'seen')
    expect(await idsOf({ sort: 'urgency' })).toEqual(['blue', 'red'])
    await house.db
      .updateTable('alarm')
      .set({ state: 'cleared' })
      .where('id', '=', 'a-blue')
      .execute()
    expect(await idsOf({ sort: 'urgency' })).toEqual(['red', 'blue'])
  })

  it('keeps to the scope and to filters', async () => {
    await queue()
    await fill(house.db, { cases: [caseOf('b', { village: villageB, grid: null })] })
    expect(await idsOf({ sort: 'urgency', scope: villageB })).toEqual(['b'])
    expect(await idsOf({ sort: 'urgency', severity: 'blue', limit: 100 })).toHaveLength(6)
  })
})

describe('one case', () => {
  it('is overdue once its time has passed, not at it', async () => {
    await fill(house.db, {
      cases: [
        caseOf('past', { dueAt: now - 1 }),
        caseOf('now', { dueAt: now }),
        caseOf('never', { dueAt: null }),
      ],
    })
    const overdue = async (id: string) => (await queries().case(id))?.overdue
    expect([await overdue('past'), await overdue('now'), await overdue('never')]).toEqual([
      true,
      false,
      false,
    ])
    expect(await queries().caseCounts(townCode)).toEqual({ open: 3, overdue: 1 })
  })

  it('counts its alarms and shows the latest', async () => {
    await fill(house.db, {
      incidents: [incidentOf('i'), incidentOf('other')],
      alarms: [
        alarmOf('1', { incident: 'i', raisedAt: 5, state: 'cleared', clearedAt: 6 }),
        alarmOf('2', { incident: 'i', raisedAt: 9, state: 'clearedUnacknowledged', clearedAt: 10 }),
        alarmOf('3', { incident: 'i', raisedAt: 9, state: 'activeAcknowledged', rule: 'gone' }),
        alarmOf('4', { incident: 'i', raisedAt: 1 }),
        alarmOf('5', { incident: 'other', raisedAt: 99 }),
      ],
      cases: [caseOf('c', { incident: 'i' })],
    })
    const found = await queries().case('c')
    expect(found).toMatchObject({ alarms: 4, unacknowledged: 2, active: 2 })
    // Names of what was deleted are their ids.
    expect(found?.lastAlarm).toMatchObject({ id: '3', ruleName: 'gone', deviceName: 'd-3' })
    expect(await queries().case('nobody')).toBeUndefined()
  })

  const holders: [string, Case['holder'], string | undefined][] = [
    ['by id', { kind: 'user', id: 'u1' }, 'Person u1'],
    ['by username', { kind: 'user', id: 'name-u1' }, 'Person u1'],
    ['a user who is gone', { kind: 'user', id: 'u9' }, 'u9'],
    ['a team that is called like a user', { kind: 'team', id: 'u1' }, 'u1'],
    ['a unit', { kind: 'unit', id: '应急办' }, '应急办'],
    ['nobody', null, undefined],
  ]
  it.each(holders)('names its holder: %s', async (_, holder, name) => {
    await addUser(house.db, 'u1')
    await fill(house.db, { cases: [caseOf('c', { holder })] })
    const found = await queries().case('c')
    expect(found?.holder).toEqual(holder && { ...holder, name })
  })
})

const history = (act: string, over: object = {}) =>
  house.db
    .insertInto('case_history')
    .values({
      case_id: 'c',
      at: 1,
      act,
      actor: null,
      from_state: null,
      to_state: null,
      text: null,
      alarm: null,
      detail: null,
      ...over,
    })
    .execute()

describe('the file of a case', () => {
  it('has its timeline in the order of writing, with names and alarms', async () => {
    await addUser(house.db, 'u1')
    await withAlarm('c', {}, 'seen')
    // The clock was set back in between.
    await history('opened', { at: 900, to_state: 'reported' })
    await history('alarm', { at: 100, alarm: 'a-c' })
    await history('accept', { actor: 'u1', from_state: 'reported', to_state: 'accepted' })
    await history('void', { actor: 'gone', text: '误报', alarm: 'a-gone' })
    const file = await queries().caseFile('c')
    const brief = file?.timeline.map(({ act, actor, alarm }) => [act, actor, alarm?.id ?? null])
    expect(brief).toEqual([
      ['opened', null, null],
      ['alarm', null, 'a-c'],
      ['accept', 'Person u1', null],
      ['void', 'gone', null],
    ])
    expect(file?.evidence.map(({ id }) => id)).toEqual(['a-c'])
  })

  it('is cut at 200 alarms and 500 entries, the newest of each', async () => {
    const alarms = Array.from({ length: 205 }, (_, i) =>
      alarmOf(`a${i}`, { incident: 'i', raisedAt: i }),
    )
    await fill(house.db, {
      incidents: [incidentOf('i')],
      alarms,
      cases: [caseOf('c', { incident: 'i' })],
    })
    await house.db.transaction().execute(async (trx) => {
      for (let i = 0; i < 510; i++) {
        await trx
          .insertInto('case_history')
          .values({ case_id: 'c', at: i, act: `n${i}` })
          .execute()
      }
    })
    const file = await queries().caseFile('c')
    expect(file?.case.alarms).toBe(205)
    expect(file?.evidence).toHaveLength(200)
    expect([file?.evidence[0]?.id, file?.evidence.at(-1)?.id]).toEqual(['a204', 'a5'])
    expect(file?.timeline).toHaveLength(500)
    expect([file?.timeline[0]?.act, file?.timeline.at(-1)?.act]).toEqual(['n10', 'n509'])
  })

  it('of a case without an incident has no evidence', async () => {
    await fill(house.db, { cases: [caseOf('c')] })
    expect(await queries().caseFile('c')).toMatchObject({ evidence: [], timeline: [] })
    expect(await queries().caseFile('nobody')).toBeUndefined()
  })
})

const board = async (scope: string, limit: number) =>
  (await queries().urgentCases(scope, limit)).map(({ id }) => id)

const openedSince = async (scope: string) =>
  (await queries().casesOpenedSince(scope, 10)).toSorted((a, b) => a - b)

describe('the board', () => {
  it('the earliest deadline first, those without last, ended ones not at all', async () => {
    await fill(house.db, {
      cases: [
        caseOf('late', { dueAt: 10 }),
        caseOf('none-b', { dueAt: null }),
        caseOf('none-a', { dueAt: null }),
        caseOf('soon', { dueAt: now + 5 }),
        caseOf('also-late', { dueAt: 10 }),
        caseOf('closed', { dueAt: 1, state: 'closed' }),
        caseOf('there', { dueAt: 2, village: villageB, grid: null }),
      ],
    })
    const here = ['also-late', 'late', 'soon', 'none-a', 'none-b']
    expect(await board(villageA, 10)).toEqual(here)
    expect(await board(townCode, 10)).toEqual(['there', ...here])
    expect(await board(townCode, 2)).toEqual(['there', 'also-late'])
  })

  it('counts openings from an instant on, in the scope', async () => {
    await fill(house.db, {
      cases: [
        caseOf('a', { openedAt: 9 }),
        caseOf('b', { openedAt: 10, state: 'closed' }),
        caseOf('c', { openedAt: 11, village: villageB, grid: null }),
      ],
    })
    expect(await openedSince(townCode)).toEqual([10, 11])
    expect(await openedSince(villageB)).toEqual([11])
    expect(await openedSince(`${villageA}001`)).toEqual([10])
  })
})
