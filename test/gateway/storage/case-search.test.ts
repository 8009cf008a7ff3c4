import SqliteFile from 'better-sqlite3'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Case, caseSources, caseStates, tiers } from '../../../gateway/domain/case.ts'
import { InvalidError } from '../../../gateway/domain/errors.ts'
import type { CaseFilter } from '../../../gateway/ports/queries.ts'
import { createQueries } from '../../../gateway/storage/queries.ts'
import { caseOf, fill, townCode, useHouseTables, villageA, villageB } from './house-tables.ts'

const house = useHouseTables()
const names = { rule: () => undefined, device: () => undefined, town: () => townCode }
const queries = () =>
  createQueries({ db: house.db, clock: { now: () => 1e9, monotonic: () => 0 }, names })

async function page(over: Partial<CaseFilter>) {
  return queries().cases({ scope: townCode, limit: 100, sort: 'newest', ...over })
}
const found = async (over: Partial<CaseFilter>) => (await page(over)).items.map(({ id }) => id)

async function allPages(over: Partial<CaseFilter>): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const { items, nextCursor } = await page({ ...over, cursor })
    ids.push(...items.map(({ id }) => id))
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
  return ids
}

const signs = [...'双桥村烟雾火aB19"*-%_\'，。 （()\\^:+\n'.split(''), '😀', '𠮷', 'É', 'ａ', '　']
const words = (minLength: number) =>
  fc.string({ unit: fc.constantFrom(...signs), minLength, maxLength: 24 })

async function refill(cases: Case[]): Promise<void> {
  await house.db.deleteFrom('case').execute()
  await fill(house.db, { cases })
}

function parts(text: string, shortest: number): string[] {
  const characters = Array.from(text)
  return characters.flatMap((_, from) =>
    characters
      .slice(from + shortest - 1)
      .map((__, more) => characters.slice(from, from + shortest + more).join('')),
  )
}

describe('text search', () => {
  it('finds a case by every part of its title and text, down to one character', async () => {
    await fc.assert(
      fc.asyncProperty(words(1), fc.option(words(1)), fc.nat(), async (title, text, pick) => {
        await refill([caseOf('c', { title, text }), caseOf('other', { title: '—' })])
        const all = [...parts(title, 1), ...parts(text ?? '', 1)]
        const some = all.filter((_, index) => (index + pick) % 7 === 0)
        for (const q of [title, ...some]) expect(await found({ q }), q).toContain('c')
      }),
      { numRuns: 40 },
    )
  })

  it('finds nothing else: the same as looking at each row', async () => {
    const texts = fc.array(words(0), { minLength: 1, maxLength: 12 })
    const isIn = (q: string, whole: string) => whole.toLowerCase().includes(q.toLowerCase())
    await fc.assert(
      fc.asyncProperty(texts, words(1), async (titles, q) => {
        fc.pre(!/^\d+$/.test(q) && !/É/.test(q))
        await refill(titles.map((title, i) => caseOf(`c${i}`, { title, number: `X${i}` })))
        const expected = titles.flatMap((title, i) => (isIn(q, title) ? [`c${i}`] : []))
        const few = await found({ q, open: true })
        expect((await found({ q })).toSorted()).toEqual(expected.toSorted())
        // Open ones are looked at one by one, without the index: the same answer.
        expect(few.toSorted()).toEqual(expected.toSorted())
      }),
      { numRuns: 60 },
    )
  })

  it('takes whatever is typed as text', async () => {
    await fill(house.db, { cases: [caseOf('c', { title: 'words NEAR AND or NOT' })] })
    const typed = fc.oneof(
      fc
        .array(fc.integer({ min: 0, max: 0x10ffff }), { minLength: 1, maxLength: 100 })
        .map((codes) => String.fromCodePoint(...codes)),
      fc.constantFrom('"', '*', 'words:x', 'NEAR(a b)', 'a AND', '-', '--', '^x', '\0', '\uD800'),
    )
    await fc.assert(
      fc.asyncProperty(typed, async (q) => {
        expect(Array.isArray(await found({ q }))).toBe(true)
        expect(Array.isArray(await found({ q, open: true }))).toBe(true)
      }),
      { numRuns: 60 },
    )
    for (const q of ['NEAR AND', 'words', 'or not']) expect(await found({ q })).toEqual(['c'])
  })

  const numbers: [string, string[]][] = [
    ['云岭-20261121-0042', ['a']],
    ['云岭-20261121', ['c', 'a']],
    ['云岭-2026', ['d', 'c', 'b', 'a']],
    ['云岭', ['e', 'd', 'c', 'b', 'a']],
    ['20261121-0042', ['a']],
    ['1121-0042', ['a']],
    ['0042', ['d', 'b', 'a']],
    ['42', ['d', 'b', 'a']],
    ['042', ['d', 'b', 'a']],
    ['43', ['c']],
    ['20261122', ['b']],
    ['202611', ['c', 'b', 'a']],
    ['1121', ['c', 'a']],
    ['20261121-00', ['c', 'a']],
    ['10042', ['e']],
    ['20261123-0042', []],
  ]
  it.each(numbers)('by the number, as it is said: %s', async (q, expected) => {
    await fill(house.db, {
      cases: [
        caseOf('a', { number: '云岭-20261121-0042', title: '甲' }),
        caseOf('b', { number: '云岭-20261122-0042', title: '乙' }),
        caseOf('c', { number: '云岭-20261121-0043', title: '丙' }),
        caseOf('d', { number: '云岭-20261001-0042', title: '丁' }),
        caseOf('e', { number: '云岭-20251231-10042', title: '戊' }),
      ],
    })
    expect(await found({ q })).toEqual(expected)
  })

  it('follows a change of title and text, and forgets what was deleted', async () => {
    await fill(house.db, { cases: [caseOf('c', { title: '双桥村烟雾', text: '浓烟' })] })
    await house.db.updateTable('case').set({ title: '石门村烟雾', text: null }).execute()
    expect(await found({ q: '双桥' })).toEqual([])
    expect(await found({ q: '浓烟' })).toEqual([])
    expect(await found({ q: '石门' })).toEqual(['c'])
    await house.db.deleteFrom('case').execute()
    await fill(house.db, { cases: [caseOf('d', { title: '别的' })] })
    expect(await found({ q: '石门' })).toEqual([])
    expect(await found({ q: '别的' })).toEqual(['d'])
  })

  it('leaves the index alone when a step changes neither title nor text', async () => {
    await fill(house.db, { cases: [caseOf('c', { title: '双桥村' })] })
    const raw = new SqliteFile(house.file)
    try {
      const same = 'update "case" set title = title, text = text, village = village, version = 2'
      const before = raw.prepare('select total_changes()').pluck().get() as number
      raw.exec(same)
      expect(raw.prepare('select total_changes()').pluck().get()).toBe(before + 1)
    } finally {
      raw.close()
    }
  })

  it('keeps to the scope and to every filter', async () => {
    const title = '双桥村烟雾'
    await fill(house.db, {
      cases: [
        caseOf('a', { title, tier: 'town', severity: 'red' }),
        caseOf('b', { title, village: villageB, grid: null, hazard: 'flood', state: 'closed' }),
        caseOf('c', { title, source: 'resident', grid: `${villageA}002` }),
      ],
    })
    const q = '双桥'
    expect(await found({ q })).toEqual(['c', 'b', 'a'])
    expect(await found({ q, scope: villageA })).toEqual(['c', 'a'])
    expect(await found({ q, scope: `${villageA}002` })).toEqual(['c'])
    expect(await found({ q, scope: villageA, village: villageB })).toEqual([])
    expect(await found({ q, village: villageB })).toEqual(['b'])
    expect(await found({ q, hazard: 'flood' })).toEqual(['b'])
    expect(await found({ q, tier: 'town' })).toEqual(['a'])
    expect(await found({ q, source: 'resident' })).toEqual(['c'])
    expect(await found({ q, severity: 'red' })).toEqual(['a'])
    expect(await found({ q, state: 'closed' })).toEqual(['b'])
    expect(await found({ q, state: 'reported' })).toEqual(['c', 'a'])
    expect(await found({ q, sort: 'urgency' })).toEqual(['a', 'c'])
  })

  it('refuses a cursor of a list that was not searched', async () => {
    await fill(house.db, { cases: [1, 2, 3].map((n) => caseOf(`c${n}`)) })
    const { nextCursor } = await page({ limit: 1 })
    await expect(page({ q: '案件', cursor: nextCursor ?? '' })).rejects.toThrow(InvalidError)
  })
})

describe('pages', () => {
  it('are complete and without doubles with any filter, whatever their size', async () => {
    const mine = { id: 'me', username: 'wang', team: '应急队', unit: '应急办' }
    const holders: Case['holder'][] = [
      null,
      { kind: 'user', id: 'me' },
      { kind: 'team', id: '应急队' },
      { kind: 'unit', id: '应急队' },
    ]
    const cases = Array.from({ length: 120 }, (_, n) =>
      caseOf(`c${String(n).padStart(3, '0')}`, {
        openedAt: 1000 + Math.floor(n / 3),
        title: n % 2 === 0 ? '双桥村烟雾' : '石门村积水',
        tier: tiers[n % 3],
        source: caseSources[n % 5],
        state: caseStates[n % caseStates.length],
        holder: holders[n % 4],
        claimedBy: n % 11 === 0 ? 'me' : null,
        overdueSince: n % 4 === 0 ? 5 : null,
      }),
    )
    await fill(house.db, { cases })
    const option = <T>(value: T) => fc.constantFrom(undefined, value)
    const filters = fc.record({
      tier: fc.constantFrom(undefined, ...tiers),
      source: option('resident' as const),
      mine: option(mine),
      overdue: option(true),
      open: option(true),
      q: fc.constantFrom(undefined, '双桥', '村', '0'),
      sort: fc.constantFrom('newest' as const, 'urgency' as const),
    })
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 40 }), async (filter, limit) => {
        const walked = await allPages({ ...filter, limit })
        expect(walked).toEqual(await found({ ...filter, limit: 200 }))
        expect(new Set(walked).size).toBe(walked.length)
      }),
      { numRuns: 60 },
    )
  })
})
