import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Posted, PostLines } from '../../../../gateway/storage/influx/post-lines.ts'
import { isNothingTaken, settleLines } from '../../../../gateway/storage/influx/settle-lines.ts'

const dialects = ['says how many', 'names the lines', 'says nothing'] as const
type Dialect = (typeof dialects)[number]

const line = (n: number) => `reading,device=d${n % 7} pm25=${n} ${1000 + n}`
const numberOf = (text: string) => Number(text.slice(text.lastIndexOf(' ') + 1)) - 1000
const stop = new AbortController().signal

interface Server {
  isBad?: (n: number) => boolean
  /** Older than the bucket keeps. */
  isOld?: (n: number) => boolean
  dialect?: Dialect
}

/** Takes the good lines of each request, as all of them do, and says what it says of the others. */
function fakeServer({
  isBad = () => false,
  isOld = () => false,
  dialect = 'says how many',
}: Server) {
  const taken = new Set<number>()
  let requests = 0
  const post: PostLines = async (lines): Promise<Posted> => {
    requests += 1
    const numbers = lines.map(numberOf)
    for (const n of numbers) if (!isBad(n) && !isOld(n)) taken.add(n)
    const bad = numbers.filter(isBad)
    const old = numbers.filter(isOld)
    const refused = { kind: 'refused' as const, named: [], dropped: null, outlived: false }
    if (bad.length > 0) {
      return {
        ...refused,
        reason: 'field type conflict',
        dropped: dialect === 'says how many' ? bad.length : null,
        named: dialect === 'names the lines' ? bad.map((n) => numbers.indexOf(n)) : [],
      }
    }
    if (old.length > 0) return { ...refused, reason: 'old', outlived: true, dropped: old.length }
    return { kind: 'taken' }
  }
  return { post, taken, requests: () => requests }
}

const lines = (count: number) => Array.from({ length: count }, (_, n) => line(n))
const indexes = (refused: readonly { index: number }[]) =>
  refused.map(({ index }) => index).toSorted((a, b) => a - b)

describe('a batch is brought to an end', () => {
  test('all good: one request', async () => {
    const server = fakeServer({})
    const settled = await settleLines(lines(5000), server.post, stop)
    expect(settled).toMatchObject({ taken: 5000, outlived: 0, refused: [], trouble: null })
    expect(server.requests()).toBe(1)
  })

  test.each(dialects)(
    'one bad line costs one line and few requests, server %s',
    async (dialect) => {
      const server = fakeServer({ isBad: (n) => n === 3210, dialect })
      const { taken, refused } = await settleLines(lines(5000), server.post, stop)
      expect([taken, server.taken.size]).toEqual([4999, 4999])
      expect(refused).toEqual([{ index: 3210, reason: 'field type conflict' }])
      // Two halves at each of 13 levels, and the line once more between two looks at the server.
      expect(server.requests()).toBeLessThanOrEqual(1 + 2 * 13 + 3)
    },
  )

  test.each(dialects)(
    'whatever is bad, that and nothing else is refused, server %s',
    async (dialect) => {
      const batch = fc.integer({ min: 1, max: 120 }).chain((count) =>
        fc.record({
          count: fc.constant(count),
          bad: fc.uniqueArray(fc.nat({ max: count - 1 }), { maxLength: count }),
          old: fc.nat({ max: count }),
        }),
      )
      await fc.assert(
        fc.asyncProperty(batch, async ({ count, bad, old }) => {
          const isBad = (n: number) => bad.includes(n)
          const server = fakeServer({ isBad, isOld: (n) => n < old && !isBad(n), dialect })
          const settled = await settleLines(lines(count), server.post, stop)
          if (isNothingTaken(settled)) {
            expect([server.taken.size, bad.length]).toEqual([0, count])
            return
          }
          expect(settled.trouble).toBeNull()
          expect(indexes(settled.refused)).toEqual(bad.toSorted((a, b) => a - b))
          const outlived = Array.from({ length: old }, (_, n) => n).filter((n) => !isBad(n)).length
          expect(settled.outlived).toBe(outlived)
          expect(settled.taken).toBe(count - bad.length - outlived)
          expect(server.taken.size).toBe(settled.taken)
        }),
        { numRuns: 60 },
      )
    },
  )

  test('a device that sends nothing but bad lines does not stop the others', async () => {
    // Every other line, and the first thousand: whatever order they come in.
    for (const isBad of [(n: number) => n % 2 === 0, (n: number) => n < 1000]) {
      const server = fakeServer({ isBad, dialect: 'says nothing' })
      const settled = await settleLines(lines(2000), server.post, stop)
      expect(settled).toMatchObject({ taken: 1000, trouble: null })
      expect(settled.refused).toHaveLength(1000)
    }
  })

  test.each(dialects)(
    'a server that takes none is no fault of the lines, server %s',
    async (dialect) => {
      const server = fakeServer({ isBad: () => true, dialect })
      const settled = await settleLines(lines(5000), server.post, stop)
      expect(isNothingTaken(settled)).toBe(true)
      expect(server.requests()).toBeLessThan(5000)
      const few = fakeServer({ isBad: () => true, dialect: 'says nothing' })
      expect(isNothingTaken(await settleLines(lines(5000), few.post, stop))).toBe(true)
      expect(few.requests()).toBeLessThan(200)
    },
  )

  test('what is older than the bucket keeps is found in few requests, and is no fault', async () => {
    const server = fakeServer({ isOld: (n) => n < 1234 })
    const settled = await settleLines(lines(5000), server.post, stop)
    expect(settled).toMatchObject({ taken: 3766, outlived: 1234, refused: [], trouble: null })
    expect(server.requests()).toBeLessThan(40)
  })
})

describe('a server that changes its mind', () => {
  /** As if it answered something else from one request up to another. */
  function moody(from: number, to: number, instead: Posted): PostLines {
    let requests = 0
    const { post } = fakeServer({ dialect: 'says nothing' })
    return async (batch, signal) => {
      requests += 1
      return requests >= from && requests < to ? instead : await post(batch, signal)
    }
  }
  const refusal: Posted = {
    kind: 'refused',
    reason: 'no',
    named: [],
    dropped: null,
    outlived: false,
  }

  test('nothing is refused for what it said for a while, whenever that began and ended', async () => {
    for (let from = 1; from <= 12; from++) {
      for (let to = from + 1; to <= 40; to++) {
        const settled = await settleLines(lines(16), moody(from, to, refusal), stop)
        // All taken, or to come again.
        const isToCome = settled.trouble !== null || isNothingTaken(settled)
        if (!isToCome) expect([from, to, settled.taken]).toEqual([from, to, 16])
      }
    }
  })

  test('trouble in the middle: the batch is to come again', async () => {
    const trouble = { kind: 'busy', text: 'later', waitMs: 7000 } as const
    const bad = fakeServer({ isBad: (n) => n === 5, dialect: 'says nothing' })
    let requests = 0
    const post: PostLines = async (batch, signal) => {
      requests += 1
      return requests === 4 ? { kind: 'trouble', trouble } : await bad.post(batch, signal)
    }
    expect((await settleLines(lines(64), post, stop)).trouble).toEqual(trouble)
    expect(requests).toBe(4)
  })
})
