import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeTime, seenTime, shownTime, wasSetBack } from '../../../gateway/domain/checkin-time.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const received = Date.UTC(2026, 5, 15, 4)
const nothing = { monotonicMs: null, clock: null }

/** Made so long ago by a phone whose clock is so far ahead. */
function phone({ ago = 0, ahead = 0, asleep = 0, setAhead = 0 }) {
  const mono = 500 * minute
  return judgeTime(
    { saidAt: received - ago + ahead + setAhead, monotonicMs: mono - ago + asleep, clock: 'a' },
    { receivedAt: received, sentAt: received + ahead, sentMonotonicMs: mono, clock: 'a' },
  )
}

const bare = (saidAt: number) =>
  judgeTime(
    { saidAt, ...nothing },
    { receivedAt: received, sentAt: null, sentMonotonicMs: null, clock: null },
  )

describe('the time of a check-in', () => {
  it('is that of the phone, where its clock is right', () => {
    expect(phone({ ago: 5 * minute })).toEqual({
      at: received - 5 * minute,
      isSkewed: false,
      isBad: false,
    })
  })

  it.each([2 * hour, -2 * hour, 400 * 24 * hour, -400 * 24 * hour])(
    'is corrected where the clock is %i ms out, and marked',
    (ahead) => {
      const judged = phone({ ago: 30 * minute, ahead })
      expect(judged).toEqual({ at: received - 30 * minute, isSkewed: true, isBad: false })
    },
  )

  it.each([1.9 * minute, -1.9 * minute])('of a clock %i ms out is not marked', (ahead) => {
    expect(phone({ ago: minute, ahead })).toMatchObject({ at: received - minute, isSkewed: false })
  })

  it('corrected by the wall clock alone, where the page was loaded anew', () => {
    const judged = judgeTime(
      { saidAt: received + hour, monotonicMs: 5, clock: 'before' },
      { receivedAt: received, sentAt: received + 2 * hour, sentMonotonicMs: 9, clock: 'after' },
    )
    expect(judged).toEqual({ at: received - hour, isSkewed: true, isBad: false })
  })

  it('of a phone that slept for a while is that of the wall', () => {
    const judged = phone({ ago: 14 * minute, asleep: 10 * minute })
    expect(judged).toEqual({ at: received - 14 * minute, isSkewed: false, isBad: false })
  })

  it('that lies long back on the wall and not on the other clock is marked', () => {
    expect(phone({ setAhead: -4 * hour })).toMatchObject({
      at: received - 4 * hour,
      isSkewed: true,
    })
  })

  it('of a clock that was set back since is that of the other clock', () => {
    const judged = phone({ ago: 10 * minute, setAhead: 2 * hour })
    expect(judged).toEqual({ at: received - 10 * minute, isSkewed: true, isBad: false })
  })

  it('is never after it came', () => {
    expect(bare(received + minute)).toEqual({ at: received, isSkewed: false, isBad: false })
    expect(bare(received + 2 * hour)).toEqual({ at: received, isSkewed: true, isBad: false })
  })

  it('nobody knows in 1970 and in 2099', () => {
    for (const said of [0, Date.UTC(2019, 11, 31), Date.UTC(2099, 0, 1), -1e15, 9e15]) {
      expect(bare(said)).toMatchObject({ at: received, isBad: true })
    }
  })

  it('is some time until it came, whatever a phone says', () => {
    const wild = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: 0, max: 2 * received }))
    const clocks = {
      monotonicMs: fc.option(fc.double({ min: 0, noNaN: true })),
      clock: fc.constantFrom(null, 'a', 'b'),
    }
    const said = fc.record({ saidAt: wild, ...clocks })
    const sent = fc.record({ sentAt: fc.option(wild), ...clocks })
    fc.assert(
      fc.property(said, sent, (one, { monotonicMs, ...batch }) => {
        const { at, isBad } = judgeTime(one, {
          ...batch,
          receivedAt: received,
          sentMonotonicMs: monotonicMs,
        })
        expect(Number.isSafeInteger(at)).toBe(true)
        expect(at).toBeLessThanOrEqual(received)
        expect(at).toBeGreaterThanOrEqual(isBad ? received : Date.UTC(2020, 0, 1))
      }),
    )
  })
})

describe('two check-ins of one clock', () => {
  const said = (saidAt: number, monotonicMs: number, clock = 'a') => ({
    saidAt,
    monotonicMs,
    clock,
  })

  it('show that the wall clock was set back between them', () => {
    expect(wasSetBack(said(hour, 0), said(minute, 5 * minute))).toBe(true)
    expect(wasSetBack(said(0, 0), said(5 * minute, 5 * minute))).toBe(false)
  })

  it('and not that the phone slept, nor anything of another page', () => {
    expect(wasSetBack(said(0, 0), said(hour, 5 * minute))).toBe(false)
    expect(wasSetBack(said(hour, 0), said(0, 5 * minute, 'b'))).toBe(false)
    expect(wasSetBack({ saidAt: hour, ...nothing }, said(0, 0))).toBe(false)
  })
})

describe('what a phone says of the time', () => {
  it('can be shown on a calendar, whatever it is', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (at) => !Number.isNaN(new Date(shownTime(at)).getTime())),
    )
    expect(shownTime(received)).toBe(received)
  })

  it('is when it was seen only where that can be, and never to come', () => {
    expect(seenTime(received - hour, received)).toBe(received - hour)
    expect(seenTime(received + hour, received)).toBe(received)
    for (const at of [0, -1, received + 25 * hour, Number.MAX_SAFE_INTEGER]) {
      expect(seenTime(at, received)).toBeUndefined()
    }
  })
})
