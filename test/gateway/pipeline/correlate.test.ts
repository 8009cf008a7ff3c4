import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Observation } from '../../../gateway/domain/observation.ts'
import { distanceM } from '../../../gateway/domain/place.ts'
import { createOutbox } from '../../../gateway/storage/outbox.ts'
import { type CorrelationBench, correlationBench, noon } from './correlation-bench.ts'
import { registryOf } from './sample-town.ts'
import { event, forestFire, minutes, reading, strawBurning } from './scenes.ts'

let bench: CorrelationBench

beforeEach(async () => {
  bench = await correlationBench()
})

afterEach(() => bench.close())

const smoke = (at: number, value: number, device = 'v1-smoke1') =>
  reading(device, 'smoke', at, value)

describe('a straw-burning afternoon', () => {
  it('gives exactly one yellow case in the grid of the station', async () => {
    const correlator = await bench.correlator()
    await bench.feed(correlator, strawBurning(bench.devices, noon, 'v3-pm2'))
    const { alarms, incidents, cases } = await bench.rows()
    const station = bench.devices.find(({ id }) => id === 'v3-pm2')
    const grid = bench.town.places.find(({ code }) => code === station?.grid)
    expect(grid?.level).toBe('grid')
    expect(incidents).toHaveLength(1)
    expect(cases).toMatchObject([
      {
        hazard: 'strawBurning',
        severity: 'yellow',
        state: 'reported',
        tier: 'grid',
        village: station?.village,
        grid: station?.grid,
        number: '云岭-20261121-0001',
        title: `${grid?.name} 疑似秸秆焚烧`,
        timeline: ['opened', 'alarm pm25-excess v3-pm2', 'cleared pm25-excess v3-pm2'],
      },
    ])
    expect(alarms).toHaveLength(1)
    expect(alarms[0]?.raised_at).toBe(noon + 10 * minutes)
    expect(JSON.parse(alarms[0]?.cause ?? '')).toMatchObject({
      property: 'pm25',
      neighbours: 22,
      limit: 97,
    })
  })

  it('is one step more severe in the burn ban, judged by the day of the observation', async () => {
    const inMay = Date.UTC(2026, 4, 20, 6)
    const correlator = await bench.correlator()
    await bench.feed(correlator, strawBurning(bench.devices, inMay, 'v3-pm2'))
    const { cases } = await bench.rows()
    expect(cases).toMatchObject([{ severity: 'orange' }])
  })

  it('does not take hazy weather for a fire', async () => {
    const correlator = await bench.correlator()
    const stations = bench.devices.filter(({ kind }) => kind === 'airStation')
    const haze: Observation[] = []
    for (let at = noon; at < noon + 15 * minutes; at += 30_000) {
      for (const { id } of stations) haze.push(reading(id, 'pm25', at, 180))
    }
    await bench.feed(correlator, haze)
    expect((await bench.rows()).alarms).toEqual([])
  })
})

describe('a forest fire seen by a smoke sensor and a camera', () => {
  it('is one red case with two alarms', async () => {
    const correlator = await bench.correlator()
    await bench.feed(correlator, forestFire(noon, 'v1-smoke1', 'v1-cam1'))
    const { alarms, incidents, cases } = await bench.rows()
    expect(alarms.map(({ rule }) => rule)).toEqual(['camera-fire', 'smoke-high'])
    expect(incidents).toHaveLength(1)
    expect(cases).toHaveLength(1)
    // Orange and red by the rules, both red in the fire season.
    expect(cases[0]).toMatchObject({ severity: 'red', severity_rank: 3 })
    expect(cases[0]?.timeline).toEqual([
      'opened',
      'alarm smoke-high v1-smoke1',
      'alarm camera-fire v1-cam1',
    ])
  })

  it('writes a growing severity into the timeline', async () => {
    bench.town.seasons = []
    const correlator = await bench.correlator()
    await bench.feed(correlator, forestFire(noon, 'v1-smoke1', 'v1-cam1'))
    const { cases } = await bench.rows()
    expect(cases).toMatchObject([{ severity: 'red', severity_rank: 3 }])
    expect(cases[0]?.timeline).toContain('severity camera-fire v1-cam1')
  })

  it('opens a second case for a fire further away than the hazard correlates', async () => {
    const correlator = await bench.correlator()
    const first = bench.devices.find(({ id }) => id === 'v1-smoke1')
    const far = bench.devices.find(
      (device) =>
        device.kind === 'smokeSensor' &&
        first !== undefined &&
        distanceM(device.position, first.position) > 2000,
    )
    const fires = [...forestFire(noon, 'v1-smoke1', 'v1-cam1')]
    for (let at = noon; at <= noon + minutes; at += 10_000) fires.push(smoke(at, 9, far?.id))
    await bench.feed(correlator, fires)
    expect((await bench.rows()).cases).toHaveLength(2)
  })
})

const burn = (from: number) => [smoke(from, 9), smoke(from + 20_000, 9)]
const calm = (from: number) => [smoke(from, 1), smoke(from + 120_000, 1)]

describe('the life of an alarm', () => {
  it('returns to alarm when it cleared unseen, and stays one alarm on one case', async () => {
    const correlator = await bench.correlator()
    await bench.feed(correlator, [...burn(noon), ...calm(noon + 60_000)])
    expect((await bench.rows()).alarms).toMatchObject([
      { state: 'clearedUnacknowledged', cleared_at: noon + 180_000 },
    ])
    await bench.feed(correlator, burn(noon + 10 * minutes))
    const { alarms, cases } = await bench.rows()
    expect(alarms).toMatchObject([{ state: 'activeUnacknowledged', cleared_at: null }])
    expect(cases[0]?.timeline).toEqual([
      'opened',
      'alarm smoke-high v1-smoke1',
      'cleared smoke-high v1-smoke1',
      'alarm smoke-high v1-smoke1',
    ])
  })

  it('opens a new incident and case when the stretch of time is over', async () => {
    const correlator = await bench.correlator()
    await bench.feed(correlator, [...burn(noon), ...calm(noon + 60_000)])
    await bench.feed(correlator, burn(noon + 150 * minutes))
    const { incidents, cases } = await bench.rows()
    expect(incidents.map(({ isClosed }) => isClosed)).toEqual([true, false])
    expect(cases.map(({ number }) => number)).toEqual(['云岭-20261121-0001', '云岭-20261121-0002'])
  })

  it('joins an incident that is still burning, however long', async () => {
    const correlator = await bench.correlator()
    await bench.feed(correlator, burn(noon))
    await bench.feed(correlator, [event('v1-cam1', noon + 300 * minutes)])
    await bench.feed(correlator, [event('v1-cam1', noon + 300 * minutes + 1000)])
    expect((await bench.rows()).incidents).toHaveLength(1)
  })

  it('opens a new case when the old one was closed meanwhile', async () => {
    const correlator = await bench.correlator()
    await bench.feed(correlator, [...burn(noon), ...calm(noon + 60_000)])
    await bench.db.updateTable('case').set({ state: 'void' }).execute()
    await bench.feed(correlator, burn(noon + 10 * minutes))
    const { incidents, cases } = await bench.rows()
    expect(incidents.map(({ isClosed }) => isClosed)).toEqual([true, false])
    expect(cases.map(({ state }) => state)).toEqual(['void', 'reported'])
  })

  it('does nothing twice when the same messages come again', async () => {
    const correlator = await bench.correlator()
    const fire = forestFire(noon, 'v1-smoke1', 'v1-cam1')
    await bench.feed(correlator, fire)
    const once = await bench.rows()
    await bench.feed(correlator, fire)
    expect((await bench.rows()).cases).toEqual(once.cases)
  })

  it('clears alarms whose rule was deleted', async () => {
    const correlator = await bench.correlator()
    await bench.feed(correlator, burn(noon))
    bench.town.rules = bench.town.rules.filter(({ id }) => id !== 'smoke-high')
    await correlator.reloadTown()
    expect((await bench.rows()).alarms).toMatchObject([{ state: 'clearedUnacknowledged' }])
  })

  it('raises anew for a device that comes back from maintenance', async () => {
    const correlator = await bench.correlator()
    await bench.feed(correlator, burn(noon))
    await correlator.stop()
    const maintained = await bench.correlator({
      devices: registryOf(bench.devices.map((device) => ({ ...device, state: 'outOfService' }))),
    })
    await bench.feed(maintained, burn(noon + 1 * minutes))
    expect((await bench.rows()).alarms).toMatchObject([{ state: 'clearedUnacknowledged' }])
    await maintained.stop()
    const back = await bench.correlator()
    await bench.feed(back, burn(noon + 2 * minutes))
    expect((await bench.rows()).alarms).toMatchObject([{ state: 'activeUnacknowledged' }])
  })
})

async function outbox() {
  return createOutbox(bench.db).after(0, 1000)
}

const status = (online: boolean, at: number): Observation => ({
  kind: 'status',
  device: 'v1-pm1',
  online,
  observedAt: at,
  receivedAt: at,
})

describe('what goes out', () => {
  it('names each thing once a batch, with its place', async () => {
    const correlator = await bench.correlator()
    await bench.feed(correlator, forestFire(noon, 'v1-smoke1', 'v1-cam1'))
    const rows = await outbox()
    expect(rows.map(({ topic }) => topic).sort()).toEqual(
      ['device', 'device', 'incident', 'case', 'alarm', 'alarm'].sort(),
    )
    const grid = bench.devices.find(({ id }) => id === 'v1-smoke1')?.grid
    expect(rows.find(({ topic }) => topic === 'case')).toMatchObject({ place: grid })
    expect(rows.find(({ topic }) => topic === 'device')?.body).toMatchObject({ online: true })
  })

  it('marks what arrived long ago as backlog', async () => {
    const correlator = await bench.correlator()
    bench.clock.pass(61 * minutes + 30_000)
    await bench.feed(correlator, [smoke(noon, 9), smoke(noon + 20_000, 9)])
    const rows = await outbox()
    expect(rows.length).toBeGreaterThan(3)
    expect(rows.every(({ body }) => body.backlog === true)).toBe(true)
    const quiet = async () =>
      (await bench.db.selectFrom('case_history').select('quiet').orderBy('id').execute()).map(
        (row) => row.quiet,
      )
    expect(await quiet()).toEqual([1, 1])
    await bench.feed(correlator, [event('v1-cam1', bench.clock.now())])
    await bench.feed(correlator, [event('v1-cam1', bench.clock.now())])
    const later = (await outbox()).slice(rows.length)
    expect(later.some(({ topic }) => topic === 'case')).toBe(true)
    expect(later.every(({ body }) => body.backlog === undefined)).toBe(true)
    expect(await quiet()).toEqual([1, 1, 0])
  })

  it('tells when a device goes and comes', async () => {
    const correlator = await bench.correlator()
    await bench.feed(correlator, [status(true, noon)])
    await bench.feed(correlator, [status(false, noon + 1000)])
    await bench.feed(correlator, [reading('v1-pm1', 'pm25', noon + 2000, 20)])
    const bodies = (await outbox()).map(({ body }) => body)
    expect(bodies).toEqual([
      { id: 'v1-pm1', online: true, at: noon },
      { id: 'v1-pm1', online: false, at: noon + 1000 },
      { id: 'v1-pm1', online: true, at: noon + 2000 },
    ])
  })
})
