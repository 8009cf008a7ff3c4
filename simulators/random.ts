/**
 * Noise that is a pure function of (seed, key, time): the same seed gives the same day, however
 * often or in whatever order it is asked. Nothing here keeps state.
 */

/** FNV-1a with a final avalanche; 32 bits, unsigned. */
export function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    h ^= text.charCodeAt(i)
    h = Math.imul(h, 0x01000193)
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** In [0, 1), the same for the same seed and key. */
export function uniform(seed: number, key: string): number {
  return hash(`${seed}:${key}`) / 2 ** 32
}

/** In [-1, 1], continuous in time: values drawn every `periodMs` and joined by a smooth step. */
export function smoothNoise(seed: number, key: string, at: { ms: number; periodMs: number }) {
  const position = at.ms / at.periodMs
  const index = Math.floor(position)
  const part = position - index
  const eased = part * part * (3 - 2 * part)
  const left = uniform(seed, `${key}:${index}`)
  const right = uniform(seed, `${key}:${index + 1}`)
  return 2 * (left + (right - left) * eased) - 1
}

/** In [-1, 1], without memory: the last digit's jitter of a sensor. */
export function jitter(seed: number, key: string, ms: number): number {
  return 2 * uniform(seed, `${key}@${ms}`) - 1
}
