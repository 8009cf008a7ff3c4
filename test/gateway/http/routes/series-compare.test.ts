import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  comparisonSchema,
  extentSchema,
  overviewSchema,
  seriesMarksSchema,
} from '../../../../gateway/http/schemas/series.ts'
import { raiseRevision } from '../../../../gateway/storage/town-repository.ts'
import { type House, openHouse, seedCase, townCode, villageA, villageB } from '../house.ts'
import { keepLatest } from '../kept-latest.ts'
import { onAir, seen } from '../on-air.ts'
import { day, hour, minute, townClock, townMonday } from '../town-clock.ts'

/** Several series at one look, on a town that has two days behind it. */

const api = '/api/v1'
const clock = townClock()
/** Two days back, at a town's midnight. */
const start = townMonday - 10 * hour - 2 * day
const end = start + 2 * day
let house: House

async function send(device: string, everyMs: number, readings: (index: number) => object) {
  const air = await onAir(house, device)
  const sent = Array.from({ length: (2 * day) / everyMs }, (_, index) => ({
    ts: start + index * everyMs,
    readings: readings(index),
  }))
  for (let at = 0; at < sent.length; at += 96) await air.say('telemetry', sent.slice(at, at + 96))
  await air.leave()
}

beforeAll(async () => {
  house = await openHouse({ clock, people: [`grid-one,一格,viewer,${villageA}001`] })
  await send('v1-pm1', 5 * minute, (index) => ({ pm25: index }))
  await send('v1-pm2', hour, (index) => ({ pm25: 100 + index, battery: 90 }))
  await send('v1-smoke1', hour, (index) => ({ smoke: index / 10, temperature: 20 }))
  await send('v2-water1', hour, () => ({ waterLevel: 1.5 }))
  await keepLatest(house, clock)
})

afterAll(() => house?.stop())

async function ask(path: string, username = 'operator-town') {
  return (await house.as(username)).get(`${api}/series/${path}`)
}

const window = `from=${start}&to=${end}`

function asked(series: readonly string[], rest = window): string {
  return `${series.map((one) => `series=${encodeURIComponent(one)}`).join('&')}&${rest}`
}

describe('series beside each other', () => {
  async function compare(series: readonly string[], rest = window) {
    const { body, text } = await ask(`compare?${asked(series, rest)}`)
    return comparisonSchema.strict().parse(body, { error: () => text })
  }

  it('are in the order asked for, in one resolution, each in its unit', async () => {
    const answer = await compare(
      ['v1-pm2:pm25', 'v1-pm1:pm25', 'v2-water1:waterLevel', 'v1-pm1:co'],
      `${window}&resolution=day`,
    )
    expect(answer.resolution).toBe('day')
    expect(answer.series.map(({ device, property, unit }) => [device, property, unit])).toEqual([
      ['v1-pm2', 'pm25', 'µg/m³'],
      ['v1-pm1', 'pm25', 'µg/m³'],
      ['v2-water1', 'waterLevel', 'm'],
      ['v1-pm1', 'co', 'ppm'],
    ])
    expect(answer.series.map(({ points }) => points)).toEqual([
      [
        [start, 100, 111.5, 123, 24],
        [start + day, 124, 135.5, 147, 24],
      ],
      [
        [start, 0, 143.5, 287, 288],
        [start + day, 288, 431.5, 575, 288],
      ],
      [
        [start, 1.5, 1.5, 1.5, 24],
        [start + day, 1.5, 1.5, 1.5, 24],
      ],
      [],
    ])
  })

  it('show single readings while the longest has few', async () => {
    const { resolution, series } = await compare(['v1-pm2:pm25', 'v1-pm1:pm25'])
    expect(resolution).toBe('raw')
    expect(series.map(({ points }) => points.length)).toEqual([48, 576])
  })

  it('one alone may be asked for as well', async () => {
    const { series } = await compare(['v1-pm2:battery'], `${window}&resolution=hour`)
    expect(series).toHaveLength(1)
    expect(series[0]?.points[0]).toEqual([start, 90, 90, 90, 1])
  })

  it.each<[string, string, number, RegExp]>([
    ['none', window, 400, /series/],
    ['no colon', asked(['v1-pm1']), 400, /must look like device:property/],
    ['a property that is none', asked(['v1-pm1:pm10']), 400, /There is no property pm10/],
    ['a device that is none', asked(['v9-pm1:pm25']), 404, /no such device/],
    ['too many', asked(Array.from({ length: 21 }, () => 'v1-pm1:pm25')), 400, /20/],
    ['to before from', asked(['v1-pm1:pm25'], 'from=2&to=1'), 400, /to must be later than from/],
  ])('refused: %s', async (_, query, status, words) => {
    for (const path of ['compare', 'marks']) {
      const answer = await ask(`${path}?${query}`)
      expect(answer.status).toBe(status)
      expect(answer.text).toMatch(words)
    }
  })

  it('one outside hides all', async () => {
    const query = asked(['v1-pm1:pm25', 'v2-water1:waterLevel'])
    expect((await ask(`compare?${query}`, 'viewer-a')).status).toBe(404)
    expect((await ask(`compare?${asked(['v1-pm1:pm25'])}`, 'grid-one')).status).toBe(200)
  })
})

describe('what is drawn beside them', () => {
  async function marks(series: readonly string[], rest = window, username = 'operator-town') {
    const { body, text } = await ask(`marks?${asked(series, rest)}`, username)
    return seriesMarksSchema.strict().parse(body, { error: () => text })
  }

  it('thresholds of the rules for that kind of device and property, with their side', async () => {
    const { thresholds } = await marks([
      'v1-smoke1:smoke',
      'v1-smoke1:battery',
      'v2-water1:waterLevel',
    ])
    const line = { device: 'v1-smoke1' }
    expect(thresholds).toEqual([
      expect.objectContaining({
        ...line,
        property: 'smoke',
        rule: 'smoke-high',
        name: '林火烟感报警',
        severity: 'orange',
        value: 5,
        side: 'above',
      }),
      expect.objectContaining({ ...line, property: 'battery', value: 15, side: 'below' }),
      expect.objectContaining({ device: 'v2-water1', rule: 'water-high', value: 3.2 }),
    ])
  })

  it('nothing for rules without a line of their own, nor for other kinds of device', async () => {
    const { thresholds } = await marks([
      'v1-smoke1:temperature',
      'v1-pm1:pm25',
      'v1-pm1:battery',
      'v1-pm1:smoke',
    ])
    expect(thresholds).toEqual([])
  })

  interface Alarm {
    id: string
    raised: number
    cleared: number | null
    device?: string
    village?: string
    incident?: string | null
    cause?: object
  }

  function addAlarms(alarms: readonly Alarm[]) {
    const rows = alarms.map((alarm) => ({
      id: alarm.id,
      rule: 'smoke-high',
      device: alarm.device ?? 'v1-smoke3',
      hazard: 'forestFire',
      severity: 'orange',
      village: alarm.village ?? villageA,
      grid: null,
      lon: 106.7,
      lat: 29.19,
      state: 'cleared',
      raised_at: alarm.raised,
      cleared_at: alarm.cleared,
      acknowledged_at: null,
      acknowledged_by: null,
      incident: alarm.incident ?? null,
      cause: JSON.stringify(alarm.cause ?? { property: 'smoke', value: 9, limit: 5 }),
    }))
    return house.db.insertInto('alarm').values(rows).execute()
  }

  it('alarms of the device that were on in that time, newest first, with their case', async () => {
    await seedCase(house.db, { id: 'told', alarm: null })
    await addAlarms([
      { id: 'before', raised: start - 2 * hour, cleared: start },
      { id: 'into', raised: start - hour, cleared: start + 1, incident: 'i-told' },
      { id: 'moment', raised: start, cleared: start },
      { id: 'within', raised: start + hour, cleared: start + 2 * hour, cause: { lastHeardAt: 5 } },
      { id: 'open', raised: end - 1, cleared: null },
      { id: 'after', raised: end, cleared: null, device: 'v1-smoke2' },
      { id: 'other', raised: start + hour, cleared: end, device: 'v1-smoke2' },
    ])
    const { alarms } = await marks(['v1-smoke3:smoke', 'v1-smoke3:battery'])
    expect(alarms.map(({ id }) => id)).toEqual(['open', 'within', 'moment', 'into'])
    expect(alarms[0]).toEqual({
      id: 'open',
      device: 'v1-smoke3',
      property: 'smoke',
      name: '林火烟感报警',
      severity: 'orange',
      from: end - 1,
      to: null,
      case: null,
    })
    expect(alarms[1]?.property).toBeNull()
    expect(alarms[3]).toMatchObject({ from: start - hour, to: start + 1, case: 'told' })
  })

  it('alarms that it raised in another village are not for this one', async () => {
    await addAlarms([
      { id: 'moved', raised: start, cleared: end, device: 'v1-smoke1', village: villageB },
    ])
    const town = await marks(['v1-smoke1:smoke'])
    expect(town.alarms.map(({ id }) => id)).toEqual(['moved'])
    expect((await marks(['v1-smoke1:smoke'], window, 'viewer-a')).alarms).toEqual([])
  })

  it('of too many the newest five hundred', async () => {
    await addAlarms(
      Array.from({ length: 520 }, (_, index) => ({
        id: `many-${index}`,
        raised: start + index * minute,
        cleared: start + index * minute + 1,
        device: 'v1-pm4',
      })),
    )
    const { alarms } = await marks(['v1-pm4:pm25'])
    expect(alarms).toHaveLength(500)
    expect(alarms[0]?.id).toBe('many-519')
    expect(alarms.at(-1)?.id).toBe('many-20')
  })
})

describe('a place at one look', () => {
  async function overview(query: string, username = 'operator-town') {
    const { body, text } = await ask(`overview?${query}`, username)
    return overviewSchema.strict().parse(body, { error: () => text })
  }

  it('has all series of that class, coarsely, with the last value', async () => {
    const { resolution, items } = await overview(`place=${villageA}&class=air&${window}`)
    expect(resolution).toBe('hour')
    expect(items.map(({ device, property }) => `${device}:${property}`).toSorted()).toEqual([
      'v1-pm1:pm25',
      'v1-pm2:pm25',
      'v1-smoke1:smoke',
    ])
    const names = items.map(({ deviceName }) => deviceName)
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'zh-CN')))
    const one = items.find(({ device }) => device === 'v1-pm2')
    expect(one).toMatchObject({
      deviceName: '青石村空气站2',
      village: villageA,
      unit: 'µg/m³',
      latest: [end - hour, 147],
    })
    expect(one?.points).toHaveLength(48)
    expect(one?.points[1]).toEqual([start + hour, 101, 101, 101, 1])
  })

  it.each([
    [`place=${villageA}&class=weather`, ['v1-smoke1:temperature']],
    [`place=${villageA}&class=device`, ['v1-pm2:battery']],
    [`place=${villageA}&class=slope`, []],
    [`place=${townCode}&class=water`, ['v2-water1:waterLevel']],
    [`place=${villageA}001&class=air`, ['v1-pm1:pm25', 'v1-smoke1:smoke']],
  ])('%s', async (query, expected) => {
    const { items } = await overview(`${query}&${window}`)
    const names = items.map(({ device, property }) => `${device}:${property}`)
    expect(names.toSorted()).toEqual(expected)
  })

  it('of a time gone by has the last mean of that time, and null where there is nothing', async () => {
    const past = await overview(
      `place=${villageA}&class=device&from=${start}&to=${start + 20 * hour}`,
    )
    expect(past.items[0]?.latest).toEqual([start + 19 * hour, 90])
    const none = await overview(`place=${villageA}&class=device&from=0&to=1000`)
    expect(none.items[0]).toMatchObject({ device: 'v1-pm2', latest: null, points: [] })
  })

  it.each([
    [3 * hour, 'minute'],
    [7 * day, 'hour'],
    [30 * day, 'day'],
    [365 * day, 'day'],
  ])('over %i ms is by the right step', async (span, resolution) => {
    const query = `place=${villageA}&class=air&from=${end - span}&to=${end}`
    expect((await overview(query)).resolution).toBe(resolution)
  })

  it.each<[string, string, number, RegExp]>([
    ['a place that is none', 'place=990101101299&class=air', 404, /no such place/],
    ['a class that is none', `place=${villageA}&class=noise`, 400, /class/],
    ['no place', 'class=air', 400, /place/],
  ])('refused: %s', async (_, query, status, words) => {
    const answer = await ask(`overview?${query}&${window}`)
    expect(answer.status).toBe(status)
    expect(answer.text).toMatch(words)
  })

  it('is of the asker’s own places only', async () => {
    const own = `overview?place=${villageA}001&class=air&${window}`
    expect((await ask(own, 'grid-one')).status).toBe(200)
    expect((await ask(own, 'viewer-a')).status).toBe(200)
    for (const place of [villageA, townCode, villageB]) {
      const answer = await ask(`overview?place=${place}&class=air&${window}`, 'grid-one')
      expect(answer.status).toBe(404)
    }
  })
})

describe('how far back they go', () => {
  async function extents(query: string, username = 'operator-town') {
    const { body, text } = await ask(`extent${query}`, username)
    const { items } = extentSchema.strict().parse(body, { error: () => text })
    return items.toSorted((a, b) =>
      `${a.device}:${a.property}`.localeCompare(`${b.device}:${b.property}`, 'en'),
    )
  }

  it('of devices by name', async () => {
    expect(await extents('?device=v1-pm1&device=v1-pm2')).toEqual([
      {
        device: 'v1-pm1',
        property: 'pm25',
        unit: 'µg/m³',
        first: start,
        last: end - 5 * minute,
        readings: 576,
      },
      ...['battery', 'pm25'].map((property) =>
        expect.objectContaining({
          device: 'v1-pm2',
          property,
          first: start,
          last: end - hour,
          readings: 48,
        }),
      ),
    ])
  })

  it('of a place, of a device within it, and of all the asker may see', async () => {
    const devices = async (query: string, username?: string) =>
      [...new Set((await extents(query, username)).map(({ device }) => device))].toSorted()
    expect(await devices(`?place=${villageB}`)).toEqual(['v2-water1'])
    expect(await devices(`?place=${villageB}&device=v1-pm1`)).toEqual([])
    expect(await devices('')).toEqual(['v1-pm1', 'v1-pm2', 'v1-smoke1', 'v2-water1', 'v3-met1'])
    expect(await devices('', 'viewer-a')).toEqual(['v1-pm1', 'v1-pm2', 'v1-smoke1'])
    expect(await devices('', 'grid-one')).toEqual(['v1-pm1', 'v1-smoke1'])
  })

  it('not of what is outside', async () => {
    expect((await ask('extent?device=v2-water1', 'viewer-a')).status).toBe(404)
    expect((await ask(`extent?place=${townCode}`, 'viewer-a')).status).toBe(404)
    expect((await ask('extent?device=v9-pm1')).status).toBe(404)
  })
})

describe('a device that never spoke here', () => {
  it('is in the overview with what was brought in of it', async () => {
    const sent = [0, 1, 2].map((index) => ({
      ts: start + index * hour,
      readings: { pm25: 10 + index },
    }))
    const air = await onAir(house, 'v2-pm3')
    await air.say('telemetry', sent)
    await air.leave()
    await keepLatest(house, clock)
    // As if they had come out of a file: then there is no last reading.
    await house.db.deleteFrom('latest_reading').where('device', '=', 'v2-pm3').execute()
    const { body } = await ask(`overview?place=${villageB}&class=air&${window}`)
    expect(body.items).toEqual([
      {
        device: 'v2-pm3',
        deviceName: '柳溪村空气站3',
        village: villageB,
        property: 'pm25',
        unit: 'µg/m³',
        latest: [start + 2 * hour, 12],
        points: sent.map(({ ts, readings: { pm25 } }) => [ts, pm25, pm25, pm25, 1]),
      },
    ])
  })
})

describe('more than one look takes', () => {
  it('is refused with how many there are, and what to do', async () => {
    const template = await house.db
      .selectFrom('device')
      .selectAll()
      .where('id', '=', 'v1-pm1')
      .executeTakeFirstOrThrow()
    const ids = Array.from({ length: 100 }, (_, index) => `many-${index}`)
    await house.db.transaction().execute(async (trx) => {
      const devices = ids.map((id) => ({ ...template, id, secret_hash: null }))
      await trx.insertInto('device').values(devices).execute()
      const readings = ids.flatMap((device) =>
        ['pm25', 'co'].map((property) => ({ device, property, observed_at: start, value: 1 })),
      )
      await trx.insertInto('latest_reading').values(readings).execute()
      await raiseRevision(trx)
    })
    interface Devices {
      items: { id: string }[]
    }
    const operator = await house.as('operator-town')
    const query = `${api}/devices?limit=200&village=${villageA}`
    await seen<Devices>(operator, query, ({ items }) => items.some(({ id }) => id === 'many-99'))
    const { status, body } = await ask(`overview?place=${villageA}&class=air&${window}`)
    expect(status).toBe(400)
    expect(body.detail).toMatch(/There are 203 series.*at most 200.*villages or grids/)
  })
})
