/**
 * What a camera's picture says of the camera itself: that it stands still, is black, or shows
 * another view. Judged on a thumbnail of 9 × 8 grey values, sampled now and then.
 */

export const thumbWidth = 9
export const thumbHeight = 8

export interface ViewSample {
  /** Monotonic ms. */
  at: number
  /** 9 × 8 grey values, 0–255, rows first. */
  thumb: Uint8Array
  /** Of the whole picture as it was decoded: noise makes two of a living camera differ. */
  digest: string
  /** Hour of the day in the town's zone: light changes what a view looks like. */
  hour: number
}

export interface ViewState {
  digest: string
  /** Monotonic ms since which the digest is the same; samples that said so. */
  sameSince: number
  sameCount: number
  blackCount: number
  movedCount: number
  /** Difference hashes of the view by hours of the day in fours, as 16 hex digits. */
  references: (string | null)[]
  faults: ViewFault[]
}

export const viewFaults = ['pictureFrozen', 'pictureBlack', 'pictureMoved'] as const

export type ViewFault = (typeof viewFaults)[number]

const frozenAfterMs = 5 * 60_000
const samplesToBelieve = 3
const blackMean = 10
const blackSpread = 4
/** Of 64 bits; two views of one place differ in fewer, two places in more. */
const movedBits = 22
const hoursPerReference = 4

/** Difference hash (dHash): whether each grey value is less than its right neighbour. */
export function differenceHash(thumb: Uint8Array): string {
  let hash = 0n
  for (let row = 0; row < thumbHeight; row++) {
    for (let column = 0; column < thumbWidth - 1; column++) {
      const at = row * thumbWidth + column
      hash = (hash << 1n) | ((thumb[at] as number) < (thumb[at + 1] as number) ? 1n : 0n)
    }
  }
  return hash.toString(16).padStart(16, '0')
}

export function hammingDistance(a: string, b: string): number {
  let rest = BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
  let count = 0
  while (rest > 0n) {
    count += Number(rest & 1n)
    rest >>= 1n
  }
  return count
}

function isBlack(thumb: Uint8Array): boolean {
  const mean = thumb.reduce((sum, value) => sum + value, 0) / thumb.length
  const spread = Math.sqrt(
    thumb.reduce((sum, value) => sum + (value - mean) ** 2, 0) / thumb.length,
  )
  return mean < blackMean && spread < blackSpread
}

export function newView(): ViewState {
  const references = Array.from({ length: 24 / hoursPerReference }, () => null)
  const counts = { sameCount: 0, blackCount: 0, movedCount: 0 }
  return { digest: '', sameSince: 0, ...counts, references, faults: [] }
}

/** A fault begins after some samples in a row and ends with the first good one. */
export function judgeView(
  before: ViewState,
  sample: ViewSample,
  { isTurned }: { isTurned: boolean },
): ViewState {
  const isSame = before.digest === sample.digest
  const sameSince = isSame ? before.sameSince : sample.at
  const sameCount = isSame ? before.sameCount + 1 : 1
  const blackCount = isBlack(sample.thumb) ? before.blackCount + 1 : 0
  const slot = Math.floor(sample.hour / hoursPerReference)
  const hash = differenceHash(sample.thumb)
  const reference = before.references[slot] ?? null
  const differs = reference !== null && hammingDistance(reference, hash) > movedBits
  // A black or turned picture says nothing of where the camera stands.
  const isTelling = blackCount === 0 && !isTurned
  const movedCount = !isTelling ? before.movedCount : differs ? before.movedCount + 1 : 0
  const references = isTelling && !differs ? before.references.with(slot, hash) : before.references
  const isFrozen = sameCount >= samplesToBelieve && sample.at - sameSince >= frozenAfterMs
  const stands: Record<ViewFault, boolean> = {
    pictureBlack: blackCount >= samplesToBelieve,
    // A black picture is always the same one.
    pictureFrozen: isFrozen && blackCount === 0,
    pictureMoved: movedCount >= samplesToBelieve,
  }
  const faults = viewFaults.filter((fault) => stands[fault])
  return { digest: sample.digest, sameSince, sameCount, blackCount, movedCount, references, faults }
}

/** Somebody said that the view is as it should be now: it is learned anew. */
export function forgetView(before: ViewState): ViewState {
  const { references } = newView()
  const faults = before.faults.filter((fault) => fault !== 'pictureMoved')
  return { ...before, references, faults, movedCount: 0 }
}
