import { distanceM, type LonLat } from '../../gateway/domain/place.ts'
import { smoothNoise, uniform } from '../random.ts'
import { devicesOf, offset, type TownDevice } from '../town.ts'
import { bell, lineAt, minuteMs, type Play, ramp, type Scenario, type Stage } from './play.ts'

/**
 * An afternoon of straw burning: somebody lights a field close to one air station. The smoke stands
 * over it for twenty minutes, spreads thinner over the village, and is gone after three quarters of
 * an hour. Only the nearest station rises far above its neighbours; the next ones show it, but stay
 * under the excess that the sample town's rule asks for.
 */

const durationMs = 50 * minuteMs
const fieldDistanceM = 180
/** µg/m³ above the background at the fire itself. */
const peak = 210
const sigmaM = { fresh: 380, spread: 900 }

function strength(seed: number, sinceMs: number): number {
  const rising = ramp(sinceMs, 0.5 * minuteMs, 3 * minuteMs)
  const fading = 1 - ramp(sinceMs, 24 * minuteMs, 42 * minuteMs)
  const burningDown = 1 - 0.3 * ramp(sinceMs, 15 * minuteMs, 24 * minuteMs)
  const flicker = 1 + 0.1 * smoothNoise(seed, 'flicker', { ms: sinceMs, periodMs: 2 * minuteMs })
  return rising * fading * burningDown * flicker
}

interface Field {
  station: TownDevice
  position: LonLat
  /** How far the next station is. */
  clearanceM: number
}

/** The field beside a station of the village from which all other stations are furthest. */
function chooseField(devices: readonly TownDevice[], village: string, seed: number): Field {
  const stations = devices.filter((device) => device.kind === 'airStation')
  const turn = 360 * uniform(seed, `field:${village}`)
  const fields = devicesOf(stations, village).flatMap((station) =>
    [0, 45, 90, 135, 180, 225, 270, 315].map((bearing): Field => {
      const position = offset(station.position, bearing + turn, fieldDistanceM)
      const others = stations.filter((other) => other.id !== station.id)
      const clearanceM = Math.min(...others.map((other) => distanceM(other.position, position)))
      return { station, position, clearanceM }
    }),
  )
  const best = fields.sort((a, b) => b.clearanceM - a.clearanceM)[0]
  if (!best) throw new Error(`no air station in village ${village}: choose another --village`)
  return best
}

function stage({ devices, village, seed, startMs }: Stage): Play {
  const { station: nearest, position: field } = chooseField(devices, village, seed)
  return {
    startMs,
    endMs: startMs + durationMs,
    expects: [{ rule: 'pm25-excess', devices: [nearest.id] }],
    moments: [],
    lines: [
      lineAt(
        startMs,
        `Straw is lit near ${nearest.id} (village ${village})`,
        `${nearest.name}附近有人点燃秸秆`,
      ),
      lineAt(
        startMs + 3 * minuteMs,
        'PM2.5 there stands far above its neighbours; the rule asks for 5 minutes of it',
        '该站 PM2.5 远高于周边站点，规则要求持续 5 分钟',
      ),
      lineAt(startMs + 24 * minuteMs, 'The smoke spreads and thins', '烟气扩散变淡'),
    ],
    burning(atMs) {
      const smoke = strength(seed, atMs - startMs)
      return { place: field, smoke: Math.min(1, 0.8 * smoke), flames: 0.3 * Math.min(1, smoke) }
    },
    reading(device, { property, value, atMs }) {
      if (device.kind !== 'airStation' || property !== 'pm25') return value
      const sinceMs = atMs - startMs
      const spread = ramp(sinceMs, 18 * minuteMs, 40 * minuteMs)
      const sigma = sigmaM.fresh + (sigmaM.spread - sigmaM.fresh) * spread
      // The same smoke over a larger area is thinner.
      const thin = 1 - 0.6 * spread
      return (
        value +
        peak * thin * strength(seed, sinceMs) * bell(distanceM(device.position, field), sigma)
      )
    },
  }
}

export const strawBurning: Scenario = {
  name: 'straw-burning',
  en: 'A straw-burning afternoon',
  zh: '秸秆焚烧的下午',
  durationMs,
  defaultVillage: '990101101207',
  stage,
}
