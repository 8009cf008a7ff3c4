import type { DeviceEvent } from '../../gateway/domain/observation.ts'
import { forestFire } from '../scenarios/forest-fire.ts'
import { minuteMs, type Play, ramp, type Stage } from '../scenarios/play.ts'
import { strawBurning } from '../scenarios/straw-burning.ts'
import { towerDown } from '../scenarios/tower-down.ts'
import { devicesOf, type TownDevice } from '../town.ts'
import { createDice, type Dice } from './dice.ts'

/** What happens to the sensors of a town in a month: fires, floods, calls, failures, and mistakes. */

type SentEvent = Pick<DeviceEvent, 'device' | 'type' | 'state' | 'confidence'> & {
  atMs: number
}

export interface Occurrence {
  hazard: string
  village: string
  /** Nothing of it was so: a chimney, a button pressed by mistake. */
  isFalse: boolean
  play: Play
  events: SentEvent[]
  /** Devices that report as often as they do in life while it lasts. */
  stirred: ReadonlySet<string>
}

type Make = (stage: Stage, dice: Dice) => Omit<Occurrence, 'village'> | undefined

const quietPlay = { expects: [], lines: [], moments: [] }

function stirredOf(devices: readonly TownDevice[], village: string, kinds: readonly string[]) {
  const own = devicesOf(devices, village).filter((device) => kinds.includes(device.kind))
  return new Set(own.map((device) => device.id))
}

/** A camera's recogniser: surer with each look, and in the end nothing any more. */
function sighting(device: string, fromMs: number, confidence: number): SentEvent[] {
  const seen = [0, 0.6, 1.2, 3].map((minutes, look): SentEvent => {
    const sure = Math.min(0.95, confidence + 0.05 * look)
    const atMs = fromMs + minutes * minuteMs
    return { device, atMs, type: look < 2 ? 'smoke' : 'fire', state: 'active', confidence: sure }
  })
  const over = fromMs + 15 * minuteMs
  const ends = ['smoke', 'fire'].map((type): SentEvent => {
    return { device, atMs: over, type, state: 'clear' }
  })
  return [...seen, ...ends]
}

const fire: Make = (stage) => {
  const play = forestFire.stage(stage)
  const cameras = play.expects.find(({ rule }) => rule === 'camera-fire')?.devices ?? []
  const from = stage.startMs + 2 * minuteMs
  return {
    hazard: 'forestFire',
    isFalse: false,
    play: { ...play, moments: [] },
    events: cameras.flatMap((id, order) => sighting(id, from + order * 8000, 0.64)),
    stirred: stirredOf(stage.devices, stage.village, ['smokeSensor', 'airStation']),
  }
}

const straw: Make = (stage) => ({
  hazard: 'strawBurning',
  isFalse: false,
  play: strawBurning.stage(stage),
  events: [],
  stirred: stirredOf(stage.devices, stage.village, ['airStation']),
})

const outage: Make = (stage) => ({
  hazard: 'deviceFault',
  isFalse: false,
  play: towerDown.stage(stage),
  events: [],
  stirred: new Set(),
})

const chimney: Make = ({ devices, village, startMs }, dice) => {
  const camera = dice.pick(devicesOf(devices, village, 'camera'))
  return {
    hazard: 'forestFire',
    isFalse: true,
    play: { ...quietPlay, startMs, endMs: startMs + 20 * minuteMs },
    events: sighting(camera.id, startMs, 0.52),
    stirred: new Set(),
  }
}

const call: Make = ({ devices, village, startMs }, dice) => {
  const button = dice.pick(devicesOf(devices, village, 'helpButton'))
  return {
    hazard: 'helpCall',
    isFalse: dice.roll() < 0.4,
    play: { ...quietPlay, startMs, endMs: startMs + 5 * minuteMs },
    events: [{ device: button.id, atMs: startMs + minuteMs, type: 'help', state: 'pulse' }],
    stirred: new Set(),
  }
}

/** One reading of one device leaves its ordinary course for a while. */
function excursion(
  stage: Stage,
  of: { kind: TownDevice['kind']; property: string; minutes: number; hazard: string },
  course: (value: number, share: number) => number,
): Omit<Occurrence, 'village'> | undefined {
  const { devices, village, startMs } = stage
  const [device] = devicesOf(devices, village, of.kind)
  if (!device) return undefined
  const endMs = startMs + of.minutes * minuteMs
  return {
    hazard: of.hazard,
    isFalse: false,
    play: {
      ...quietPlay,
      startMs,
      endMs,
      reading: (one, { property, value, atMs }) =>
        one.id === device.id && property === of.property
          ? course(value, (atMs - startMs) / (endMs - startMs))
          : value,
    },
    events: [],
    stirred: new Set([device.id]),
  }
}

const swell: Make = (stage) =>
  excursion(
    stage,
    { kind: 'waterLevelGauge', property: 'waterLevel', minutes: 100, hazard: 'flood' },
    (value, share) => value + 2.4 * ramp(share, 0, 0.3) * (1 - ramp(share, 0.7, 1)),
  )

const slide: Make = (stage) =>
  excursion(
    stage,
    { kind: 'tiltSensor', property: 'tilt', minutes: 60, hazard: 'geological' },
    (value, share) => value + 4 * ramp(share, 0.1, 0.4),
  )

const flatBattery: Make = (stage) =>
  excursion(
    stage,
    { kind: 'smokeSensor', property: 'battery', minutes: 60, hazard: 'deviceFault' },
    (value, share) => (share < 0.8 ? 9 : value),
  )

/** How often in a month, and how. */
const usual: readonly [Make, number][] = [
  [fire, 5],
  [straw, 8],
  [outage, 3],
  [chimney, 9],
  [call, 9],
  [swell, 4],
  [slide, 3],
  [flatBattery, 6],
]

export interface MonthSpan {
  startMs: number
  endMs: number
}

/** At least an hour from the ends of the month, so that each is wholly within it. */
export function occurrencesOf(
  devices: readonly TownDevice[],
  { startMs, endMs }: MonthSpan,
  seed: number,
): Occurrence[] {
  const dice = createDice(seed, 'occurrences')
  const villages = [...new Set(devices.map((device) => device.village))].sort()
  const hourMs = 60 * minuteMs
  const found: Occurrence[] = []
  for (const [make, often] of usual) {
    const count = Math.ceil((often * (endMs - startMs)) / (31 * 24 * hourMs))
    for (let made = 0; made < count; ) {
      const village = dice.pick(villages)
      const at = startMs + hourMs + dice.roll() * (endMs - startMs - 4 * hourMs)
      const stage = { devices, village, seed, startMs: Math.round(at) }
      const one = make(stage, dice)
      // Not every village has a river or a slope.
      if (one === undefined) continue
      found.push({ ...one, village })
      made += 1
    }
  }
  return found.sort((a, b) => a.play.startMs - b.play.startMs)
}
