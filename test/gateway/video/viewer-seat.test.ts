import { describe, expect, it } from 'vitest'
import { createKeyframes } from '../../../gateway/video/keyframes.ts'
import { createSeat } from '../../../gateway/video/viewer-seat.ts'
import { kinds, openEyes } from './camera-setting.ts'

const hello = { kind: 'hello', format: 'mp4', codec: 'avc1.640028' } as const
const opening = new Uint8Array([0])

function piece(number: number, isKey = false) {
  return { kind: 'piece', bytes: Buffer.from([number]), isKey } as const
}

function seated() {
  const eyes = openEyes()
  let now = 0
  let left = 0
  const clock = { monotonic: () => now }
  const seat = createSeat(eyes, { clock, left: () => void left++ })
  return {
    eyes,
    seat,
    pass: (ms: number) => {
      now += ms
    },
    left: () => left,
    numbers: () => eyes.pieces.map(([number]) => number),
  }
}

describe('who begins', () => {
  it('gets nothing before the beginning', () => {
    const { seat, eyes } = seated()
    seat.take(piece(1, true))
    expect(eyes.pieces).toEqual([])
  })

  it('gets the pieces from the last key frame, then what comes', () => {
    const { seat, numbers } = seated()
    seat.begin({ hello, opening, pieces: [new Uint8Array([1]), new Uint8Array([2])] })
    seat.take(piece(3))
    expect(numbers()).toEqual([0, 1, 2, 3])
  })

  it('waits for a key frame where there is none yet', () => {
    const { seat, numbers } = seated()
    seat.begin({ hello, opening, pieces: [] })
    seat.take(piece(1))
    seat.take(piece(2, true))
    seat.take(piece(3))
    expect(numbers()).toEqual([0, 2, 3])
  })
})

describe('whose line is slow', () => {
  function slow() {
    const scene = seated()
    scene.seat.begin({ hello, opening, pieces: [] })
    scene.seat.take(piece(1, true))
    scene.eyes.waiting = 1_048_577
    scene.seat.take(piece(2))
    return scene
  }

  it('misses pictures until a key frame finds the line free', () => {
    const { seat, eyes, numbers } = slow()
    seat.take(piece(3, true))
    eyes.waiting = 1_000
    seat.take(piece(4))
    seat.take(piece(5, true))
    seat.take(piece(6))
    expect(numbers()).toEqual([0, 1, 5, 6])
  })

  it('is sent away when it does not get better', () => {
    const { seat, eyes, pass, left } = slow()
    pass(15_000)
    seat.take(piece(3, true))
    expect(eyes.isClosed).toBe(false)
    pass(1)
    seat.take(piece(4, true))
    expect(kinds(eyes)).toEqual(['hello', 'end'])
    expect(eyes.messages.at(-1)).toEqual({ kind: 'end', why: 'tooSlow' })
    expect([eyes.isClosed, left()]).toEqual([true, 1])
  })

  it('stays when it only waits for a rare key frame', () => {
    const { seat, eyes, pass, numbers } = slow()
    eyes.waiting = 0
    pass(60_000)
    seat.take(piece(3))
    seat.take(piece(4, true))
    expect(eyes.isClosed).toBe(false)
    expect(numbers()).toEqual([0, 1, 4])
  })
})

describe('the pieces since the last key frame', () => {
  it('are none before the first one, and begin anew with each', () => {
    const keyframes = createKeyframes()
    keyframes.add(piece(1))
    expect(keyframes.pieces()).toEqual([])
    for (const one of [piece(2, true), piece(3), piece(4, true), piece(5)]) keyframes.add(one)
    expect(keyframes.pieces().map(([number]) => number)).toEqual([4, 5])
    keyframes.clear()
    expect(keyframes.pieces()).toEqual([])
  })

  it('are not kept without bound', () => {
    const keyframes = createKeyframes()
    keyframes.add(piece(1, true))
    const large = { kind: 'piece', bytes: Buffer.alloc(1_500_000), isKey: false } as const
    for (let count = 0; count < 3; count++) keyframes.add(large)
    expect(keyframes.pieces()).toEqual([])
    keyframes.add(piece(2, true))
    expect(keyframes.pieces()).toHaveLength(1)
  })
})
