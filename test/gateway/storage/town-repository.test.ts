import { describe, expect, it } from 'vitest'
import type { Device } from '../../../gateway/domain/device.ts'
import { ConflictError } from '../../../gateway/domain/errors.ts'
import { createTownRepository, raiseRevision } from '../../../gateway/storage/town-repository.ts'
import { addUser, townCode, useHouseTables, villageA } from './house-tables.ts'

const house = useHouseTables()
const towns = () => createTownRepository({ db: house.db, timeZone: 'Asia/Shanghai' })

const device = (id: string, over: Partial<Device> = {}): Device => ({
  id,
  name: `设备 ${id}`,
  kind: 'camera',
  village: villageA,
  grid: `${villageA}001`,
  position: [106.7, 29.18],
  adapter: 'onvif',
  address: 'http://10.0.0.9',
  headingDeg: 0,
  fieldOfViewDeg: 62.5,
  state: 'commissioning',
  ...over,
})

describe('the town', () => {
  it('is empty at first, with its zone', async () => {
    expect(await towns().load()).toEqual({
      places: [],
      hazards: [],
      rules: [],
      seasons: [],
      timeZone: 'Asia/Shanghai',
      calendar: { restDays: [], workDays: [] },
    })
    expect(await towns().revision()).toBe(0)
  })

  it('has its rules in the order of the file, its places by their codes', async () => {
    const bodies = ['c', 'a', 'b'].map((id, position) => ({
      id,
      position,
      body: JSON.stringify({ id }),
    }))
    await house.db.insertInto('rule').values(bodies).execute()
    // Rows of two imports may claim the same position.
    await house.db.insertInto('rule').values({ id: 'A', position: 0, body: '{"id":"A"}' }).execute()
    for (const code of [villageA, townCode, `${villageA}001`]) {
      await house.db
        .insertInto('place')
        .values({
          code,
          name: code,
          level: 'town',
          parent: null,
          boundary: '{"type":"Polygon","coordinates":[]}',
        })
        .execute()
    }
    const town = await towns().load()
    expect(town.rules.map(({ id }) => id)).toEqual(['A', 'c', 'a', 'b'])
    expect(town.places.map(({ code }) => code)).toEqual([townCode, villageA, `${villageA}001`])
    expect(town.places[0]?.boundary).toEqual({ type: 'Polygon', coordinates: [] })
  })

  it('in full tells no secret and no password', async () => {
    await addUser(house.db, 'u1', { password_hash: 'argon-secret' })
    await towns().addDevice(device('d'), 'device-secret')
    const contents = await towns().contents()
    expect(contents.devices).toEqual([device('d')])
    expect(contents.users).toHaveLength(1)
    expect(JSON.stringify(contents)).not.toMatch(/argon-secret|device-secret/)
  })
})

describe('adding a device', () => {
  it.each<Partial<Device>>([
    {},
    { grid: null, address: null, headingDeg: null, fieldOfViewDeg: null },
    { position: [-180, -90], headingDeg: 360, state: 'outOfService' },
  ])('keeps it as it was: %o', async (over) => {
    await towns().addDevice(device('d', over), 'hash')
    expect((await towns().contents()).devices).toEqual([device('d', over)])
    const row = await house.db.selectFrom('device').select('secret_hash').executeTakeFirst()
    expect(row?.secret_hash).toBe('hash')
  })

  it('tells those who follow the town, once for each', async () => {
    await towns().addDevice(device('a'), 'h')
    expect(await towns().revision()).toBe(1)
    await towns().addDevice(device('b'), 'h')
    expect(await towns().revision()).toBe(2)
  })

  it('twice is a conflict: the first stays, its secret too, and nobody is told', async () => {
    await towns().addDevice(device('a'), 'first')
    const again = towns().addDevice(device('a', { name: 'other' }), 'second')
    await expect(again).rejects.toThrow(ConflictError)
    await expect(again).rejects.toThrow('There is a device a already.')
    const row = await house.db.selectFrom('device').selectAll().executeTakeFirst()
    expect(row).toMatchObject({ name: '设备 a', secret_hash: 'first' })
    expect(await towns().revision()).toBe(1)
  })

  it('of many at once with one id one wins', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => towns().addDevice(device('a'), `h${i}`)),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await towns().revision()).toBe(1)
  })
})

describe('the revision', () => {
  it('does not rise with work that was undone', async () => {
    const undone = house.db.transaction().execute(async (trx) => {
      await raiseRevision(trx)
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    expect(await towns().revision()).toBe(0)
  })
})
