import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { observedProperties } from '../../../../gateway/domain/observation.ts'
import { type SeriesView, seriesSchema } from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, villageA, villageB } from '../house.ts'
import { onAir, sayOnce } from '../on-air.ts'
import { day, hour, minute, townClock, townMonday } from '../town-clock.ts'

/** Charts: readings that came over MQTT, asked for in every resolution. */

const clock = townClock()
/** Two days back, at a town's midnight. */
const start = townMonday - 10 * hour - 2 * day
let house: House

/** One reading each five minutes for two days; the value says which. */
const sent = Array.from({ length: 576 }, (_, index) => ({
  ts: start + index * 5 * minute,
  readings: { pm25: index },
}))

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [`grid-one,一格,viewer,${villageA}001`, `grid-four,四格,viewer,${villageA}004`],
  })
  const air = await onAir(house, 'v1-pm1')
  for (let at = 0; at < sent.length; at += 96) await air.say('telemetry', sent.slice(at, at + 96))
  await air.leave()
})

afterAll(() => house?.stop())

interface Asked {
  device?: string
  property?: string
  from?: number | string
  to?: number | string
  resolution?: string
}

async function ask(asked: Asked, username = 'operator-town') {
  const query = new URLSearchParams({
    device: 'v1-pm1',
    property: 'pm25',
    from: String(start),
    to: String(start + 2 * day),
    ...(asked as Record<string, string>),
  })
  return (await house.as(username)).get(`/api/v1/series?${query.toString()}`)
}

async function series(asked: Asked): Promise<SeriesView> {
  const { body, text } = await ask(asked)
  return seriesSchema.strict().parse(body, { error: () => text })
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length

/** min, mean, max, count of what was sent in each stretch of time. */
function rolled(ms: number) {
  return Array.from({ length: (2 * day) / ms }, (_, index) => {
    const from = start + index * ms
    const values = sent
      .filter(({ ts }) => ts >= from && ts < from + ms)
      .map(({ readings }) => readings.pm25)
    return [from, Math.min(...values), mean(values), Math.max(...values), values.length]
  })
}

describe('a series', () => {
  it('raw is every reading, in order, in its unit', async () => {
    expect(await series({ resolution: 'raw' })).toEqual({
      device: 'v1-pm1',
      property: 'pm25',
      unit: 'µg/m³',
      resolution: 'raw',
      points: sent.map(({ ts, readings }) => [ts, readings.pm25]),
    })
  })

  it.each([
    ['hour', hour],
    ['day', day],
  ] as const)('by the %s has min, mean, max and count', async (resolution, ms) => {
    const { points } = await series({ resolution })
    expect(points).toEqual(rolled(ms))
  })

  it('by the minute has one point for each minute that was heard', async () => {
    const { points } = await series({ resolution: 'minute', to: start + hour })
    expect(points).toHaveLength(12)
    expect(points[1]).toEqual([start + 5 * minute, 1, 1, 1, 1])
  })

  it('a chart that asks for nothing special gets what it can draw', async () => {
    const few = await series({})
    expect(few.resolution).toBe('raw')
    expect(few.points).toHaveLength(576)
  })

  it('from is within, to is not', async () => {
    const { points } = await series({
      resolution: 'raw',
      from: start + 5 * minute,
      to: start + 15 * minute,
    })
    expect(points.map(([at]) => at)).toEqual([start + 5 * minute, start + 10 * minute])
  })

  it('by the hour begins with the hour that from lies in', async () => {
    const { points } = await series({
      resolution: 'hour',
      from: start + 90 * minute,
      to: start + 3 * hour,
    })
    expect(points.map(([at]) => at)).toEqual([start + hour, start + 2 * hour])
  })

  it.each(['raw', 'minute', 'hour', 'day', 'auto'])(
    'of a time without readings is empty (%s)',
    async (resolution) => {
      const { points } = await series({ resolution, from: 0, to: start - day })
      expect(points).toEqual([])
    },
  )

  it('of a device that never spoke is empty, in the property’s unit', async () => {
    const answer = await series({ device: 'v1-smoke1', property: 'temperature' })
    expect(answer).toMatchObject({ unit: '°C', points: [] })
  })

  it('knows the unit of each property', async () => {
    for (const [property, { unit }] of Object.entries(observedProperties)) {
      expect(await series({ property })).toMatchObject({ property, unit })
    }
  })

  it('the same reading again changes nothing, a late one falls into its place', async () => {
    await sayOnce(house, 'v1-pm2', 'telemetry', [
      { ts: start, readings: { pm25: 1 } },
      { ts: start + 2 * minute, readings: { pm25: 3 } },
    ])
    await sayOnce(house, 'v1-pm2', 'telemetry', { ts: start + minute, readings: { pm25: 2 } })
    await sayOnce(house, 'v1-pm2', 'telemetry', { ts: start, readings: { pm25: 1 } })
    const raw = await series({ device: 'v1-pm2', resolution: 'raw' })
    expect(raw.points.map(([, value]) => value)).toEqual([1, 2, 3])
    const hourly = await series({ device: 'v1-pm2', resolution: 'hour' })
    expect(hourly.points).toEqual([[start, 1, 2, 3, 3]])
  })

  it('may be asked over all of time', async () => {
    const { points } = await series({ from: 0, to: 8_640_000_000_000_000, resolution: 'day' })
    expect(points.map((point) => point.at(-1))).toEqual([288, 288])
  })
})

describe('a wrong question', () => {
  it.each<[string, Asked, number, RegExp]>([
    ['to before from', { from: 2, to: 1 }, 400, /to must be later than from/],
    ['no time at all', { from: 2, to: 2 }, 400, /to must be later than from/],
    ['a property that is none', { property: 'pm10' }, 400, /pm10.*pm25, temperature/],
    ['a property of the language', { property: 'constructor' }, 400, /no property/],
    ['a resolution that is none', { resolution: 'week' }, 400, /"raw"\|"minute"\|"hour"/],
    ['a time that is none', { from: 'yesterday' }, 400, /from/],
    ['a time with a fraction', { to: '1.5' }, 400, /to/],
    ['a time without end', { to: '1e999' }, 400, /to/],
    ['a device that is none', { device: 'v9-pm1' }, 404, /no such device/],
    ['no device at all', { device: '' }, 404, /no such device/],
  ])('%s', async (_name, asked, status, words) => {
    const answer = await ask(asked)
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toMatch(words)
  })

  it('what is missing is named', async () => {
    const answer = await (await house.as('operator-town')).get('/api/v1/series?device=v1-pm1')
    expect(answer.status).toBe(400)
    const paths = answer.body.errors.map((error: { path: string }) => error.path)
    expect(paths).toEqual(['querystring.property', 'querystring.from', 'querystring.to'])
  })

  it.each([
    ['viewer-a', 'v1-pm1', 200],
    ['viewer-a', 'v2-pm1', 404],
    ['grid-one', 'v1-pm1', 200],
    ['grid-four', 'v1-pm1', 404],
  ])('%s of %s: %i', async (username, device, status) => {
    expect((await ask({ device }, username)).status).toBe(status)
  })
})

async function observations(query: string, username = 'operator-town') {
  return (await house.as(username)).get(`/api/v1/observations?${query}`)
}

describe('the latest observations of a device', () => {
  it('are newest first, as they were accepted, of all kinds', async () => {
    const air = await onAir(house, 'v2-water1')
    await air.say('telemetry', { ts: clock.now() - 5, readings: { waterLevel: 1.25, battery: 80 } })
    await air.say('status', 'online')
    await air.say('event', {
      ts: clock.now(),
      id: 'e1',
      type: 'smoke',
      state: 'active',
      confidence: 0.9,
      bearingDeg: 12.5,
    })
    await air.leave()
    const { body } = await observations('device=v2-water1&limit=4')
    expect(body.nextCursor).toBeNull()
    const kinds = body.items.map((one: { kind: string }) => one.kind)
    expect(kinds).toContain('event')
    expect(body.items).toContainEqual({
      seq: expect.any(Number),
      kind: 'event',
      device: 'v2-water1',
      observedAt: clock.now(),
      receivedAt: clock.now(),
      type: 'smoke',
      state: 'active',
      confidence: 0.9,
      bearingDeg: 12.5,
    })
    const { items } = (await observations('device=v2-water1&limit=200')).body
    expect(items).toContainEqual(
      expect.objectContaining({
        kind: 'reading',
        property: 'waterLevel',
        value: 1.25,
        unit: 'm',
        observedAt: clock.now() - 5,
      }),
    )
    expect(items).toContainEqual(expect.objectContaining({ kind: 'status', online: true }))
    const numbers = items.map((one: { seq: number }) => one.seq)
    expect(numbers).toEqual(numbers.toSorted((a: number, b: number) => b - a))
  })

  it('are at most as many as asked for, the newest ones', async () => {
    const { body } = await observations('device=v1-pm1&limit=3')
    expect(body.items.map((one: { value?: number }) => one.value)).toEqual([575, 574, 573])
  })

  it('of a quiet device are none', async () => {
    expect((await observations('device=v8-pm6')).body).toEqual({ items: [], nextCursor: null })
  })

  it.each([
    ['device=v2-pm1', 'viewer-a', 404],
    ['device=v9', 'operator-town', 404],
    ['limit=5', 'operator-town', 400],
    ['device=v1-pm1&limit=1000', 'operator-town', 400],
  ])('?%s for %s: %i', async (query, username, status) => {
    const answer = await observations(query, username)
    expect(answer.status).toBe(status)
    expect(answer.body.detail.length).toBeGreaterThan(10)
    expect(answer.text).not.toContain(villageB)
  })
})
