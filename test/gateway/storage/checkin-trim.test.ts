import { beforeEach, describe, expect, it } from 'vitest'
import type { NewKeptCheckin } from '../../../gateway/ports/checkin-store.ts'
import { createCheckinStore } from '../../../gateway/storage/checkin-store.ts'
import { createCheckinTrim } from '../../../gateway/storage/checkin-trim.ts'
import { useHouseTables, villageA } from './house-tables.ts'

const house = useHouseTables()

const whole: NewKeptCheckin = {
  id: 'a',
  status: 'accepted',
  refusal: null,
  problem: null,
  sent: null,
  grade: 'static',
  marks: ['noFix'],
  point: 'p1',
  round: 'r1',
  village: villageA,
  grid: `${villageA}001`,
  patroller: 'u-wang',
  team: '红袖标1队',
  at: 100,
  saidAt: 101,
  receivedAt: 102,
  monotonicMs: 5.5,
  clock: 'page',
  lon: 106.7,
  lat: 29.19,
  accuracyM: 12,
  phone: 'phone-1',
  photo: 'f'.repeat(64),
  findings: ['smoke'],
  note: '有烟',
  hash: 'a'.repeat(64),
  previousHash: 'b'.repeat(64),
  task: 't1',
  verdict: 'settled',
}

const store = () => createCheckinStore({ db: house.db, town: () => '990101101' })
const add = (...changes: Partial<NewKeptCheckin>[]) =>
  store().book((unit) => unit.add(changes.map((change) => ({ ...whole, ...change }))))
const all = () => house.db.selectFrom('checkin').selectAll().orderBy('id').execute()

async function purge(before: number) {
  let sum = { removed: 0, bytes: 0 }
  for await (const { removed, bytes } of createCheckinTrim(house.db).remove(before)) {
    sum = { removed: sum.removed + removed, bytes: sum.bytes + bytes }
  }
  return sum
}

beforeEach(async () => {
  await house.db.deleteFrom('checkin').execute()
  await house.db.deleteFrom('tag_step').execute()
})

describe('old check-ins', () => {
  it('stay as visits of a team, without the person', async () => {
    await add({})
    await store().review('a', { verdict: 'counts', text: '问过本人', by: 'u-op', at: 103 })
    const { removed, bytes } = await purge(101)
    expect(removed).toBe(1)
    expect(bytes).toBeGreaterThan(0)
    const [row] = await all()
    const left = Object.fromEntries(Object.entries(row ?? {}).filter(([, value]) => value !== null))
    expect(left).toEqual({
      id: 'a',
      status: 'accepted',
      grade: 'static',
      marks: '["noFix"]',
      point: 'p1',
      round: 'r1',
      village: villageA,
      grid: `${villageA}001`,
      team: '红袖标1队',
      at: 100,
      said_at: 101,
      received_at: 102,
      findings: '["smoke"]',
      task: 't1',
      verdict: 'settled',
      review: 'counts',
      reviewed_at: 103,
    })
  })

  it('that were refused go as a whole, unless they counted; discounted ones too', async () => {
    const refused = { status: 'refused', refusal: 'replayed' } as const
    await add({ id: 'a', ...refused }, { id: 'b', ...refused }, { id: 'c' })
    await store().review('b', { verdict: 'counts', text: null, by: 'u-op', at: 103 })
    await store().review('c', { verdict: 'discounted', text: null, by: 'u-op', at: 103 })
    expect((await purge(101)).removed).toBe(3)
    expect((await all()).map(({ id, patroller }) => [id, patroller])).toEqual([['b', null]])
  })

  it('younger ones stay as they are, and what went is not counted again', async () => {
    await add({ id: 'old', at: 99 }, { id: 'new', at: 100 })
    expect((await purge(100)).removed).toBe(1)
    expect(await purge(100)).toEqual({ removed: 0, bytes: 0 })
    expect((await all()).map(({ id, patroller }) => [id, patroller])).toEqual([
      ['new', 'u-wang'],
      ['old', null],
    ])
  })

  it('are all found, many of the same moment and some done before', async () => {
    await add(...Array.from({ length: 1234 }, (_, n) => ({ id: `c${n}`, at: 50 + (n % 3) })))
    expect((await purge(51)).removed).toBe(412)
    expect((await purge(100)).removed).toBe(822)
    expect((await all()).every(({ patroller }) => patroller === null)).toBe(true)
  })

  it('take with them who used which code', async () => {
    const use = (step: number) =>
      store().book((unit) => unit.useStep({ patroller: 'u', point: 'p', step }))
    expect(await use(3)).toBe(true)
    expect(await use(3)).toBe(false)
    expect(await use(4)).toBe(true)
    await purge(4 * 30_000)
    expect(await house.db.selectFrom('tag_step').select('step').execute()).toEqual([{ step: 4 }])
  })
})
