import { describe, expect, it } from 'vitest'
import { type AlarmState, alarmStates } from '../../../gateway/domain/alarm.ts'
import type { AlarmFilter, IncidentFilter } from '../../../gateway/ports/queries.ts'
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
const queries = () =>
  createQueries({
    db: house.db,
    clock: { now: () => 5000, monotonic: () => 0 },
    names: { rule: () => '规则', device: (id) => `名 ${id}`, town: () => townCode },
  })

const ask = (over: Partial<AlarmFilter> = {}) =>
  queries().alarms({ scope: townCode, limit: 100, ...over })
const idsOf = async (over: Partial<AlarmFilter> = {}) => (await ask(over)).items.map(({ id }) => id)

describe('the list of alarms', () => {
  const b = { village: villageB, grid: null }
  const rows: [string, Partial<AlarmFilter>, string][] = [
    ['all, newest first', {}, 'e d c b a'],
    ['of a device', { device: 'd-c' }, 'c'],
    ['of a village', { village: villageB }, 'd b'],
    ['of a hazard', { hazard: 'flood' }, 'e'],
    ['of an incident', { incident: 'i' }, 'b a'],
    ['whose condition holds', { active: true }, 'e b a'],
    ['not seen yet', { unacknowledged: true }, 'e c a'],
    ['holding and not seen', { active: true, unacknowledged: true }, 'e a'],
    ['in a village', { scope: villageA }, 'e c a'],
    ['in a grid', { scope: `${villageA}002` }, 'e'],
    ['elsewhere', { scope: '990101102' }, ''],
  ]
  it.each(rows)('%s', async (_, filter, expected) => {
    await fill(house.db, {
      incidents: [incidentOf('i')],
      alarms: [
        alarmOf('a', { raisedAt: 1, incident: 'i' }),
        alarmOf('b', { raisedAt: 2, incident: 'i', state: 'activeAcknowledged', ...b }),
        alarmOf('c', { raisedAt: 3, state: 'clearedUnacknowledged', clearedAt: 4 }),
        alarmOf('d', { raisedAt: 4, state: 'cleared', clearedAt: 4, ...b }),
        alarmOf('e', { raisedAt: 5, hazard: 'flood', grid: `${villageA}002` }),
      ],
    })
    expect((await idsOf(filter)).join(' ')).toBe(expected)
  })

  it('is complete and without doubles while alarms come in', async () => {
    const old = Array.from({ length: 40 }, (_, i) =>
      alarmOf(`old${i}`, { raisedAt: 100 + (i % 3) }),
    )
    await fill(house.db, { alarms: old })
    for (const limit of [1, 6, 39, 40]) {
      const seen: string[] = []
      let cursor: string | undefined
      for (let page = 1; ; page++) {
        const { items, nextCursor } = await ask({ limit, cursor })
        seen.push(...items.map(({ id }) => id))
        if (nextCursor === null) break
        cursor = nextCursor
        const id = `new${limit}-${page}`
        await fill(house.db, { alarms: [alarmOf(id, { raisedAt: 500 + page })] })
      }
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.filter((id) => id.startsWith('old'))).toHaveLength(40)
    }
  })

  it('names rule, device and who has seen it; who is gone by the id', async () => {
    await addUser(house.db, 'u1')
    const seen = { state: 'activeAcknowledged', acknowledgedAt: 9 } as const
    await fill(house.db, {
      alarms: [
        alarmOf('a', { ...seen, raisedAt: 3, acknowledgedBy: 'u1' }),
        alarmOf('b', { ...seen, raisedAt: 2, acknowledgedBy: 'u9' }),
        alarmOf('c', { raisedAt: 1 }),
      ],
    })
    const { items } = await ask()
    expect(items.map((one) => one.acknowledgedBy)).toEqual(['Person u1', 'u9', null])
    expect(items[0]).toMatchObject({ ruleName: '规则', deviceName: '名 d-a' })
    expect(items[0]?.cause).toEqual({ property: 'smoke', value: 9, limit: 5 })
    expect(await queries().alarm('a')).toEqual(items[0])
    expect(await queries().alarm('nobody')).toBeUndefined()
  })

  const loads: [AlarmState, number][] = alarmStates.map((state) => [
    state,
    state.endsWith('Unacknowledged') ? 1 : 0,
  ])
  it.each(loads)('%s is %i to look at', async (state, unacknowledged) => {
    await fill(house.db, { alarms: [alarmOf('a', { state, raisedAt: 50 })] })
    expect(await queries().alarmLoad(townCode, 50)).toEqual({ raised: 1, unacknowledged })
    // What stays unseen for days is still to be looked at.
    expect(await queries().alarmLoad(townCode, 51)).toEqual({ raised: 0, unacknowledged })
    expect(await queries().alarmLoad(villageB, 0)).toEqual({ raised: 0, unacknowledged: 0 })
  })
})

const list = async (over: Partial<IncidentFilter> = {}) =>
  (await queries().incidents({ scope: townCode, limit: 10, ...over })).items

describe('incidents', () => {
  it('count their alarms and name their case', async () => {
    await fill(house.db, {
      incidents: [
        incidentOf('i1', { openedAt: 1 }),
        incidentOf('i2', { openedAt: 2, hazard: 'flood', closedAt: 9 }),
        incidentOf('i3', { openedAt: 3, village: villageB, grid: null }),
      ],
      alarms: ['x', 'y'].map((id) => alarmOf(id, { incident: 'i1' })),
      cases: [caseOf('c1', { incident: 'i1' })],
    })
    const brief = (await list()).map((one) => [one.id, one.alarms, one.case])
    expect(brief).toEqual([
      ['i3', 0, null],
      ['i2', 0, null],
      ['i1', 2, 'c1'],
    ])
    const ids = async (over: Partial<IncidentFilter>) => (await list(over)).map(({ id }) => id)
    expect(await ids({ open: true })).toEqual(['i3', 'i1'])
    expect(await ids({ hazard: 'flood' })).toEqual(['i2'])
    expect(await ids({ village: villageB })).toEqual(['i3'])
    expect(await ids({ scope: villageA })).toEqual(['i2', 'i1'])
    expect(await queries().incident('i1')).toEqual((await list())[2])
    expect(await queries().incident('i9')).toBeUndefined()
  })

  it('come page by page, each once', async () => {
    const incidents = Array.from({ length: 11 }, (_, i) => incidentOf(`i${i}`, { openedAt: 7 }))
    await fill(house.db, { incidents })
    const seen: string[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const page: { items: { id: string }[]; nextCursor: string | null } =
        await queries().incidents({ scope: townCode, limit: 3, cursor })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(seen.toSorted()).toEqual(incidents.map(({ id }) => id).toSorted())
    expect(seen).toHaveLength(11)
  })
})

describe('a picture', () => {
  const sha = 'ab'.repeat(32)
  it('is shown where an alarm of the scope refers to it, and nowhere else', async () => {
    await fill(house.db, {
      incidents: [incidentOf('i')],
      cases: [caseOf('c', { incident: 'i', number: 'N-7' })],
      alarms: [
        alarmOf('a', { incident: 'i', cause: { event: 'fire', picture: sha } }),
        alarmOf('b'),
      ],
    })
    const may = async (scope: string, picture = sha) =>
      (await queries().pictureInScope(picture, scope)) !== undefined
    expect(await queries().pictureInScope(sha, townCode)).toEqual({ alarm: 'a', case: 'N-7' })
    expect(await may(townCode)).toBe(true)
    expect(await may(villageA)).toBe(true)
    expect(await may(`${villageA}001`)).toBe(true)
    expect(await may(`${villageA}002`)).toBe(false)
    expect(await may(villageB)).toBe(false)
    expect(await may('990101102')).toBe(false)
    expect(await may(townCode, 'cd'.repeat(32))).toBe(false)
    expect(await may(townCode, sha.slice(0, 63))).toBe(false)
    expect(await may(townCode, "' or '1'='1")).toBe(false)
  })
})

describe('devices', () => {
  it('are online, offline, or nobody knows', async () => {
    await house.db
      .insertInto('presence')
      .values([
        { device: 'a', last_received_at: 1, online: 1 },
        { device: 'b', last_received_at: 2, online: 0 },
        { device: 'c', last_received_at: 3, online: null },
      ])
      .execute()
    const found = await queries().presence()
    expect(found.map(({ device, online }) => [device, online])).toEqual([
      ['a', true],
      ['b', false],
      ['c', null],
    ])
  })

  it('have their latest readings, also those with odd names and very many', async () => {
    const odd = [`d"'`, 'd,1', '设备', 'd]']
    const many = Array.from({ length: 2000 }, (_, i) => `m${i}`)
    await house.db
      .insertInto('latest_reading')
      .values(
        [...odd, 'other'].flatMap((device) =>
          ['smoke', 'battery'].map((property) => ({ device, property, observed_at: 5, value: 0 })),
        ),
      )
      .execute()
    const found = await queries().latestReadings([...odd, ...many])
    expect(found).toHaveLength(8)
    expect(new Set(found.map(({ device }) => device))).toEqual(new Set(odd))
    expect(found[0]).toMatchObject({ property: 'battery', observedAt: 5, value: 0 })
    expect(await queries().latestReadings([])).toEqual([])
  })
})
