import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createCalibrationStore } from '../../../../gateway/storage/calibration-store.ts'
import { type House, openHouse, type Person } from '../house.ts'
import { keepLatest } from '../kept-latest.ts'
import { listen } from '../listener.ts'
import { onAir, sayOnce, seen } from '../on-air.ts'
import { day, hour, minute, townClock, townMonday } from '../town-clock.ts'

/** A sensor was compared with a reference: what people, screens and rules see of it from then on. */

const api = '/api/v1'
const clock = townClock()
/** Two days back, at a town's midnight. */
const start = townMonday - 10 * hour - 2 * day
let house: House
let admin: Person

/** One each ten minutes for a day: 0, 1, 2 … */
const sent = Array.from({ length: 144 }, (_, index) => ({
  ts: start + index * 10 * minute,
  readings: { pm25: index },
}))

beforeAll(async () => {
  house = await openHouse({ clock })
  admin = await house.as('townAdmin-town')
  const air = await onAir(house, 'v1-pm1')
  for (let at = 0; at < sent.length; at += 72) await air.say('telemetry', sent.slice(at, at + 72))
  await air.leave()
})

afterAll(() => house?.stop())

beforeEach(async () => {
  for (const device of ['v1-pm1', 'v2-water1']) {
    for (const { property, from } of await listed(device)) {
      await admin.send('DELETE', `${api}/devices/${device}/calibrations/${property}/${from}`)
    }
  }
})

interface Listed {
  property: string
  from: number
  factor: number
}

async function listed(device = 'v1-pm1'): Promise<Listed[]> {
  return (await admin.get(`${api}/devices/${device}/calibrations`)).body.items
}

const pm = (from: number, change: object = {}) => ({
  property: 'pm25',
  from,
  factor: 2,
  offset: 1,
  reason: '与标准站比对',
  ...change,
})

function calibrate(body: object, device = 'v1-pm1') {
  return admin.post(`${api}/devices/${device}/calibrations`, body)
}

async function points(resolution: string, from = start, to = start + day) {
  const query = `device=v1-pm1&property=pm25&from=${from}&to=${to}&resolution=${resolution}`
  return (await admin.get(`${api}/series?${query}`)).body.points
}

describe('a calibration', () => {
  it('stands in the list with who entered it, when and why', async () => {
    const { status, body } = await calibrate(pm(start, { factor: 0.94, offset: -0.5 }))
    expect(status).toBe(201)
    const entry = {
      ...pm(start, { factor: 0.94, offset: -0.5 }),
      by: 'townAdmin',
      at: clock.now(),
    }
    expect(body).toEqual(entry)
    expect(await listed()).toEqual([entry])
    await calibrate(pm(start + day))
    expect((await listed()).map(({ from }) => from)).toEqual([start + day, start])
  })

  it('is in every answer from its time on, and what was measured is not touched', async () => {
    const before = await points('raw')
    await calibrate(pm(start + 12 * hour))
    const raw = await points('raw')
    expect(raw.slice(0, 72)).toEqual(before.slice(0, 72))
    expect(raw.slice(72)).toEqual(
      before.slice(72).map(([at, value]: [number, number]) => [at, value * 2 + 1]),
    )
    const hours = await points('hour')
    expect(hours[11]).toEqual([start + 11 * hour, 66, 68.5, 71, 6])
    expect(hours[12]).toEqual([start + 12 * hour, 145, 150, 155, 6])
    await admin.send('DELETE', `${api}/devices/v1-pm1/calibrations/pm25/${start + 12 * hour}`)
    expect(await points('raw')).toEqual(before)
  })

  it('that begins within an hour and a day: both are made of their readings', async () => {
    await calibrate(pm(start + 3 * hour + 30 * minute, { factor: 10, offset: 0 }))
    expect((await points('hour')).slice(2, 5)).toEqual([
      [start + 2 * hour, 12, 14.5, 17, 6],
      [start + 3 * hour, 18, 119.5, 230, 6],
      [start + 4 * hour, 240, 265, 290, 6],
    ])
    const values = sent.map(({ readings: { pm25 } }) => (pm25 >= 21 ? pm25 * 10 : pm25))
    const mean = Number((values.reduce((a, b) => a + b) / 144).toPrecision(12))
    expect(await points('day')).toEqual([[start, 0, mean, 1430, 144]])
  })

  it('with a negative factor turns the smallest into the largest', async () => {
    await calibrate(pm(start, { factor: -1, offset: 200 }))
    expect((await points('hour'))[0]).toEqual([start, 195, 197.5, 200, 6])
    expect(await points('minute', start, start + minute)).toEqual([[start, 200, 200, 200, 1]])
  })

  it('of the same time replaces the one before, and the audit log keeps both', async () => {
    await calibrate(pm(start, { factor: 3, offset: 0 }))
    await calibrate(pm(start, { factor: 0.5, offset: -1.5 }))
    expect(await listed()).toHaveLength(1)
    expect((await points('raw'))[10]).toEqual([start + 100 * minute, 3.5])
    const { items } = (await admin.get(`${api}/audit?limit=5`)).body
    expect(items[0]).toMatchObject({
      act: 'calibrateDevice',
      subject: 'device:v1-pm1',
      reason: '与标准站比对',
      detail: `pm25 from ${new Date(start).toISOString()}: × 0.5 − 1.5 µg/m³; before: × 3 + 0 µg/m³`,
    })
  })

  it('is in the latest observations, beside what was measured, and in the last value', async () => {
    await calibrate(pm(start, { factor: 3, offset: 0 }))
    clock.advance(minute)
    await sayOnce(house, 'v1-pm1', 'telemetry', { ts: clock.now(), readings: { pm25: 7, co: 5 } })
    const { items } = (await admin.get(`${api}/observations?device=v1-pm1&limit=2`)).body
    const values = Object.fromEntries(
      items.map((one: { property: string; value: number; measured?: number }) => [
        one.property,
        [one.value, one.measured],
      ]),
    )
    expect(values).toEqual({ pm25: [21, 7], co: [5, undefined] })
    interface Said {
      latest: { property: string; value: number }[]
    }
    const dust = ({ latest }: Said) => latest.find(({ property }) => property === 'pm25')?.value
    await keepLatest(house, clock)
    expect(dust((await admin.get(`${api}/devices/v1-pm1`)).body)).toBe(21)
    // The last value is another one at once, with no reading in between.
    await calibrate(pm(start + 1, { factor: 4, offset: 0 }))
    expect(dust((await admin.get(`${api}/devices/v1-pm1`)).body)).toBe(28)
    for (const from of [start, start + 1]) {
      await admin.send('DELETE', `${api}/devices/v1-pm1/calibrations/pm25/${from}`)
    }
    expect(dust((await admin.get(`${api}/devices/v1-pm1`)).body)).toBe(7)
  })

  it('is what screens hear while it happens', async () => {
    await calibrate(pm(start, { property: 'co', factor: 0.5, offset: 1 }))
    clock.advance(minute)
    const live = await listen(house.base, { cookie: admin.cookie })
    await live.wait(({ event }) => event === 'hello')
    await sayOnce(house, 'v1-pm1', 'telemetry', { ts: clock.now(), readings: { co: 9 } })
    const { data } = await live.wait(({ event }) => event === 'readings')
    live.stop()
    expect(data).toEqual([['v1-pm1', 'co', clock.now(), 5.5]])
  })

  it('is what rules go by: water that was measured too low raises the alarm', async () => {
    await calibrate(
      { property: 'waterLevel', from: 0, factor: 1, offset: 0.6, reason: '水尺校核' },
      'v2-water1',
    )
    const air = await onAir(house, 'v2-water1')
    for (let i = 0; i < 3; i++) {
      clock.advance(minute)
      await air.say('telemetry', { ts: clock.now(), readings: { waterLevel: 2.9 } })
    }
    await air.leave()
    interface Alarms {
      items: { rule: string; cause: object }[]
    }
    const { items } = await seen<Alarms>(
      admin,
      `${api}/alarms?device=v2-water1&active=true`,
      (body) => body.items.length === 1,
    )
    expect(items[0]).toMatchObject({
      rule: 'water-high',
      cause: { property: 'waterLevel', value: 3.5, limit: 3.2 },
    })
  })

  it('that another process entered is seen without a restart', async () => {
    const [, first] = await points('raw')
    expect(first[1]).toBe(1)
    const calibration = { device: 'v1-pm1', property: 'pm25', from: start } as const
    const said = { reason: 'compared', by: 'nobody', at: clock.now() }
    await createCalibrationStore(house.db).put({ ...calibration, factor: 5, offset: 0, ...said })
    const query = `device=v1-pm1&property=pm25&from=${start}&to=${start + hour}&resolution=raw`
    interface Series {
      points: [number, number][]
    }
    await seen<Series>(admin, `${api}/series?${query}`, (body) => body.points[1]?.[1] === 5)
  })
})

describe('what is refused', () => {
  it.each<[string, object, RegExp]>([
    ['a factor of nothing', { factor: 0 }, /factor.*must not be 0/],
    ['a property that is none', { property: 'pm10' }, /property/],
    ['no reason', { reason: ' ' }, /reason/],
    ['an offset that is no number', { offset: '1' }, /offset/],
    ['a factor of a thousand and one', { factor: 1001 }, /factor/],
  ])('%s', async (_, change, words) => {
    const { status, text } = await calibrate(pm(start, change))
    expect(status).toBe(400)
    expect(text).toMatch(words)
    expect(await listed()).toEqual([])
  })

  it('to remove what is not there', async () => {
    await calibrate(pm(start))
    const path = `${api}/devices/v1-pm1/calibrations`
    const answer = await admin.send('DELETE', `${path}/pm25/${start + 1}`)
    expect(answer.status).toBe(404)
    expect(answer.body.detail).toMatch(/pm25 has no calibration from that time on/)
    expect((await admin.send('DELETE', `${path}/co/${start}`)).status).toBe(404)
    expect((await admin.send('DELETE', `${path}/dust/${start}`)).status).toBe(400)
    expect(await listed()).toHaveLength(1)
  })

  it('a device that is not there', async () => {
    expect((await calibrate(pm(start), 'v9-pm1')).status).toBe(404)
  })
})
