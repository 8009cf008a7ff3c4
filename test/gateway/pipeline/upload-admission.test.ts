import { beforeEach, describe, expect, it } from 'vitest'
import { UnavailableError } from '../../../gateway/domain/errors.ts'
import {
  admissionBounds,
  createUploadAdmission,
  type UploadAdmission,
} from '../../../gateway/pipeline/upload-admission.ts'

/** Check-ins go first; nobody waits for ever, and nobody comes back with all the others. */

const { rush, newAtOnce, piecesAtOnce, piecesAtOnceInRush, oneNewEveryMs, retryS } = admissionBounds
let now: number
let chance: number
let admission: UploadAdmission

beforeEach(() => {
  now = 1000
  chance = 0.5
  admission = createUploadAdmission({ clock: { monotonic: () => now }, random: () => chance })
})

function retryAfter(check: () => void): number | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error
    return error.retryAfterS
  }
}

/** So many pieces are worked on until it is called. */
function work(count: number): () => Promise<void> {
  const end = Promise.withResolvers<void>()
  const all = Array.from({ length: count }, () => admission.during(() => end.promise))
  return async () => {
    end.resolve()
    await Promise.all(all)
  }
}

describe('while check-ins pour in', () => {
  it('new uploads are put off, but for one now and then', () => {
    admission.arrived(rush)
    expect(admission.isRush()).toBe(true)
    expect(retryAfter(() => admission.checkNew())).toBeUndefined()
    expect(retryAfter(() => admission.checkNew())).toBeGreaterThan(0)
    now += oneNewEveryMs
    admission.arrived(rush)
    expect(retryAfter(() => admission.checkNew())).toBeUndefined()
    expect(retryAfter(() => admission.checkNew())).toBeGreaterThan(0)
  })

  it('those that were let in may end, few at once', async () => {
    admission.arrived(rush)
    const end = work(piecesAtOnceInRush - 1)
    expect(retryAfter(() => admission.checkPiece())).toBeUndefined()
    const endOther = work(1)
    expect(retryAfter(() => admission.checkPiece())).toBeGreaterThan(0)
    await end()
    expect(retryAfter(() => admission.checkPiece())).toBeUndefined()
    await endOther()
  })

  it('batch by batch it becomes a rush, and it is over soon after the last', () => {
    for (let batch = 0; batch < rush / 50 - 1; batch++) admission.arrived(50)
    expect(admission.isRush()).toBe(false)
    admission.arrived(50)
    expect(admission.isRush()).toBe(true)
    now += 10_000
    expect(admission.isRush()).toBe(false)
    expect(retryAfter(() => admission.checkNew())).toBeUndefined()
    expect(retryAfter(() => admission.checkNew())).toBeUndefined()
  })

  it('the check-ins of a busy day are none', () => {
    for (let second = 0; second < 600; second++) {
      admission.arrived(60)
      now += 1000
      expect(retryAfter(() => admission.checkNew())).toBeUndefined()
    }
  })

  it('each is told another time to come back', () => {
    admission.arrived(rush)
    admission.checkNew()
    chance = 0
    expect(retryAfter(() => admission.checkNew())).toBe(retryS.least)
    chance = 1
    expect(retryAfter(() => admission.checkNew())).toBe(retryS.most)
  })
})

describe('without check-ins', () => {
  it('so many are worked on at once: what was begun ends before others begin', async () => {
    const end = work(newAtOnce)
    expect(retryAfter(() => admission.checkNew())).toBeGreaterThan(0)
    expect(retryAfter(() => admission.checkPiece())).toBeUndefined()
    const endMore = work(piecesAtOnce - newAtOnce)
    expect(retryAfter(() => admission.checkPiece())).toBeGreaterThan(0)
    await end()
    expect(retryAfter(() => admission.checkPiece())).toBeUndefined()
    await endMore()
    expect(retryAfter(() => admission.checkNew())).toBeUndefined()
  })

  it('what fails is no longer worked on', async () => {
    const failing = Array.from({ length: piecesAtOnce }, () =>
      admission.during(() => Promise.reject(new Error('no'))),
    )
    await Promise.allSettled(failing)
    expect(retryAfter(() => admission.checkNew())).toBeUndefined()
  })
})
