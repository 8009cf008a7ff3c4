import { distanceM, type LonLat } from '../../gateway/domain/place.ts'
import {
  camerasSeeing,
  devicesOf,
  offset,
  type Sight,
  sightCost,
  type TownDevice,
} from '../town.ts'
import { cameraSees, cameraSighting } from './camera-sighting.ts'
import {
  type Burning,
  bell,
  lineAt,
  type Measured,
  minuteMs,
  type Play,
  ramp,
  type Scenario,
  type Stage,
} from './play.ts'

/**
 * A fire at the edge of the wood, close to one smoke sensor: smoke within a minute, heat within
 * five, and two look-out cameras whose own recognition reports smoke first and fire later. Put out
 * after twenty minutes.
 */

const durationMs = 30 * minuteMs
const fireDistanceM = 120
/** Smoke and heat reach hardly beyond this; the next sensor stands a kilometre away. */
const reachM = 200
const hazeReachM = 500
const peaks = { smoke: 21, temperature: 34, pm25: 30 }
const alertEveryMs = 5000
const camerasInPlay = 2

function strength(sinceMs: number): number {
  return ramp(sinceMs, minuteMs, 2.5 * minuteMs) * (1 - ramp(sinceMs, 18 * minuteMs, 23 * minuteMs))
}

/** Heat comes after the smoke, but within the five minutes of the rule `heat-rise`. */
function heat(sinceMs: number): number {
  return ramp(sinceMs, 1.5 * minuteMs, 4.5 * minuteMs) * strength(sinceMs)
}

/** Smoke is to be seen from afar soon after it begins, flames when it has become a fire. */
function burning({ fire }: Spot, sinceMs: number): Burning {
  const left = 1 - ramp(sinceMs, 18 * minuteMs, 23 * minuteMs)
  return {
    place: fire,
    smoke: ramp(sinceMs, 0.6 * minuteMs, 5 * minuteMs) * left,
    flames:
      ramp(sinceMs, 4 * minuteMs, 5 * minuteMs) * (1 - ramp(sinceMs, 17 * minuteMs, 19 * minuteMs)),
  }
}

interface Spot {
  sensor: TownDevice
  fire: LonLat
  sights: Sight[]
}

/** Alarms of the sample town's forestFire join one incident within 2 km. */
const togetherM = 1900

function spotCost({ sensor, sights }: Spot, village: string): number {
  const missing = camerasInPlay - sights.length
  return sights.reduce((sum, sight) => {
    const apart = distanceM(sight.camera.position, sensor.position) > togetherM
    return sum + sightCost(sight, village) + (apart ? 4000 : 0)
  }, 10_000 * missing)
}

/** The place for the fire: beside the sensor that two cameras of the village see best. */
function chooseSpot(devices: readonly TownDevice[], village: string): Spot {
  const spots = devicesOf(devices, village, 'smokeSensor').flatMap((sensor) =>
    [0, 45, 90, 135, 180, 225, 270, 315].map((bearing) => {
      const fire = offset(sensor.position, bearing, fireDistanceM)
      return { sensor, fire, sights: camerasSeeing(devices, fire, village).slice(0, camerasInPlay) }
    }),
  )
  const best = spots.sort((a, b) => spotCost(a, village) - spotCost(b, village))[0]
  if (!best) throw new Error(`no smoke sensor in village ${village}: choose another --village`)
  return best
}

/** `measured.atMs` counts from the scenario's beginning. */
function effect({ fire }: Spot, device: TownDevice, { property, value, atMs }: Measured): number {
  const distance = distanceM(device.position, fire)
  if (device.kind === 'airStation' && property === 'pm25') {
    return value + peaks.pm25 * strength(atMs) * bell(distance, hazeReachM)
  }
  if (device.kind !== 'smokeSensor') return value
  if (property === 'smoke') return value + peaks.smoke * strength(atMs) * bell(distance, reachM)
  if (property !== 'temperature') return value
  return value + peaks.temperature * heat(atMs) * bell(distance, reachM)
}

function tell({ sensor, sights }: Spot, startMs: number) {
  return [
    lineAt(startMs + minuteMs, `A fire starts near ${sensor.id}`, `${sensor.name}附近起火`),
    ...sights.map(({ camera, bearingDeg, distanceM: far }) =>
      lineAt(
        startMs + 2 * minuteMs,
        `${camera.id} sees smoke at ${bearingDeg.toFixed(0)}°, ${(far / 1000).toFixed(1)} km away`,
        `${camera.name}发现烟雾，方位 ${bearingDeg.toFixed(0)}°`,
      ),
    ),
    lineAt(startMs + 18 * minuteMs, 'The fire is being put out', '明火逐渐扑灭'),
  ]
}

function stage({ devices, village, seed, startMs }: Stage): Play {
  const spot = chooseSpot(devices, village)
  const { sensor, sights } = spot
  return {
    startMs,
    endMs: startMs + durationMs,
    expects: [
      { rule: 'smoke-high', devices: [sensor.id] },
      { rule: 'heat-rise', devices: [sensor.id] },
      { rule: 'camera-fire', devices: sights.map((sight) => sight.camera.id) },
    ],
    moments: sights.flatMap((sight, order) => cameraSighting({ sight, order, seed, startMs })),
    sighted: sights.flatMap((sight, order) => cameraSees({ sight, order, seed, startMs })),
    burning: (atMs) => burning(spot, atMs - startMs),
    lines: tell(spot, startMs),
    reading: (device, measured) =>
      effect(spot, device, { ...measured, atMs: measured.atMs - startMs }),
    everyMs: (device, atMs) =>
      device.id === sensor.id && strength(atMs - startMs) > 0 ? alertEveryMs : undefined,
  }
}

export const forestFire: Scenario = {
  name: 'forest-fire',
  en: 'A forest fire seen by a smoke sensor and two cameras',
  zh: '烟感与摄像机同时发现的林火',
  durationMs,
  defaultVillage: '990101101205',
  stage,
}
