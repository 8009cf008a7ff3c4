import type { Fix } from '../../gateway/domain/checkin.ts'
import { distanceM, type LonLat } from '../../gateway/domain/place.ts'
import { uniform } from '../random.ts'
import { offset } from '../town.ts'

/** Somebody on foot from point to point, who rests now and then, with a phone that guesses where it is. */

export interface WalkedPoint {
  id: string
  position: LonLat
}

/** At a point: when, and where the phone believes to be. */
export interface Stop {
  point: string
  at: number
  fix: Fix
}

export interface WalkOptions {
  /** In the order of the walk. */
  points: readonly WalkedPoint[]
  startMs: number
  seed: number
  /** 1.2 m/s is a leisurely walk; 8 m/s a scooter. */
  speedMps?: number
  /** Within so many metres the fix lies in 68 of 100 cases. */
  accuracyM?: number
}

/** A path winds, also where the map shows a straight line. */
const detour = 1.3
const longestRestMs = 6 * 60_000
const restEvery = 3
/** In two dimensions, 68 % lie within 1.51 standard deviations. */
const deviations68 = 1.51

/** Where a phone at `position` believes to be. */
export function guessedFix(position: LonLat, { seed, key, accuracyM }: GuessOptions): Fix {
  const share = Math.max(uniform(seed, `${key} far`), 1e-9)
  const far = (accuracyM / deviations68) * Math.sqrt(-2 * Math.log(share))
  const guessed = offset(position, 360 * uniform(seed, `${key} way`), far)
  return { position: guessed, accuracyM }
}

export interface GuessOptions {
  seed: number
  /** The same key gives the same guess. */
  key: string
  accuracyM: number
}

export function planWalk(options: WalkOptions): Stop[] {
  const { points, startMs, seed, speedMps = 1.2, accuracyM = 30 } = options
  let at = startMs
  return points.map(({ id, position }, index) => {
    const before = points[index - 1]
    const key = `${index} ${id}`
    if (before) {
      // Nobody walks as fast uphill as down.
      const pace = speedMps * (0.85 + 0.3 * uniform(seed, `${key} pace`))
      at += ((distanceM(before.position, position) * detour) / pace) * 1000
      if (Math.floor(uniform(seed, `${key} rests`) * restEvery) === 0) {
        at += longestRestMs * uniform(seed, `${key} rest`)
      }
    }
    return { point: id, at: Math.round(at), fix: guessedFix(position, { seed, key, accuracyM }) }
  })
}
