import type { PrivacyMask } from '../../../gateway/domain/camera.ts'

/** Privacy masks as they are drawn: corners as fractions of the picture. Pure. */

export type Corner = PrivacyMask[number]

export const mostMasks = 16
export const mostCorners = 24
const fewestCorners = 3

const within = (value: number) => Math.min(1, Math.max(0, Math.round(value * 10_000) / 10_000))

function cornerAt(x: number, y: number): Corner {
  return [within(x), within(y)]
}

/** A new one stands in the middle, beside those that stand there already. */
export function newMask(others: number): PrivacyMask {
  const shift = (others % 4) * 0.04
  const [left, top] = [0.36 + shift, 0.36 + shift]
  return [
    cornerAt(left, top),
    cornerAt(left + 0.2, top),
    cornerAt(left + 0.2, top + 0.2),
    cornerAt(left, top + 0.2),
  ]
}

export function withCorner(mask: PrivacyMask, index: number, corner: Corner): PrivacyMask {
  return mask.map((one, at) => (at === index ? cornerAt(...corner) : one))
}

/** As a whole, and as far as the picture goes. */
export function movedMask(mask: PrivacyMask, dx: number, dy: number): PrivacyMask {
  const xs = mask.map(([x]) => x)
  const ys = mask.map(([, y]) => y)
  const x = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), dx))
  const y = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), dy))
  return mask.map(([cornerX, cornerY]) => cornerAt(cornerX + x, cornerY + y))
}

/** Halfway along the edge that begins at this corner. */
export function edgeMiddle(mask: PrivacyMask, index: number): Corner {
  const [ax, ay] = mask[index] ?? [0, 0]
  const [bx, by] = mask[(index + 1) % mask.length] ?? [0, 0]
  return cornerAt((ax + bx) / 2, (ay + by) / 2)
}

export function withNewCorner(mask: PrivacyMask, after: number): PrivacyMask {
  if (mask.length >= mostCorners) return mask
  return mask.toSpliced(after + 1, 0, edgeMiddle(mask, after))
}

export function withoutCorner(mask: PrivacyMask, index: number): PrivacyMask {
  return mask.length <= fewestCorners ? mask : mask.toSpliced(index, 1)
}

export type MaskKey =
  | { kind: 'move'; dx: number; dy: number }
  | { kind: 'remove' }
  | { kind: 'add' }

const fineStep = 0.01
const coarseStep = 0.05

const steps: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The keyboard's way to what the mouse does at a corner or an area. */
export function maskKeyOf(key: string, isCoarse: boolean): MaskKey | null {
  const step = steps[key]
  const size = isCoarse ? coarseStep : fineStep
  if (step) return { kind: 'move', dx: step[0] * size, dy: step[1] * size }
  if (key === 'Delete' || key === 'Backspace') return { kind: 'remove' }
  return key === 'Insert' || key === '+' ? { kind: 'add' } : null
}
