import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Observation } from '../../../gateway/domain/observation.ts'
import type { CorrelationStore } from '../../../gateway/ports/correlation-store.ts'
import {
  type CorrelationBench,
  correlationBench,
  type Derived,
  memoryLog,
  noon,
} from './correlation-bench.ts'
import { event, forestFire, minutes, reading, strawBurning } from './scenes.ts'

/**
 * A crash loses what is in memory and keeps what was committed. Wherever it falls, the run after it
 * must end with the alarms, incidents and cases of a run that was never disturbed.
 */

const smoke = (at: number, value: number) => reading('v1-smoke1', 'smoke', at, value)

/** A log with a fire, its end, help pulses that time out, and a second fire. */
function busyLog(): Observation[] {
  return [
    ...forestFire(noon, 'v1-smoke1', 'v1-cam1'),
    event('v2-sos1', noon + 4 * minutes, { type: 'help' }),
    smoke(noon + 5 * minutes, 1),
    smoke(noon + 8 * minutes, 1),
    event('v1-cam1', noon + 8.5 * minutes, { state: 'clear' }),
    reading('v1-met1', 'wind', noon + 12 * minutes, 3),
    reading('v1-smoke1', 'temperature', noon + 13 * minutes, 20),
    reading('v1-smoke1', 'temperature', noon + 14 * minutes, 40),
    reading('v1-smoke1', 'temperature', noon + 20 * minutes, 40),
    event('v2-sos1', noon + 20 * minutes, { type: 'help' }),
    smoke(noon + 190 * minutes, 8),
    smoke(noon + 191 * minutes, 8),
  ]
}

const benches: CorrelationBench[] = []

async function freshBench(): Promise<CorrelationBench> {
  const bench = await correlationBench()
  benches.push(bench)
  return bench
}

afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
})

async function undisturbed(observations: readonly Observation[]): Promise<Derived> {
  const bench = await freshBench()
  const log = memoryLog(observations)
  const correlator = await bench.correlator({ log })
  await correlator.tick()
  return bench.rows()
}

/** Evaluates up to each place in turn, and there drops all memory without a word. */
async function crashingAt(observations: readonly Observation[], places: number[]) {
  const bench = await freshBench()
  const log = memoryLog(observations)
  for (const place of [...places, observations.length]) {
    log.limitTo(place)
    const silenced = mortal(bench.store)
    const correlator = await bench.correlator({ log, store: silenced.store })
    await correlator.tick()
    silenced.die()
  }
  return bench.rows()
}

/** After `die` nothing reaches the database any more: as good as a killed process. */
function mortal(store: CorrelationStore) {
  let isDead = false
  return {
    die: () => {
      isDead = true
    },
    store: {
      ...store,
      commit: async (...args) => {
        if (!isDead) await store.commit(...args)
      },
    } satisfies CorrelationStore,
  }
}

describe('a crash between batches', () => {
  it('changes nothing, wherever it falls', async () => {
    const observations = busyLog()
    const expected = await undisturbed(observations)
    expect(expected.alarms.length).toBeGreaterThan(3)
    expect(expected.cases).toHaveLength(3)
    for (let place = 0; place < observations.length; place++) {
      expect(await crashingAt(observations, [place])).toEqual(expected)
    }
  })

  it('changes nothing when it falls after every entry', async () => {
    const observations = busyLog()
    const everywhere = observations.map((_, place) => place)
    expect(await crashingAt(observations, everywhere)).toEqual(await undisturbed(observations))
  })

  it('changes nothing in a straw-burning afternoon, at places of any choice', async () => {
    const bench = await freshBench()
    const observations = strawBurning(bench.devices, noon, 'v5-pm3')
    const expected = await undisturbed(observations)
    const places = fc.uniqueArray(fc.nat(observations.length), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(places, async (chosen) => {
        const sorted = chosen.sort((a, b) => a - b)
        expect(await crashingAt(observations, sorted)).toEqual(expected)
      }),
      { numRuns: 8 },
    )
  })
})

describe('any log', () => {
  const devices = ['v1-smoke1', 'v1-smoke2', 'v1-cam1', 'v1-sos1', 'v2-smoke1', 'v8-smoke3']
  const observation: fc.Arbitrary<Observation> = fc
    .record({
      device: fc.constantFrom(...devices),
      minute: fc.integer({ min: 0, max: 500 }),
      lateMin: fc.constantFrom(0, 0, 0, 200),
      value: fc.constantFrom(0, 4, 9),
      type: fc.constantFrom('fire', 'help'),
      state: fc.constantFrom('active', 'clear', 'pulse'),
      sort: fc.constantFrom('reading', 'event'),
    })
    .map(({ device, minute, lateMin, value, type, state, sort }) => {
      const at = noon + minute * minutes
      const receivedAt = at + lateMin * minutes
      return sort === 'reading'
        ? { ...reading(device, 'smoke', at, value), receivedAt }
        : event(device, at, { type, state, receivedAt })
    })
  const logs = fc.array(observation, { minLength: 20, maxLength: 120 }).chain((observations) =>
    fc.record({
      observations: fc.constant(observations),
      places: fc.uniqueArray(fc.nat(observations.length), { maxLength: 4 }),
    }),
  )

  it('gives each incident one case, each anchor one open incident, and the same after crashes', async () => {
    await fc.assert(
      fc.asyncProperty(logs, async ({ observations, places }) => {
        const expected = await undisturbed(observations)
        const open = expected.incidents.filter(({ isClosed }) => !isClosed)
        const anchors = open.map(({ hazard, cell }) => `${hazard} ${cell}`)
        expect(new Set(anchors).size).toBe(anchors.length)
        expect(expected.cases).toHaveLength(expected.incidents.length)
        for (const alarm of expected.alarms) {
          expect(alarm.incident?.split(' ')[0]).toBe(alarm.hazard)
        }
        const sorted = places.sort((a, b) => a - b)
        expect(await crashingAt(observations, sorted)).toEqual(expected)
      }),
      { numRuns: 25 },
    )
  }, 60_000)
})

describe('a store that fails for a while', () => {
  let bench: CorrelationBench

  beforeEach(async () => {
    bench = await freshBench()
  })

  it.each(['before', 'inside'] as const)('is tried again until it works (%s)', async (where) => {
    let failures = 6
    const warnings: string[] = []
    const store: CorrelationStore = {
      ...bench.store,
      async commit(checkpoint, work) {
        if (failures-- <= 0) return bench.store.commit(checkpoint, work)
        if (where === 'before') throw new Error('disk full')
        await bench.store.commit(checkpoint, async (unit) => {
          await work(unit)
          throw new Error('disk full')
        })
      },
    }
    const observations = busyLog()
    const log = memoryLog(observations)
    const options = { log, store, warn: (text: string) => warnings.push(text) }
    const correlator = await bench.correlator({ ...options, pause: async () => undefined })
    await correlator.tick()
    expect(correlator.trouble()).toBe('disk full')
    while (correlator.position() < observations.length) await correlator.tick()
    expect(correlator.trouble()).toBeNull()
    expect(await bench.rows()).toEqual(await undisturbed(observations))
    expect(warnings).toEqual(['Rules wait: disk full. Trying again.', 'Rules are evaluated again.'])
  })
})
