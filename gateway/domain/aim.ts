import type { PtzAbility, PtzPosition } from './camera.ts'

/** Where a camera that turns must be sent to look along a bearing. */

export type Aim =
  | { kind: 'position'; position: PtzPosition }
  | { kind: 'preset'; token: string; offDeg: number }

/** Signed difference of two directions, −180 to 180 degrees. */
export function turnDeg(from: number, to: number): number {
  return ((((to - from) % 360) + 540) % 360) - 180
}

/** A preset that is farther off than this does not show the place. */
const farthestPresetDeg = 40

function withinRange([low, high]: readonly [number, number], deg: number): number | undefined {
  // A range over a whole turn may hold the same direction under another number.
  return [deg, deg + 360, deg - 360].find((one) => one >= low && one <= high)
}

function nearestPreset(ptz: PtzAbility, panDeg: number): Aim | undefined {
  const near = ptz.presets
    .flatMap(({ token, panDeg: at }) =>
      at === null ? [] : [{ token, offDeg: Math.abs(turnDeg(at, panDeg)) }],
    )
    .toSorted((a, b) => a.offDeg - b.offDeg)
    .at(0)
  return near && near.offDeg <= farthestPresetDeg ? { kind: 'preset', ...near } : undefined
}

/**
 * The calibrated position, else the nearest preset; undefined when the camera cannot look there.
 * Bearings are degrees clockwise from north, `headingDeg` is where pan 0 looks.
 */
export function aimAlong(
  ptz: PtzAbility,
  view: { headingDeg: number; bearingDeg: number; tiltDeg?: number },
): Aim | undefined {
  const panDeg = turnDeg(view.headingDeg, view.bearingDeg)
  if (ptz.absolute && ptz.panRangeDeg) {
    const within = withinRange(ptz.panRangeDeg, panDeg)
    const [low, high] = ptz.tiltRangeDeg ?? [0, 0]
    const tiltDeg = Math.min(high, Math.max(low, view.tiltDeg ?? 0))
    if (within !== undefined) {
      return { kind: 'position', position: { panDeg: within, tiltDeg, zoom: 0 } }
    }
  }
  return nearestPreset(ptz, panDeg)
}
