import { hillsideJpeg } from '../hillside.ts'
import type { Sight } from '../town.ts'
import { type Moment, minuteMs, type Sighted } from './play.ts'

/**
 * What a camera with recognition of its own says about a fire: a few detections that grow surer,
 * each with bearing, box and a still, and at the end `clear`.
 */

interface Detection {
  /** Since the scenario's beginning. */
  minutes: number
  type: 'smoke' | 'fire'
  confidence: number
  /** How much smoke the still shows, 0–1. */
  smoke: number
}

const detections: Detection[] = [
  { minutes: 2, type: 'smoke', confidence: 0.64, smoke: 0.35 },
  { minutes: 2.6, type: 'smoke', confidence: 0.74, smoke: 0.5 },
  { minutes: 3.2, type: 'smoke', confidence: 0.83, smoke: 0.65 },
  { minutes: 4.5, type: 'fire', confidence: 0.79, smoke: 0.8 },
  { minutes: 5.1, type: 'fire', confidence: 0.91, smoke: 1 },
]

const clearMinutes = 23
/** No two recognisers are in step. */
const lagMs = 8000

interface Sighting {
  sight: Sight
  /** 0 for the first camera, 1 for the second; later ones are slower and less sure. */
  order: number
  seed: number
  startMs: number
}

/** Where in the picture the fire stands: off the middle as the camera looks past it. */
function acrossOf({ camera, bearingDeg, inView }: Sight): number {
  if (!inView) return 0.5
  const offDeg = ((bearingDeg - camera.headingDeg + 540) % 360) - 180
  return 0.5 + offDeg / camera.fieldOfViewDeg
}

function momentOf(
  { order, startMs }: Pick<Sighting, 'order' | 'startMs'>,
  minutes: number,
): number {
  return Math.round(startMs + minutes * minuteMs + order * lagMs)
}

function detected({ sight, order, seed, startMs }: Sighting, found: Detection): Moment {
  const { camera } = sight
  const atMs = momentOf({ order, startMs }, found.minutes)
  const across = acrossOf(sight)
  const wobbleDeg = found.type === 'fire' ? 0.4 : -0.4
  return {
    atMs,
    device: camera,
    channel: 'event',
    async compose() {
      const { smoke, type } = found
      const view = { seed, camera: camera.id, smoke, flames: type === 'fire', across }
      const jpeg = await hillsideJpeg(view)
      return JSON.stringify({
        ts: atMs,
        id: `${camera.id}-${type}-${atMs}`,
        type,
        state: 'active',
        confidence: Number((found.confidence - 0.05 * order).toFixed(2)),
        bearingDeg: Number(((sight.bearingDeg + wobbleDeg + 360) % 360).toFixed(1)),
        elevationDeg: 1.2,
        box: [Math.min(0.84, Math.max(0, across - 0.08)), 0.28, 0.16, 0.32],
        ...(jpeg ? { image: jpeg.toString('base64') } : {}),
      })
    },
  }
}

function cleared({ sight, order, startMs }: Sighting, type: string): Moment {
  const atMs = momentOf({ order, startMs }, clearMinutes)
  const { camera } = sight
  const id = `${camera.id}-${type}-clear-${atMs}`
  const compose = () => JSON.stringify({ ts: atMs, id, type, state: 'clear' })
  return { atMs, device: camera, channel: 'event', compose }
}

export function cameraSighting(sighting: Sighting): Moment[] {
  return [
    ...detections.map((found) => detected(sighting, found)),
    cleared(sighting, 'smoke'),
    cleared(sighting, 'fire'),
  ]
}

/** The same story for a camera that has a picture of its own and raises its own events. */
export function cameraSees(sighting: Sighting): Sighted[] {
  const { camera, bearingDeg } = sighting.sight
  const seen = { camera, bearingDeg }
  const active = detections.map(({ minutes, type }): Sighted => {
    return { ...seen, atMs: momentOf(sighting, minutes), type, state: 'active' }
  })
  const atMs = momentOf(sighting, clearMinutes)
  const over = { ...seen, atMs, state: 'clear' } as const
  return [...active, { ...over, type: 'smoke' }, { ...over, type: 'fire' }]
}
