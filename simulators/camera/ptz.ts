/**
 * The head of a camera: where it looks at a moment of time. A move takes as long as a real one;
 * nothing ticks, the position is computed when somebody asks.
 */
export interface PtzView {
  /** Degrees from the camera's heading, clockwise. */
  panDeg: number
  /** Degrees up. */
  tiltDeg: number
  /** 0 wide – 1 far. */
  zoom: number
}

export interface PtzAbilities {
  absolute: boolean
  /** Says in degrees what its ends stand for, and where it stands on the map. */
  calibrated: boolean
  panRangeDeg: readonly [number, number]
  tiltRangeDeg: readonly [number, number]
  /** Degrees a second at full speed; the zoom goes through its range in `zoomS`. */
  speedDegPerS: number
  zoomS: number
}

export const usualPtz: PtzAbilities = {
  absolute: true,
  calibrated: true,
  panRangeDeg: [-180, 180],
  tiltRangeDeg: [-45, 45],
  speedDegPerS: 60,
  zoomS: 3,
}

/** The generic space of ONVIF: −1…1, zoom 0…1. */
export interface GenericPosition {
  pan: number
  tilt: number
  zoom: number
}

type Motion =
  | { kind: 'still'; at: PtzView }
  | { kind: 'to'; from: PtzView; to: PtzView; sinceMs: number }
  | { kind: 'drift'; from: PtzView; perS: PtzView; sinceMs: number; untilMs: number }

interface Preset {
  token: string
  name: string
  view: PtzView
}

export interface PtzHead {
  view: () => PtzView
  isMoving: () => boolean
  moveTo: (target: Partial<PtzView>) => void
  moveBy: (offset: PtzView) => void
  /** Fractions of full speed, −1…1; ends by itself after `timeoutMs`. */
  drift: (velocity: GenericPosition, timeoutMs: number) => void
  stop: () => void
  presets: () => Preset[]
  /** Replaces the one with this token, or adds one; returns its token. */
  savePreset: (name: string, token?: string) => string | undefined
  removePreset: (token: string) => boolean
  /** False: there is no such preset. */
  goToPreset: (token: string) => boolean
}

const presetsMost = 64
const zoomRange = [0, 1] as const

function clamp(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(high, Math.max(low, value))
}

function towards(from: number, to: number, step: number): number {
  return Math.abs(to - from) <= step ? to : from + Math.sign(to - from) * step
}

function partOf(value: number, [low, high]: readonly [number, number]): number {
  return (2 * (value - low)) / (high - low) - 1
}

export function toGeneric(view: PtzView, abilities: PtzAbilities): GenericPosition {
  return {
    pan: partOf(view.panDeg, abilities.panRangeDeg),
    tilt: partOf(view.tiltDeg, abilities.tiltRangeDeg),
    zoom: view.zoom,
  }
}

/** Degrees for a length of the generic space: an end of it stands for half the range. */
export function spanDeg(part: number, [low, high]: readonly [number, number]): number {
  return (part * (high - low)) / 2
}

export function fromGeneric(part: number, range: readonly [number, number]): number {
  return spanDeg(part + 1, range) + range[0]
}

interface Mover {
  view: () => PtzView
  isMoving: () => boolean
  to: (target: PtzView) => void
  drift: (velocity: GenericPosition, timeoutMs: number) => void
  stop: () => void
}

function createMotion(abilities: PtzAbilities, now: () => number): Mover {
  const { panRangeDeg, tiltRangeDeg, speedDegPerS, zoomS } = abilities
  const limited = (view: PtzView): PtzView => ({
    panDeg: clamp(view.panDeg, panRangeDeg),
    tiltDeg: clamp(view.tiltDeg, tiltRangeDeg),
    zoom: clamp(view.zoom, zoomRange),
  })
  let motion: Motion = { kind: 'still', at: { panDeg: 0, tiltDeg: 0, zoom: 0 } }

  function view(): PtzView {
    if (motion.kind === 'still') return motion.at
    const end = motion.kind === 'drift' ? Math.min(now(), motion.untilMs) : now()
    const seconds = Math.max(0, end - motion.sinceMs) / 1000
    const { from } = motion
    if (motion.kind === 'to') {
      const { to } = motion
      const step = speedDegPerS * seconds
      return {
        panDeg: towards(from.panDeg, to.panDeg, step),
        tiltDeg: towards(from.tiltDeg, to.tiltDeg, step),
        zoom: towards(from.zoom, to.zoom, seconds / zoomS),
      }
    }
    const { perS } = motion
    return limited({
      panDeg: from.panDeg + perS.panDeg * seconds,
      tiltDeg: from.tiltDeg + perS.tiltDeg * seconds,
      zoom: from.zoom + perS.zoom * seconds,
    })
  }

  return {
    view,
    isMoving() {
      if (motion.kind === 'still') return false
      if (motion.kind === 'drift') return now() < motion.untilMs
      const { to } = motion
      const { panDeg, tiltDeg, zoom } = view()
      return panDeg !== to.panDeg || tiltDeg !== to.tiltDeg || zoom !== to.zoom
    },
    to(target: PtzView) {
      motion = { kind: 'to', from: view(), to: limited(target), sinceMs: now() }
    },
    drift({ pan, tilt, zoom }: GenericPosition, timeoutMs: number) {
      const perS = {
        panDeg: clamp(pan, [-1, 1]) * speedDegPerS,
        tiltDeg: clamp(tilt, [-1, 1]) * speedDegPerS,
        zoom: clamp(zoom, [-1, 1]) / zoomS,
      }
      const sinceMs = now()
      motion = { kind: 'drift', from: view(), perS, sinceMs, untilMs: sinceMs + timeoutMs }
    },
    stop() {
      motion = { kind: 'still', at: view() }
    },
  }
}

export function createPtzHead(abilities: PtzAbilities, now: () => number): PtzHead {
  const motion = createMotion(abilities, now)
  const presets = new Map<string, Preset>()
  let made = 0

  return {
    view: motion.view,
    isMoving: motion.isMoving,
    moveTo: (target) => motion.to({ ...motion.view(), ...target }),
    moveBy({ panDeg, tiltDeg, zoom }) {
      const from = motion.view()
      motion.to({
        panDeg: from.panDeg + panDeg,
        tiltDeg: from.tiltDeg + tiltDeg,
        zoom: from.zoom + zoom,
      })
    },
    drift: motion.drift,
    stop: motion.stop,
    presets: () => [...presets.values()],
    savePreset(name, wanted) {
      if (wanted !== undefined && !presets.has(wanted)) return undefined
      if (wanted === undefined && presets.size >= presetsMost) return undefined
      const token = wanted ?? `preset-${++made}`
      presets.set(token, { token, name, view: motion.view() })
      return token
    },
    removePreset: (token) => presets.delete(token),
    goToPreset(token) {
      const preset = presets.get(token)
      if (preset) motion.to(preset.view)
      return preset !== undefined
    },
  }
}
