import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { monthIn } from '../../../gateway/domain/evaluation.ts'
import type { PlannedEvent } from '../../../gateway/domain/planned-event.ts'
import { createEvaluator } from '../../../gateway/pipeline/evaluation.ts'
import { createEvaluationRecords } from '../../../gateway/storage/evaluation-queries.ts'
import { createPlannedEventStore } from '../../../gateway/storage/planned-event-store.ts'
import { type CorrelationBench, correlationBench, noon } from './correlation-bench.ts'
import { event, forestFire, minutes, reading, strawBurning } from './scenes.ts'

/** Alarms in what was announced: always a case, marked, one step lower, until it is more than that. */

let bench: CorrelationBench

beforeEach(async () => {
  bench = await correlationBench()
})

afterEach(() => bench.close())

const town = '990101101'
const deviceOf = (id: string) => {
  const found = bench.devices.find((one) => one.id === id)
  if (!found) throw new Error(`${id} is missing`)
  return found
}

async function announce(over: Partial<PlannedEvent> = {}): Promise<void> {
  await createPlannedEventStore(bench.db).add({
    id: 'e1',
    kind: 'burn',
    title: '田埂烧除',
    hazards: ['strawBurning', 'forestFire'],
    place: town,
    circle: null,
    startsAt: noon - 60 * minutes,
    endsAt: noon + 600 * minutes,
    unit: null,
    note: '',
    registeredAt: noon - 600 * minutes,
    ...over,
  })
}

async function theCase() {
  const row = await bench.db.selectFrom('case').selectAll().executeTakeFirstOrThrow()
  const timeline = await bench.db
    .selectFrom('case_history')
    .select(['act', 'text', 'detail', 'quiet'])
    .where('case_id', '=', row.id)
    .orderBy('id')
    .execute()
  return { ...row, event: JSON.parse(row.planned_event ?? 'null'), timeline }
}

const smoke = (at: number, device = 'v1-smoke1') => [
  reading(device, 'smoke', at, 9),
  reading(device, 'smoke', at + 20_000, 9),
]

async function burnStraw() {
  const correlator = await bench.correlator()
  await bench.feed(correlator, strawBurning(bench.devices, noon, 'v3-pm2'))
  return theCase()
}

describe('straw burning that was announced', () => {
  it('is a case, marked and one step lower; the alarm keeps its own severity', async () => {
    await announce()
    const { severity, severity_rank, state, event: planned, timeline } = await burnStraw()
    expect([severity, severity_rank, state]).toEqual(['blue', 0, 'reported'])
    expect(planned).toEqual({ id: 'e1', kind: 'burn', title: '田埂烧除', isOutgrown: false })
    expect(timeline.map(({ act }) => act)).toEqual(['opened', 'alarm', 'planned', 'cleared'])
    expect(timeline[2]).toMatchObject({
      text: '田埂烧除',
      detail: JSON.stringify({ from: 'yellow', to: 'blue' }),
      quiet: 1,
    })
    const { alarms, incidents } = await bench.rows()
    expect([alarms[0]?.severity, incidents[0]?.severity]).toEqual(['yellow', 'yellow'])
  })

  it.each<[string, Partial<PlannedEvent>]>([
    ['elsewhere', { place: `${town}201` }],
    ['for another hazard', { hazards: ['flood'] }],
    ['for later', { startsAt: noon + 120 * minutes }],
    ['for before', { endsAt: noon }],
    ['after the case was opened', { registeredAt: noon + 60 * minutes }],
  ])('%s: nothing is lowered', async (_name, over) => {
    await announce(over)
    const { severity, event: planned } = await burnStraw()
    expect([severity, planned]).toEqual(['yellow', null])
  })

  it('is opened in full when nothing was announced', async () => {
    expect(await burnStraw()).toMatchObject({ severity: 'yellow', event: null })
  })
})

describe('a fire in what was announced', () => {
  it('in an area, red: marked, in full, and more than was announced', async () => {
    await announce()
    const correlator = await bench.correlator()
    // Red in the fire season.
    await bench.feed(correlator, smoke(noon))
    const { severity, event: planned } = await theCase()
    expect([severity, planned.isOutgrown]).toEqual(['red', true])
  })

  it('in an area, seen by a second device: gets its severity back, and rings', async () => {
    bench.town.seasons = []
    await announce()
    const correlator = await bench.correlator()
    await bench.feed(correlator, smoke(noon))
    expect(await theCase()).toMatchObject({ severity: 'yellow', event: { isOutgrown: false } })
    await bench.feed(correlator, forestFire(noon + minutes, 'v1-smoke1', 'v1-cam1'))
    const { severity, event: planned, timeline } = await theCase()
    expect([severity, planned.isOutgrown]).toEqual(['red', true])
    const acts = timeline.filter(({ act }) => act === 'outgrown' || act === 'severity')
    expect(acts).toMatchObject([
      { act: 'outgrown', text: '田埂烧除', quiet: 1 },
      { act: 'severity', detail: JSON.stringify({ from: 'yellow', to: 'red' }), quiet: 0 },
    ])
  })

  it('on the spot stays lowered by one step, by sensor and camera', async () => {
    const [lon, lat] = deviceOf('v1-smoke1').position
    await announce({
      place: deviceOf('v1-smoke1').village,
      circle: { lon, lat, radiusM: 500 },
    })
    const correlator = await bench.correlator()
    await bench.feed(correlator, smoke(noon))
    expect(await theCase()).toMatchObject({ severity: 'orange', event: { isOutgrown: false } })
    const bearingDeg = bearingFrom('v1-cam1', [lon, lat])
    const seen = [60, 70].map((s) =>
      event('v1-cam1', noon + s * 1000, { confidence: 0.9, bearingDeg }),
    )
    await bench.feed(correlator, seen)
    const { severity, event: planned, timeline } = await theCase()
    expect([severity, planned.isOutgrown]).toEqual(['orange', false])
    expect(timeline.filter(({ act }) => act === 'alarm')).toHaveLength(2)
  })

  it('that a camera sees beside the spot is more than that', async () => {
    const [lon, lat] = deviceOf('v1-smoke1').position
    await announce({
      place: deviceOf('v1-smoke1').village,
      circle: { lon, lat, radiusM: 50 },
    })
    const correlator = await bench.correlator()
    await bench.feed(correlator, smoke(noon))
    const bearingDeg = (bearingFrom('v1-cam1', [lon, lat]) + 180) % 360
    const seen = [60, 70].map((s) =>
      event('v1-cam1', noon + s * 1000, { confidence: 0.9, bearingDeg }),
    )
    await bench.feed(correlator, seen)
    expect(await theCase()).toMatchObject({ severity: 'red', event: { isOutgrown: true } })
  })

  it('whose event was taken away meanwhile is more than that', async () => {
    bench.town.seasons = []
    const { village, position } = deviceOf('v1-smoke1')
    await announce({
      place: village,
      circle: { lon: position[0], lat: position[1], radiusM: 2000 },
    })
    const correlator = await bench.correlator()
    await bench.feed(correlator, smoke(noon))
    await createPlannedEventStore(bench.db).remove('e1')
    await bench.feed(correlator, forestFire(noon + minutes, 'v1-smoke1', 'v1-cam1'))
    expect(await theCase()).toMatchObject({ severity: 'red', event: { isOutgrown: true } })
  })
})

function bearingFrom(device: string, [lon, lat]: readonly [number, number]): number {
  const [fromLon, fromLat] = deviceOf(device).position
  const east = (lon - fromLon) * Math.cos((fromLat * Math.PI) / 180)
  return ((Math.atan2(east, lat - fromLat) * 180) / Math.PI + 360) % 360
}

describe('the evaluation of the month', () => {
  async function evaluate() {
    const evaluator = createEvaluator({
      records: createEvaluationRecords({ db: bench.db, town: () => town }),
      clock: { now: () => monthIn('2026-11', bench.town.timeZone).endsAt, monotonic: () => 0 },
      town: () => bench.town,
      deviceName: () => undefined,
    })
    const { excluded, villages } = await evaluator.evaluate('2026-11', town)
    return {
      excluded: excluded.plannedBurns,
      opened: villages.reduce((sum, row) => sum + row.opened, 0),
    }
  }

  it('leaves a burn out, and says so', async () => {
    await announce()
    await burnStraw()
    expect(await evaluate()).toEqual({ excluded: 1, opened: 0 })
  })
  it.each<[string, Partial<PlannedEvent>]>([
    ['a drill', { kind: 'drill' }],
    ['a ceremony', { kind: 'ceremony' }],
    ['a burn that was announced afterwards', { registeredAt: noon + 1200 * minutes }],
  ])('counts %s', async (_name, over) => {
    await announce(over)
    await burnStraw()
    expect(await evaluate()).toEqual({ excluded: 0, opened: 1 })
  })
  it('counts a burn that was more than that', async () => {
    await announce()
    const correlator = await bench.correlator()
    await bench.feed(correlator, forestFire(noon, 'v1-smoke1', 'v1-cam1'))
    expect(await evaluate()).toEqual({ excluded: 0, opened: 1 })
  })
})
