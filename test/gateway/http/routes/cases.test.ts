import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CaseState } from '../../../../gateway/domain/case.ts'
import { severities } from '../../../../gateway/domain/severity.ts'
import {
  type CaseView,
  caseDetailSchema,
  caseSchema,
  pageOf,
} from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, seedCase, villageA, villageB } from '../house.ts'
import { allPages } from '../on-air.ts'
import { hour, minute, townClock, townMonday } from '../town-clock.ts'

/** The list of cases and one case, as people of the town, a village and a grid see them. */

const clock = townClock()
const page = pageOf(caseSchema.strict()).strict()
const path = '/api/v1/cases'
let house: House

const grid = (village: string, number: number) => `${village}00${number}`

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [
      `grid-one,一格,gridWorker,${grid(villageA, 1)}`,
      `grid-two,二格,gridWorker,${grid(villageA, 2)}`,
    ],
  })
  await house.db.transaction().execute(async (trx) => {
    for (let index = 0; index < 60; index++) {
      const states: CaseState[] = ['reported', 'handling', 'closed', 'void']
      await seedCase(trx, {
        id: `c${String(index).padStart(2, '0')}`,
        village: index % 2 ? villageA : villageB,
        grid: grid(index % 2 ? villageA : villageB, 1 + (index % 3)),
        state: states[index % 4] ?? 'reported',
        severity: severities[index % severities.length] ?? 'blue',
        // Ties of three, so that the id has to decide.
        openedAt: townMonday - Math.floor(index / 3) * hour,
        dueAt: index % 5 === 0 ? townMonday - minute : townMonday + hour,
        alarm: index % 7 === 0 ? 'activeAcknowledged' : 'activeUnacknowledged',
      })
    }
    // Of the village itself: its point lies in no grid.
    await seedCase(trx, { id: 'no-grid', grid: null, openedAt: townMonday - 90 * hour })
  })
})

afterAll(() => house?.stop())

async function all(query: string, username = 'operator-town'): Promise<CaseView[]> {
  const { items } = await allPages(await house.as(username), `${path}?limit=200&${query}`)
  return items
}

const rank = (one: CaseView) => severities.indexOf(one.severity)

/** What the console works off first, said another way than the gateway's query says it. */
function byUrgency(a: CaseView, b: CaseView): number {
  const unseen = Number(b.unacknowledged > 0) - Number(a.unacknowledged > 0)
  if (unseen !== 0) return unseen
  return rank(b) - rank(a) || a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1)
}

describe('the list', () => {
  it('is of the documented shape and nothing else', async () => {
    const { body } = await (await house.as('operator-town')).get(path)
    const { items, nextCursor } = page.parse(body)
    expect(items).toHaveLength(50)
    expect(nextCursor).toEqual(expect.any(String))
  })

  it.each([1, 7, 60, 61, 200])('in pages of %i has each case once', async (limit) => {
    const { items, sizes } = await allPages(
      await house.as('operator-town'),
      `${path}?limit=${limit}`,
    )
    expect(new Set(items.map((one) => one.id)).size).toBe(61)
    expect(items).toHaveLength(61)
    expect(sizes.slice(0, -1).every((size) => size === limit)).toBe(true)
    expect(sizes.at(-1)).toBeGreaterThan(0)
    const order = items.map((one) => [-one.openedAt, one.id] as const)
    expect(order).toEqual(order.toSorted((a, b) => a[0] - b[0] || (a[1] > b[1] ? -1 : 1)))
  })

  it('by urgency has the open ones, in the order the console works them off', async () => {
    const whole = await all('sort=urgency')
    expect(whole.map((one) => one.id)).toEqual(whole.toSorted(byUrgency).map((one) => one.id))
    expect(new Set(whole.map((one) => one.state))).toEqual(new Set(['reported', 'handling']))
    const { items } = await allPages(
      await house.as('operator-town'),
      `${path}?limit=3&sort=urgency`,
    )
    expect(items.map((one) => one.id)).toEqual(whole.map((one) => one.id))
  })

  it.each<[string, (one: CaseView) => boolean]>([
    ['state=handling', (one) => one.state === 'handling'],
    ['open=true', (one) => one.state === 'reported' || one.state === 'handling'],
    ['open=1', (one) => one.state === 'reported' || one.state === 'handling'],
    ['open=false', () => true],
    [`village=${villageA}`, (one) => one.village === villageA],
    ['severity=red', (one) => one.severity === 'red'],
    ['overdue=true', (one) => one.overdue && ['reported', 'handling'].includes(one.state)],
    ['hazard=forestFire', () => true],
    ['hazard=flood', () => false],
    ['q=T-c10', (one) => one.number === 'T-c10'],
    ['mine=true', () => false],
    ['tier=grid', () => true],
    ['source=resident', () => false],
    ['q=%20c07%20', (one) => one.title.includes('c07')],
    [
      `state=reported&severity=red&village=${villageB}`,
      (one) => one.state === 'reported' && one.severity === 'red' && one.village === villageB,
    ],
  ])('?%s keeps exactly what fits', async (query, fits) => {
    const everything = await all('')
    const expected = everything.filter(fits).map((one) => one.id)
    expect((await all(query)).map((one) => one.id)).toEqual(expected)
  })

  it('says overdue by the clock of now', async () => {
    expect((await all('q=T-c01'))[0]).toMatchObject({ dueAt: townMonday + hour, overdue: false })
    clock.advance(hour + 1)
    expect((await all('q=T-c01'))[0]).toMatchObject({ overdue: true })
    clock.advance(-hour - 1)
  })

  it('a village sees its own, with and without a grid', async () => {
    const mine = await all('', 'viewer-a')
    expect(mine).toHaveLength(31)
    expect(mine.every((one) => one.village === villageA)).toBe(true)
    expect(mine.map((one) => one.id)).toContain('no-grid')
  })

  it.each([
    ['grid-one', 1],
    ['grid-two', 2],
  ])('%s sees the cases of its grid only', async (username, number) => {
    const everything = await all('')
    const expected = everything.filter((one) => one.grid === grid(villageA, number))
    expect(expected.length).toBeGreaterThan(3)
    expect((await all('', username)).map((one) => one.id)).toEqual(expected.map((one) => one.id))
    expect(await all(`village=${villageB}`, username)).toEqual([])
    const urgent = await all('sort=urgency', username)
    expect(urgent.every((one) => one.grid === grid(villageA, number))).toBe(true)
  })

  it('a cursor of one order is refused by the other', async () => {
    const person = await house.as('operator-town')
    const { body } = await person.get(`${path}?limit=2`)
    const answer = await person.get(`${path}?limit=2&sort=urgency&cursor=${body.nextCursor}`)
    expect(answer.status).toBe(400)
    expect(answer.body.detail).toMatch(/ask for the first page again/)
  })
})

describe('one case', () => {
  it('is of the documented shape, the same for everybody but for what they may do', async () => {
    const forAdmin = await (await house.as('townAdmin-town')).get(`${path}/c01`)
    const forViewer = await (await house.as('viewer-a')).get(`${path}/c01`)
    const admin = caseDetailSchema.strict().parse(forAdmin.body)
    const viewer = caseDetailSchema.strict().parse(forViewer.body)
    expect({ ...viewer, actions: admin.actions }).toEqual(admin)
    expect(viewer.actions).toEqual([])
    expect(admin.actions).not.toEqual([])
  })

  it('in the list and by itself says the same', async () => {
    const { body } = await (await house.as('operator-town')).get(`${path}/c01`)
    const [listed] = await all('q=T-c01')
    expect(body).toMatchObject(listed as object)
  })

  it.each([
    ['grid-one', 'c01', 404],
    ['grid-two', 'c01', 200],
    ['grid-one', 'no-grid', 404],
    ['viewer-a', 'no-grid', 200],
    ['viewer-a', 'c00', 404],
    ['operator-town', 'c00', 200],
    ['operator-town', 'nothing', 404],
  ])('for %s, %s is %i', async (username, id, status) => {
    const answer = await (await house.as(username)).get(`${path}/${id}`)
    expect(answer.status).toBe(status)
    if (status === 404) expect(answer.body.detail).toMatch(/no such case, or it is outside/)
  })

  it('whose hazard the town no longer lists is shown all the same', async () => {
    await seedCase(house.db, { id: 'odd', hazard: 'oldHazard', openedAt: 1 })
    const { body } = await (await house.as('operator-town')).get(`${path}/odd`)
    expect(caseDetailSchema.strict().parse(body)).toMatchObject({ unit: '', assist: [] })
  })

  it('names its holder as people know it', async () => {
    const holder = JSON.stringify({ kind: 'unit', id: '应急办' })
    await seedCase(house.db, { id: 'held', holder, state: 'handling', openedAt: 2 })
    const { body } = await (await house.as('operator-town')).get(`${path}/held`)
    expect(body.holder).toEqual({ kind: 'unit', id: '应急办', name: '应急办' })
  })

  it('keeps a long story whole', async () => {
    await seedCase(house.db, { id: 'long', openedAt: 3 })
    const entries = Array.from({ length: 450 }, (_, index) => ({
      case_id: 'long',
      at: 4 + index,
      act: 'cleared',
      actor: null,
      from_state: null,
      to_state: null,
      text: String(index),
      alarm: 'a-long',
      detail: null,
    }))
    await house.db.insertInto('case_history').values(entries).execute()
    const { body } = await (await house.as('operator-town')).get(`${path}/long`)
    const { timeline } = caseDetailSchema.parse(body)
    expect(timeline).toHaveLength(451)
    expect(timeline.slice(1).map((entry) => entry.text)).toEqual(entries.map(({ text }) => text))
    expect(timeline.at(-1)?.alarm).toMatchObject({ id: 'a-long' })
  })
})

describe('reading on while new cases come', () => {
  it('goes on where it was', async () => {
    const person = await house.as('operator-town')
    const first = await person.get(`${path}?limit=20`)
    await seedCase(house.db, { id: 'newcomer', openedAt: townMonday + minute })
    const next = await person.get(`${path}?limit=20&cursor=${first.body.nextCursor}`)
    const seen = [...first.body.items, ...next.body.items].map((one: CaseView) => one.id)
    const now = (await all('')).map((one) => one.id)
    expect(now[0]).toBe('newcomer')
    expect(seen).toEqual(now.slice(1, 41))
  })
})
