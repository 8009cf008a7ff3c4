import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Board, boardSchema, type Load, loadSchema } from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, seedCase, villageA, villageB } from '../house.ts'
import { onAir, sayOnce, seen } from '../on-air.ts'
import { day, hour, minute, townClock, townMonday } from '../town-clock.ts'

/** What hangs on the wall of the village committee, and the top bar of the console. */

const clock = townClock()
let house: House

/** Midnight of the town's Monday; 10:00 there is 02:00 UTC. */
const midnight = townMonday - 10 * hour

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [`grid-one,一格,gridWorker,${villageA}001`, `desk-a,村值守,operator,${villageA}`],
  })
  await house.db.transaction().execute(async (trx) => {
    await seedCase(trx, { id: 'late', openedAt: midnight, dueAt: townMonday - minute })
    await seedCase(trx, { id: 'later', openedAt: midnight - 1, dueAt: townMonday - hour })
    await seedCase(trx, { id: 'soon', openedAt: townMonday - minute, dueAt: townMonday + minute })
    await seedCase(trx, { id: 'never', openedAt: midnight - 6 * day, dueAt: null })
    await seedCase(trx, { id: 'too-old', openedAt: midnight - 6 * day - 1, state: 'closed' })
    await seedCase(trx, {
      id: 'done',
      openedAt: midnight + 1,
      state: 'closed',
      dueAt: townMonday - hour,
      alarm: 'cleared',
    })
    await seedCase(trx, { id: 'far', village: villageB, openedAt: townMonday, dueAt: townMonday })
  })
})

afterAll(() => house?.stop())

async function board(code: string, username = 'viewer-a'): Promise<Board> {
  const { body, text } = await (await house.as(username)).get(`/api/v1/villages/${code}/board`)
  return boardSchema.strict().parse(body, { error: () => text })
}

async function load(username = 'operator-town'): Promise<Load> {
  const { body } = await (await house.as(username)).get('/api/v1/load')
  return loadSchema.strict().parse(body)
}

const ids = (list: readonly { id: string }[]) => list.map((one) => one.id)

describe("a village's board", () => {
  it('has the overdue first, then the earliest deadline, last what has none', async () => {
    const { village, at, cases, open, overdue } = await board(villageA)
    expect(village).toEqual({
      code: villageA,
      name: '青石村',
      level: 'village',
      parent: '990101101',
    })
    expect(at).toBe(townMonday)
    expect(ids(cases)).toEqual(['later', 'late', 'soon', 'never'])
    expect({ open, overdue }).toEqual({ open: 4, overdue: 2 })
  })

  it('has the last five that were opened, the ended ones too', async () => {
    const { recent } = await board(villageA)
    expect(ids(recent)).toEqual(['soon', 'done', 'late', 'later', 'never'])
  })

  it("counts cases by the town's days, seven of them, today last", async () => {
    const { days } = await board(villageA)
    expect(days).toEqual([
      { day: '2026-06-09', cases: 1 },
      { day: '2026-06-10', cases: 0 },
      { day: '2026-06-11', cases: 0 },
      { day: '2026-06-12', cases: 0 },
      { day: '2026-06-13', cases: 0 },
      { day: '2026-06-14', cases: 1 },
      { day: '2026-06-15', cases: 3 },
    ])
  })

  it('names the seasons that run today', async () => {
    const { seasons } = await board(villageA)
    expect(seasons).toEqual([
      { id: 'burnBan', name: '禁烧期', to: '06-30' },
      { id: 'floodSeason', name: '汛期', to: '09-30' },
    ])
  })

  it('shows at most 30 cases and still counts them all', async () => {
    await house.db.transaction().execute(async (trx) => {
      for (let index = 0; index < 40; index++) {
        const id = `many-${index}`
        await seedCase(trx, { id, village: villageB, openedAt: townMonday - 30 * day, alarm: null })
      }
    })
    const { cases, open } = await board(villageB, 'operator-town')
    expect(cases).toHaveLength(30)
    expect(cases[0]?.id).toBe('far')
    expect(open).toBe(41)
  })

  it.each([
    ['viewer-a', villageB, 404],
    ['grid-one', villageA, 404],
    ['operator-town', '990101101299', 404],
    ['operator-town', '99', 400],
    ['operator-town', `${villageA}001`, 400],
  ])('for %s of %s is %i', async (username, code, status) => {
    const answer = await (await house.as(username)).get(`/api/v1/villages/${code}/board`)
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toMatch(status === 404 ? /outside your area/ : /12 digits/)
  })
})

describe('the devices on board and top bar', () => {
  it('count as online when heard, as offline when known to be gone, else as neither', async () => {
    expect(await board(villageA)).toMatchObject({ devices: 14, devicesOnline: 0 })
    expect(await load()).toMatchObject({ devices: 117, devicesOffline: 0 })
    const person = await house.as('operator-town')
    const one = await onAir(house, 'v1-pm1')
    await one.say('telemetry', { readings: { pm25: 12 } })
    await sayOnce(house, 'v2-pm1', 'status', 'offline')
    await seen<Load>(person, '/api/v1/load', (body) => body.devicesOffline === 1)
    expect(await board(villageA)).toMatchObject({ devices: 14, devicesOnline: 1 })
    expect(await board(villageB, 'operator-town')).toMatchObject({ devicesOnline: 0 })
    expect(await load('desk-a')).toMatchObject({ devices: 14, devicesOffline: 0 })
    await one.say('status', 'offline')
    await one.leave()
    await seen<Load>(person, '/api/v1/load', (body) => body.devicesOffline === 2)
  })

  it('leave out what is out of service', async () => {
    await house.db
      .updateTable('device')
      .set({ state: 'outOfService' })
      .where('id', '=', 'v1-pm2')
      .execute()
    const before = (await load('desk-a')).devices
    // Any adoption makes the house read its town again.
    const admin = await house.as('townAdmin-town')
    const adopted = await admin.post('/api/v1/devices', {
      id: 'board-1',
      name: '新设备',
      kind: 'airStation',
      village: villageB,
      lon: 106.74,
      lat: 29.19,
    })
    expect(adopted.status).toBe(201)
    expect((await load('desk-a')).devices).toBe(before - 1)
    expect((await board(villageA)).devices).toBe(13)
  })
})

describe('the load of a console', () => {
  it('counts what came in the last ten minutes, what nobody has seen, and what is late', async () => {
    const before = await load()
    expect(before).toMatchObject({ at: townMonday, alarmsLast10Min: 2, overdue: 2 })
    await sayOnce(house, 'v1-sos1', 'event', { ts: clock.now(), type: 'help', state: 'pulse' })
    const person = await house.as('operator-town')
    const after = await seen<Load>(
      person,
      '/api/v1/load',
      (body) => body.unacknowledged > before.unacknowledged,
    )
    expect(after.alarmsLast10Min).toBe(before.alarmsLast10Min + 1)
    clock.advance(10 * minute + 1)
    const later = await load()
    expect(later.alarmsLast10Min).toBe(0)
    // "soon", "far" and the call for help have run out meanwhile.
    expect(later.overdue).toBe(before.overdue + 3)
    expect(later.unacknowledged).toBe(after.unacknowledged)
  })

  it('is that of the asker’s place, down to the grid', async () => {
    const [town, village, grid] = [await load(), await load('desk-a'), await load('grid-one')]
    expect(village.unacknowledged).toBeLessThan(town.unacknowledged)
    expect(grid.devices).toBeGreaterThan(0)
    expect(grid.devices).toBeLessThan(village.devices)
    expect(grid.quarantineWaiting).toBe(0)
  })

  it('counts every message that waits in quarantine, however many', async () => {
    const airs = await Promise.all(['v1-pm3', 'v2-pm3'].map((id) => onAir(house, id)))
    const wrong = airs.flatMap((air) =>
      Array.from({ length: 600 }, (_, n) => air.say('telemetry', { readings: { pm25: -1 - n } })),
    )
    await Promise.all(wrong)
    await Promise.all(airs.map((air) => air.leave()))
    expect((await load()).quarantineWaiting).toBe(1200)
    expect((await load('desk-a')).quarantineWaiting).toBe(600)
  })
})
