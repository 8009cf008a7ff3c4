import { describe, expect, test } from 'vitest'
import {
  dayOfRounds,
  firstToSee,
  isOpen,
  lookAt,
  nextToSee,
  spanOfDay,
  spanOfDays,
  stateOf,
  stepped,
  unseen,
  withLook,
} from '../../../dashboard/src/video/rounds.ts'
import { videoRoundStates } from '../../../gateway/domain/video-round.ts'
import { tenTwentyFour as now } from '../render.tsx'
import { aVideoLook, aVideoRound } from '../video-views.ts'

const zone = 'Asia/Shanghai'
const hour = 3_600_000
const minute = 60_000
const midnight = Date.UTC(2026, 10, 20, 16)

describe('spans', () => {
  test('a day of the town', () =>
    expect(spanOfDay(now, 0, zone)).toEqual({ from: midnight, to: midnight + 24 * hour }))
  test('the day before and the day after', () => {
    expect(spanOfDay(now, -1, zone).to).toBe(midnight)
    expect(spanOfDay(now, 1, zone).from).toBe(midnight + 24 * hour)
  })
  test('the last days end with today', () =>
    expect(spanOfDays(now, 14, zone)).toEqual({
      from: midnight - 13 * 24 * hour,
      to: midnight + 24 * hour,
    }))
  test('a day of 25 hours is whole', () => {
    const autumn = Date.UTC(2026, 9, 25, 12)
    const { from, to } = spanOfDay(autumn, 0, 'Europe/Berlin')
    expect(to - from).toBe(25 * hour)
  })
})

describe('the state is of now, not of when it was read', () => {
  const round = aVideoRound({ state: 'planned' })
  test.each([
    [round.dueFrom - 1, 'planned'],
    [round.dueFrom, 'due'],
    [round.dueUntil, 'missed'],
  ] as const)('%s: %s', (at, state) => expect(stateOf(round, at)).toBe(state))
  test('begun', () => expect(stateOf({ ...round, looked: 1 }, now)).toBe('underWay'))
  test('only what is due can be made', () =>
    expect(videoRoundStates.filter(isOpen)).toEqual(['due', 'underWay']))
})

describe('a day', () => {
  const at = (id: string, fromMin: number, untilMin: number, part = {}) =>
    aVideoRound({ id, dueFrom: now + fromMin * minute, dueUntil: now + untilMin * minute, ...part })
  const day = dayOfRounds(
    [
      at('later', 200, 260),
      at('missed', -200, -100),
      at('long', -50, 90),
      at('short', -5, 10),
      at('signed', -20, 30, { signedAt: now }),
      at('soon', 20, 60),
    ],
    now,
  )
  const ids = (rounds: readonly { id: string }[]) => rounds.map(({ id }) => id)
  test('what ends first is to be done first', () => expect(ids(day.now)).toEqual(['short', 'long']))
  test('the rest by beginning', () =>
    expect(ids(day.rest)).toEqual(['missed', 'signed', 'soon', 'later']))
  test('what begins next', () => expect(day.next?.id).toBe('soon'))
  test('nothing', () => expect(dayOfRounds([], now)).toEqual({ now: [], rest: [], next: null }))
})

describe('from camera to camera', () => {
  const seen = (...cameras: string[]) =>
    aVideoRound({ looks: cameras.map((camera) => aVideoLook({ camera })) })
  test('it begins with the first nobody looked at', () => {
    expect(firstToSee(seen())).toBe('v5-cam1')
    expect(firstToSee(seen('v5-cam1'))).toBe('v5-cam2')
    expect(firstToSee(seen('v5-cam1', 'v5-cam2', 'v5-cam3'))).toBe('v5-cam1')
    expect(firstToSee(aVideoRound({ cameras: [] }))).toBe('')
  })
  test('after a look the next unseen, also those left out before', () => {
    expect(nextToSee(seen(), 'v5-cam1')).toBe('v5-cam2')
    expect(nextToSee(seen('v5-cam2'), 'v5-cam1')).toBe('v5-cam3')
    expect(nextToSee(seen('v5-cam2'), 'v5-cam3')).toBe('v5-cam1')
    expect(nextToSee(seen('v5-cam2', 'v5-cam1'), 'v5-cam3')).toBeNull()
  })
  test('one further, and its ends hold', () => {
    expect(stepped(seen(), 'v5-cam1', 1)).toBe('v5-cam2')
    expect(stepped(seen(), 'v5-cam1', -1)).toBe('v5-cam1')
    expect(stepped(seen(), 'v5-cam3', 1)).toBe('v5-cam3')
  })
  test('a look of a camera that is not in it any more counts for none', () =>
    expect(unseen(seen('gone'))).toHaveLength(3))
})

describe('an answered look is shown at once', () => {
  const round = aVideoRound({ looks: [aVideoLook()] })
  test('a new one', () => {
    const next = withLook(round, aVideoLook({ camera: 'v5-cam2', verdict: 'reported' }))
    expect(next).toMatchObject({ looked: 2, reported: 1 })
    expect(lookAt(next, 'v5-cam2')?.verdict).toBe('reported')
  })
  test('the latest at a camera counts', () => {
    const next = withLook(round, aVideoLook({ verdict: 'reported' }))
    expect(next).toMatchObject({ looked: 1, reported: 1 })
    expect(round.looks[0]?.verdict).toBe('normal')
  })
})
