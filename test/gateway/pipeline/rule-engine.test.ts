import { describe, expect, it } from 'vitest'
import type { Observation } from '../../../gateway/domain/observation.ts'
import { createRuleEngine } from '../../../gateway/pipeline/rule-engine.ts'
import type { Calibrations } from '../../../gateway/ports/calibrations.ts'
import type { Checkpoint } from '../../../gateway/ports/correlation-store.ts'
import { noon } from './correlation-bench.ts'
import { registryOf, sampleDevices, sampleTown } from './sample-town.ts'
import { event, minutes, reading } from './scenes.ts'

const town = sampleTown()
const devices = sampleDevices(town)
const nothing: Checkpoint = { position: 0, logTime: 0, ruleStates: [], latest: [], presence: [] }

function engineFrom(checkpoint: Checkpoint, registry = registryOf(devices)) {
  const memory = { heard: new Map<string, number>(), listeningSince: 0 }
  return createRuleEngine({ town, devices: registry, checkpoint, ...memory })
}

const kinds = (engine: ReturnType<typeof engineFrom>) =>
  engine.effects().map(({ kind, device }) => `${kind} ${device}`)

/** All dust is measured at a tenth of what it is. */
const tenfold: Calibrations = {
  of: (device, property) =>
    property === 'pm25' ? [{ device, property, from: 0, factor: 10, offset: 0 }] : [],
  ofDevice: () => undefined,
}

describe('calibrated last values', () => {
  const neighbours = ['v1-pm1', 'v1-pm2', 'v1-pm3', 'v1-pm4']
  const latest = neighbours.map((device) => ({
    device,
    property: 'pm25',
    observedAt: noon,
    value: 10,
  }))
  const burning = [200, 200].map((value, i): Observation => {
    return { ...reading('v1-pm5', 'pm25', noon + i * 6 * minutes, value), measured: value / 10 }
  })

  function raised(calibrations: Calibrations | undefined) {
    const memory = { heard: new Map<string, number>(), listeningSince: 0 }
    const checkpoint = { ...nothing, latest }
    const engine = createRuleEngine({
      town,
      devices: registryOf(devices),
      checkpoint,
      calibrations,
      ...memory,
    })
    for (const observation of burning) engine.observe(observation, 0)
    return {
      causes: engine.effects().flatMap((e) => (e.kind === 'raise' ? [e.cause] : [])),
      engine,
    }
  }

  it('are what a station is compared with', () => {
    expect(raised(tenfold).causes).toMatchObject([{ value: 200, neighbours: 100 }])
    expect(raised(undefined).causes).toMatchObject([{ value: 200, neighbours: 10 }])
  })

  it('are kept as they were measured', () => {
    const { engine } = raised(tenfold)
    const kept = engine.takeChanges().latest
    expect(kept).toEqual([
      { device: 'v1-pm5', property: 'pm25', observedAt: noon + 6 * minutes, value: 20 },
    ])
  })
})

describe('the rule engine', () => {
  it('gives what changed once', () => {
    const engine = engineFrom(nothing)
    expect(engine.hasChanges()).toBe(false)
    engine.observe(reading('v1-pm1', 'pm25', noon, 20), 0)
    expect(engine.takeChanges()).toMatchObject({
      logTime: noon,
      ruleStates: [{ rule: 'pm25-excess', device: 'v1-pm1' }],
      latest: [{ device: 'v1-pm1', property: 'pm25', observedAt: noon, value: 20 }],
      presence: [{ device: 'v1-pm1', lastReceivedAt: noon, online: true }],
    })
    expect(engine.hasChanges()).toBe(false)
  })

  it('keeps the newest value when an older one comes late', () => {
    const engine = engineFrom(nothing)
    engine.observe(reading('v1-pm1', 'pm25', noon, 20), 0)
    engine.observe(reading('v1-pm1', 'pm25', noon - minutes, 99), 0)
    expect(engine.takeChanges().latest).toMatchObject([{ observedAt: noon, value: 20 }])
  })

  it('passes over devices nobody knows', () => {
    const engine = engineFrom(nothing)
    engine.observe(reading('stranger', 'pm25', noon, 20), 0)
    expect(engine.hasChanges()).toBe(false)
  })

  it('lets go of a pulse that was stored before a restart', () => {
    const engine = engineFrom(nothing)
    engine.observe(event('v1-sos1', noon, { type: 'help' }), 0)
    expect(kinds(engine)).toEqual(['presence v1-sos1', 'raise v1-sos1'])
    const again = engineFrom({ position: 1, ...engine.takeChanges() })
    again.observe(reading('v1-pm1', 'pm25', noon + 5 * minutes, 20), 0)
    expect(kinds(again)).toEqual(['clear v1-sos1', 'presence v1-pm1'])
  })

  it('takes up a device that appears and one that is edited', () => {
    const known = devices.filter(({ id }) => id !== 'v1-smoke1')
    const registry = registryOf(known)
    let extra = devices.filter(({ id }) => id === 'v1-smoke1')
    const engine = engineFrom(nothing, {
      ...registry,
      speaker: (id) => extra.find((device) => device.id === id) ?? registry.get(id),
      all: () => [...known, ...extra],
    })
    const smoke = (at: number) => engine.observe(reading('v1-smoke1', 'smoke', at, 9), 0)
    smoke(noon)
    extra = extra.map((device) => ({ ...device, name: '改名' }))
    smoke(noon + 20_000)
    expect(kinds(engine)).toEqual(['presence v1-smoke1', 'raise v1-smoke1'])
    extra = []
    engine.clearOrphans([{ rule: 'smoke-high', device: 'v1-smoke1' }], noon + minutes)
    expect(kinds(engine).at(-1)).toBe('clear v1-smoke1')
  })
})
