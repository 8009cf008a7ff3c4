import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Device } from '../../../gateway/domain/device.ts'
import type { Correlator } from '../../../gateway/pipeline/correlate.ts'
import { type CorrelationBench, correlationBench, noon } from './correlation-bench.ts'
import { minutes, reading } from './scenes.ts'

let bench: CorrelationBench

beforeEach(async () => {
  bench = await correlationBench()
})

afterEach(() => bench.close())

const village = '990101101201'

function stationsOf(code: string): Device[] {
  return bench.devices.filter((device) => device.village === code && device.kind === 'airStation')
}

/** They speak at the clock's present time. */
async function hear(correlator: Correlator, devices: readonly Device[]) {
  const at = bench.clock.now()
  await bench.feed(
    correlator,
    devices.map(({ id }) => reading(id, 'pm25', at, 20)),
  )
}

async function pass(correlator: Correlator, ms: number, speaking: readonly Device[] = []) {
  for (let passed = 0; passed < ms; passed += minutes) {
    bench.clock.pass(minutes)
    await hear(correlator, speaking)
    await correlator.tick()
  }
}

describe('silence', () => {
  it('raises after the rule’s time and clears when the device speaks again', async () => {
    const correlator = await bench.correlator()
    const [one] = stationsOf(village) as [Device]
    await hear(correlator, [one])
    await pass(correlator, 15 * minutes)
    expect((await bench.rows()).alarms).toEqual([])
    await pass(correlator, 1 * minutes)
    const { alarms, cases } = await bench.rows()
    expect(alarms).toMatchObject([{ rule: 'silent', device: one.id, cleared_at: null }])
    expect(JSON.parse(alarms[0]?.cause ?? '')).toEqual({ lastHeardAt: noon })
    expect(cases).toMatchObject([{ severity: 'blue', grid: one.grid }])
    expect(cases[0]?.title).toMatch(/^青石村第.网格 设备失联：青石村空气站1$/)
    await hear(correlator, [one])
    expect((await bench.rows()).alarms).toMatchObject([{ cleared_at: bench.clock.now() }])
    const presence = await bench.db.selectFrom('presence').selectAll().execute()
    expect(presence).toMatchObject([{ device: one.id, online: 1 }])
  })

  it('marks a silent device as offline', async () => {
    const correlator = await bench.correlator()
    await hear(correlator, stationsOf(village).slice(0, 1))
    await pass(correlator, 20 * minutes)
    const presence = await bench.db.selectFrom('presence').selectAll().execute()
    expect(presence).toMatchObject([{ online: 0, last_received_at: noon }])
  })

  it('makes one case of a tower that goes down', async () => {
    const correlator = await bench.correlator()
    const others = bench.devices.filter(
      (device) => device.kind === 'airStation' && device.village !== village,
    )
    const behindTower = stationsOf(village)
    await hear(correlator, [...behindTower, ...others])
    // Not all were heard in the same minute.
    await pass(correlator, 1 * minutes, [...others, ...behindTower.slice(3)])
    await pass(correlator, 20 * minutes, others)
    const { alarms, cases, incidents } = await bench.rows()
    expect(alarms).toHaveLength(6)
    expect(incidents).toHaveLength(1)
    expect(cases.map(({ title }) => title)).toEqual(['青石村 设备失联（6 台）'])
  })

  it('makes another case of a device that falls silent much later', async () => {
    const correlator = await bench.correlator()
    const [one, two] = stationsOf(village) as [Device, Device]
    await hear(correlator, [one, two])
    await pass(correlator, 40 * minutes, [two])
    await pass(correlator, 20 * minutes)
    const { incidents, cases } = await bench.rows()
    expect(cases).toHaveLength(2)
    expect(incidents.map(({ isClosed }) => isClosed)).toEqual([false, false])
  })

  it('says nothing of devices that were never heard', async () => {
    const correlator = await bench.correlator()
    await pass(correlator, 60 * minutes)
    expect((await bench.rows()).alarms).toEqual([])
  })

  it('gives everybody the time of the rule again after a restart', async () => {
    const correlator = await bench.correlator()
    await hear(correlator, stationsOf(village))
    await correlator.stop()
    bench.clock.pass(600 * minutes)
    const again = await bench.correlator()
    await again.tick()
    await pass(again, 14 * minutes)
    expect((await bench.rows()).alarms).toEqual([])
    await pass(again, 2 * minutes)
    expect((await bench.rows()).alarms).toHaveLength(6)
  })

  it.each([60, -60])('is not moved by a clock that steps %i minutes', async (step) => {
    const correlator = await bench.correlator()
    const speaking = stationsOf(village)
    await hear(correlator, speaking)
    bench.clock.step(step * minutes)
    await correlator.tick()
    await pass(correlator, 30 * minutes, speaking)
    expect((await bench.rows()).alarms).toEqual([])
  })

  it('waits while the path to the devices is down, and some more', async () => {
    let isUp = false
    const correlator = await bench.correlator({ isPathUp: () => isUp })
    await hear(correlator, stationsOf(village))
    await pass(correlator, 60 * minutes)
    isUp = true
    await pass(correlator, 14 * minutes)
    expect((await bench.rows()).alarms).toEqual([])
    await pass(correlator, 3 * minutes)
    expect((await bench.rows()).alarms).toHaveLength(6)
  })
})
