import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { evaluateRule, initialRuleState, type RuleState } from '../../gateway/domain/evaluate.ts'
import type { LatestValue } from '../../gateway/domain/excess.ts'
import type {
  DeviceEvent,
  Observation,
  ObservedProperty,
} from '../../gateway/domain/observation.ts'
import { distanceM } from '../../gateway/domain/place.ts'
import type { Rule } from '../../gateway/domain/rule.ts'
import { samplesBetween } from '../../simulators/sampler.ts'
import { findScenario, scenarios } from '../../simulators/scenarios/all.ts'
import { forestFire } from '../../simulators/scenarios/forest-fire.ts'
import { nonsenseFlood } from '../../simulators/scenarios/nonsense-flood.ts'
import type { Play } from '../../simulators/scenarios/play.ts'
import { strawBurning } from '../../simulators/scenarios/straw-burning.ts'
import { towerDown } from '../../simulators/scenarios/tower-down.ts'
import { mqttDevices, type TownDevice } from '../../simulators/town.ts'
import { afternoon, device, devices, hourMs, minuteMs, staged, town, villages } from './setting.ts'

const { rules } = parse(readFileSync(join(town, 'rules.yaml'), 'utf8')) as { rules: Rule[] }
const ruleWithId = new Map(rules.map((rule) => [rule.id, rule]))

interface Raised {
  rule: string
  device: string
  at: number
}

function readingsOf(play: Play, one: TownDevice): Observation[] {
  // The scenario stands in an ordinary afternoon: some of it before, some after.
  const span = { afterMs: play.startMs - 30 * minuteMs, untilMs: play.startMs + 2 * hourMs }
  return samplesBetween({ seed: 1, plays: [play] }, one, span).flatMap(({ ts, readings }) =>
    Object.entries(readings).map(([property, value]) => ({
      kind: 'reading' as const,
      device: one.id,
      property: property as ObservedProperty,
      value,
      observedAt: ts,
      receivedAt: ts,
    })),
  )
}

async function eventsOf(play: Play): Promise<Observation[]> {
  const events = play.moments.filter((moment) => moment.channel === 'event')
  return Promise.all(
    events.map(async (moment): Promise<DeviceEvent> => {
      const { ts, id, image: _image, ...rest } = JSON.parse(String(await moment.compose()))
      const times = { observedAt: ts, receivedAt: ts }
      return { kind: 'event', device: moment.device.id, senderId: id, ...times, ...rest }
    }),
  )
}

const neighbours = new Map<string, TownDevice[]>()

function neighboursOf(one: TownDevice, radiusKm: number): TownDevice[] {
  const known = neighbours.get(one.id)
  if (known) return known
  const found = devices.filter(
    (other) =>
      other.kind === one.kind &&
      other.id !== one.id &&
      distanceM(other.position, one.position) <= radiusKm * 1000,
  )
  neighbours.set(one.id, found)
  return found
}

/** Judges a scenario by the sample town's own rules; silence is the gateway's clock's affair. */
async function judge(play: Play): Promise<Raised[]> {
  const log = [
    ...mqttDevices(devices).flatMap((one) => readingsOf(play, one)),
    ...(await eventsOf(play)),
  ].sort((a, b) => a.observedAt - b.observedAt)
  const states = new Map<string, RuleState>()
  const latest = new Map<string, LatestValue>()
  const raised: Raised[] = []
  for (const observation of log) {
    const one = device(observation.device)
    for (const rule of rules) {
      if (!rule.kinds.includes(one.kind) || 'silentForS' in rule.when) continue
      const key = `${rule.id}:${one.id}`
      const radiusKm = 'radiusKm' in rule.when ? rule.when.radiusKm : 0
      const context = {
        logTime: observation.receivedAt,
        neighbours: () =>
          neighboursOf(one, radiusKm).flatMap((other) => latest.get(other.id) ?? []),
      }
      const state = states.get(key) ?? initialRuleState(rule)
      const { state: next, verdict } = evaluateRule(rule, state, observation, context)
      states.set(key, next)
      if (verdict?.kind === 'raise') raised.push({ rule: rule.id, device: one.id, at: verdict.at })
    }
    if (observation.kind === 'reading' && observation.property === 'pm25') {
      latest.set(one.id, observation)
    }
  }
  return raised
}

function flat(expected: Play['expects']): string[] {
  return expected
    .filter(({ rule }) => !('silentForS' in (ruleWithId.get(rule)?.when ?? {})))
    .flatMap(({ rule, devices: ids }) => ids.map((id) => `${rule} ${id}`))
    .sort()
}

describe('every scenario', () => {
  it('is found by its name; another name is answered with the list', () => {
    for (const scenario of scenarios) expect(findScenario(scenario.name)).toBe(scenario)
    expect(() => findScenario('flood')).toThrow(/quiet-day, straw-burning, forest-fire/)
  })

  it.each(scenarios.map((scenario) => ({ name: scenario.name, scenario })))(
    '$name trips the rules it is meant to trip in its village, and nothing else',
    async ({ scenario }) => {
      const play = staged(scenario)
      const raised = await judge(play)
      expect(raised.map(({ rule, device: id }) => `${rule} ${id}`).sort()).toEqual(
        flat(play.expects),
      )
    },
    60_000,
  )

  it.each(scenarios)(
    '$name names known rules, speaks both languages, and stays in its time',
    (s) => {
      const play = staged(s)
      for (const { rule, devices: ids } of play.expects) {
        expect(ruleWithId.has(rule)).toBe(true)
        expect(ids.length).toBeGreaterThan(0)
      }
      expect(play.lines.length).toBeGreaterThan(0)
      for (const { atMs, en, zh } of play.lines) {
        expect(atMs).toBeGreaterThanOrEqual(play.startMs)
        expect(atMs).toBeLessThanOrEqual(play.endMs)
        expect(en).not.toBe('')
        expect(zh).toMatch(/\p{Script=Han}/u)
      }
      for (const { atMs } of play.moments) {
        expect(atMs).toBeGreaterThanOrEqual(play.startMs)
        expect(atMs).toBeLessThanOrEqual(play.endMs)
      }
    },
  )

  it.each(scenarios)('$name can be played in any village, alike for the same seed', (scenario) => {
    for (const village of villages) {
      const play = staged(scenario, village)
      expect(play.expects).toEqual(staged(scenario, village).expects)
      const ids = play.expects.flatMap((expected) => expected.devices)
      const inVillage = ids.filter((id) => device(id).village === village)
      expect(inVillage).toEqual(ids)
    }
  })
})

describe('straw burning', () => {
  it('rises at least 90 above the neighbours for more than five minutes, at one station', () => {
    for (const village of villages) {
      const play = staged(strawBurning, village)
      const burning = play.expects[0]?.devices[0]
      for (const one of devices.filter((candidate) => candidate.kind === 'airStation')) {
        const added = (minutes: number) =>
          play.reading?.(one, { property: 'pm25', value: 0, atMs: afternoon + minutes * minuteMs })
        const plateau = [4, 6, 8, 10, 12, 14].map((minutes) => added(minutes) ?? 0)
        if (one.id === burning) expect(Math.min(...plateau)).toBeGreaterThan(90)
        else expect(Math.max(...plateau, added(30) ?? 0)).toBeLessThan(70)
      }
    }
  })

  it.each(villages)('in village %s raises one alarm at that station', async (village) => {
    const play = staged(strawBurning, village, 20_261_121)
    expect((await judge(play)).map(({ device: id }) => id)).toEqual(play.expects[0]?.devices)
  })

  it('is noticed within ten minutes of scenario time', async () => {
    const [alarm] = await judge(staged(strawBurning))
    expect(alarm?.at).toBeLessThan(afternoon + 10 * minuteMs)
    expect(alarm?.at).toBeGreaterThan(afternoon + 5 * minuteMs)
  }, 60_000)

  it('touches neither other properties nor other kinds', () => {
    const play = staged(strawBurning)
    const atMs = afternoon + 10 * minuteMs
    const sensor = device('v7-smoke1')
    expect(play.reading?.(sensor, { property: 'smoke', value: 0.1, atMs })).toBe(0.1)
    const station = device(play.expects[0]?.devices[0] ?? '')
    expect(play.reading?.(station, { property: 'humidity', value: 61, atMs })).toBe(61)
  })

  it('says what to do where no air station stands', () => {
    const stage = { devices: [], village: '990101101207', seed: 1, startMs: afternoon }
    expect(() => strawBurning.stage(stage)).toThrow(/choose another --village/)
    expect(() => forestFire.stage(stage)).toThrow(/choose another --village/)
    expect(() => nonsenseFlood.stage(stage)).toThrow(/choose another --village/)
  })
})

describe('forest fire', () => {
  it.each(villages)(
    'in village %s is one incident: all alarms within 2 km of each other',
    (village) => {
      const play = staged(forestFire, village)
      const sensor = device(play.expects[0]?.devices[0] ?? '')
      const cameras = play.expects.find(({ rule }) => rule === 'camera-fire')?.devices ?? []
      expect(cameras).toHaveLength(2)
      const away = cameras.map((id) => distanceM(device(id).position, sensor.position))
      expect(away.every((metres) => metres < 2500)).toBe(true)
      if (village === forestFire.defaultVillage) expect(Math.max(...away)).toBeLessThan(2000)
    },
  )

  it('sends stills that are JPEGs of at most 200 KB, with bearings that meet at the fire', async () => {
    const play = staged(forestFire)
    const sensor = device(play.expects[0]?.devices[0] ?? '')
    for (const moment of play.moments) {
      const event = JSON.parse(String(await moment.compose()))
      if (event.state === 'clear') continue
      const jpeg = Buffer.from(event.image, 'base64')
      expect(jpeg.subarray(0, 3).toString('hex')).toBe('ffd8ff')
      expect(jpeg.length).toBeLessThan(200 * 1024)
      expect(event.confidence).toBeGreaterThanOrEqual(0.5)
      expect(event.bearingDeg).toBeGreaterThanOrEqual(0)
      expect(event.bearingDeg).toBeLessThan(360)
      const [x, y, w, h] = event.box
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
      expect(Math.max(x + w, y + h)).toBeLessThanOrEqual(1)
      expect(distanceM(moment.device.position, sensor.position)).toBeLessThan(2000)
    }
  })

  it('ends: both types of both cameras say clear', async () => {
    const play = staged(forestFire)
    const last = await Promise.all(
      play.moments.filter((m) => m.atMs > afternoon + 20 * minuteMs).map(async (m) => m.compose()),
    )
    expect(last.map((text) => JSON.parse(String(text)).state)).toEqual(Array(4).fill('clear'))
  })
})

describe('tower down', () => {
  it('takes every MQTT device of the village, its cameras not, and gives them back', () => {
    const play = staged(towerDown)
    const during = afternoon + 10 * minuteMs
    const away = devices.filter((one) => play.isAway?.(one, during))
    const behind = mqttDevices(devices).filter((one) => one.village === towerDown.defaultVillage)
    expect(away).toEqual(behind)
    expect(devices.some((one) => play.isAway?.(one, afternoon))).toBe(false)
    expect(devices.some((one) => play.isAway?.(one, afternoon + 20 * minuteMs))).toBe(false)
  })

  it('lasts longer than the silence rule asks', () => {
    const when = ruleWithId.get('silent')?.when
    const silentForS = when && 'silentForS' in when ? when.silentForS : 0
    const one = device(staged(towerDown).expects[0]?.devices[0] ?? '')
    const away = Array.from({ length: 25 * 60 }, (_, s) =>
      staged(towerDown).isAway?.(one, afternoon + s * 1000),
    ).filter(Boolean)
    expect(away.length).toBeGreaterThan(silentForS)
  })
})

describe('flood of nonsense', () => {
  const play = staged(nonsenseFlood)

  it('comes from one device, fast, and in many kinds', async () => {
    expect(new Set(play.moments.map((moment) => moment.device.id)).size).toBe(1)
    expect(play.moments.length).toBeGreaterThan(500)
    const first = await Promise.all(
      play.moments.slice(0, 16).map(async (moment) => moment.compose()),
    )
    const texts = first.map(String)
    expect(new Set(texts).size).toBe(16)
    expect(texts.some((text) => text.includes('NaN'))).toBe(true)
    expect(texts.some((text) => text.includes('1970'))).toBe(true)
  })

  it('stays within the size of a packet', async () => {
    for (const moment of play.moments.slice(0, 64)) {
      expect(Buffer.from(await moment.compose()).length).toBeLessThan(512 * 1024)
    }
  })
})
