import type { LonLat } from './map-geometry.ts'
import type { MapSpot } from './map-spots.tsx'

/** Where a name finds room among the marks. All in pixels from the middle of the name, upwards positive. */

export interface Box {
  x: number
  y: number
  halfWidth: number
  halfHeight: number
}

const fontPx = 14
const lineHalfPx = 8
/** Half of a mark with the air around it. */
const markHalfPx = 8
const steps = [0, 6, -6, 12, -12, 18, -18, 24, -24, 30, -30, 36, -36]

/** Nearest first. */
const tries = steps
  .flatMap((x) => steps.map((y) => ({ x, y })))
  .toSorted((a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y))

/** Without a canvas: Chinese fills its square, Latin about the half of it. */
export function textWidth(text: string): number {
  return Array.from(text).reduce(
    (sum, char) => sum + 1 + ((char.codePointAt(0) ?? 0) > 0x2e7f ? fontPx : fontPx * 0.58),
    0,
  )
}

export function nameBox(name: string): Box {
  return { x: 0, y: 0, halfWidth: textWidth(name) / 2, halfHeight: lineHalfPx }
}

const meet = (a: Box, b: Box) =>
  Math.abs(a.x - b.x) < a.halfWidth + b.halfWidth &&
  Math.abs(a.y - b.y) < a.halfHeight + b.halfHeight

/** The shift that keeps `box` clear of `taken`; null: there is no room. `fits` is not asked of the place it has. */
export function roomFor(
  box: Box,
  taken: readonly Box[],
  fits: (moved: Box) => boolean,
): { x: number; y: number } | null {
  for (const { x, y } of tries) {
    const moved = { ...box, x, y }
    if ((x === 0 && y === 0) || fits(moved))
      if (!taken.some((other) => meet(moved, other))) return { x, y }
  }
  return null
}

/** What a spot covers, with its name where that is written. */
export function spotBoxes(
  { point, label, isNamed, isMain, side }: MapSpot,
  pixelOf: (point: LonLat) => { x: number; y: number },
): Box[] {
  const { x, y } = pixelOf(point)
  const mark = { x, y, halfWidth: markHalfPx, halfHeight: markHalfPx }
  if (!isNamed && !isMain) return [mark]
  const halfWidth = textWidth(label) / 2
  const aside = markHalfPx + 3 + halfWidth
  const at = {
    above: { x, y: y + markHalfPx + lineHalfPx },
    left: { x: x - aside, y },
    right: { x: x + aside, y },
  }[side ?? 'above']
  return [mark, { ...at, halfWidth, halfHeight: lineHalfPx }]
}
