import { describe, expect, test } from 'vitest'
import type { PtzPosition } from '../../../gateway/domain/camera.ts'
import type { Severity } from '../../../gateway/domain/severity.ts'
import { createCameraHand } from '../../../gateway/pipeline/camera-hand.ts'
import { CameraError } from '../../../gateway/ports/cameras.ts'
import type { Cue, Shot } from '../../../gateway/video/evidence.ts'
import { createSlew } from '../../../gateway/video/slew.ts'

/** Time that passes only while somebody waits; who waits is woken in turn. */
function stepClock() {
  let at = 0
  const scheduled: (() => void)[] = []
  return {
    now: () => 1_700_000_000_000 + at,
    monotonic: () => at,
    async pause(ms: number) {
      at += ms
      for (const work of scheduled.splice(0)) work()
      await Promise.resolve()
    },
    /** At the next pause. */
    soon: (work: () => void) => scheduled.push(work),
  }
}

function cueOf(caseId: string, panDeg: number, severity: Severity = 'orange'): Cue {
  const aim = { kind: 'position' as const, position: { panDeg, tiltDeg: 0, zoom: 0 } }
  return {
    sighting: { camera: 'cam', distanceM: 900, bearingDeg: panDeg, aim },
    happening: {
      id: 1,
      caseId,
      act: 'alarm',
      isByPerson: false,
      at: 0,
      hazard: 'forestFire',
      severity,
      position: [106.7, 29.2],
      isOpen: true,
      device: 'sensor',
    },
  }
}

function room(options: { fails?: boolean; silent?: boolean } = {}) {
  const clock = stepClock()
  const hand = createCameraHand(clock)
  const done: string[] = []
  let where: PtzPosition = { panDeg: 5, tiltDeg: 1, zoom: 0.2 }
  const slew = createSlew({
    clock,
    hand,
    pause: (ms) => clock.pause(ms),
    logger: { warn: (text) => done.push(`warn ${text}`) },
    take: async ({ caseId, cause, bearingDeg }: Shot) => {
      done.push(`${cause} of ${caseId} along ${bearingDeg}, looking at ${where.panDeg}`)
    },
    link: {
      async goTo(_camera, position) {
        if (options.fails) throw new CameraError('fault', 'it does not turn')
        where = position
        done.push(`goes to ${position.panDeg}`)
      },
      async goToPreset(_camera, token) {
        done.push(`goes to preset ${token}`)
      },
      async position() {
        if (options.silent) throw new CameraError('unsupported', 'it does not say')
        return { ...where, moving: false }
      },
    },
  })
  return { slew, clock, hand, done }
}

/** The turns run by themselves; they are over when the camera is home again. */
async function settle(isAway: () => boolean): Promise<void> {
  for (let i = 0; i < 5000 && (i < 20 || isAway()); i++) await Promise.resolve()
}

describe('slew to cue', () => {
  test('the camera turns, takes its picture, stays a while and goes back', async () => {
    const { slew, done, clock } = room()
    slew.cue(cueOf('a', 120))
    await settle(() => slew.isAway('cam'))
    expect(done).toEqual(['goes to 120', 'cue of a along 120, looking at 120', 'goes to 5'])
    expect(clock.monotonic()).toBeGreaterThanOrEqual(20_000)
  })

  test('of several that want it the worst comes first; it goes home once', async () => {
    const { slew, done } = room()
    slew.cue(cueOf('first', 10, 'blue'))
    slew.cue(cueOf('blue', 20, 'blue'))
    slew.cue(cueOf('red', 30, 'red'))
    slew.cue(cueOf('orange', 40, 'orange'))
    await settle(() => slew.isAway('cam'))
    const shots = done.filter((text) => text.startsWith('cue')).map((text) => text.split(' ')[2])
    expect(shots).toEqual(['red', 'orange', 'first', 'blue'])
    expect(done.filter((text) => text === 'goes to 5')).toHaveLength(1)
  })

  test('a case that waits already does not wait twice', async () => {
    const { slew, done, hand } = room()
    hand.take('cam', 'desk')
    slew.cue(cueOf('a', 10))
    slew.cue(cueOf('a', 10))
    await settle(() => slew.isAway('cam'))
    expect(done.filter((text) => text.startsWith('cue'))).toHaveLength(1)
  })

  test('while somebody has it in hand it waits', async () => {
    const { slew, done, hand, clock } = room()
    hand.take('cam', 'desk')
    slew.cue(cueOf('a', 120))
    await settle(() => slew.isAway('cam'))
    expect(clock.monotonic()).toBeGreaterThanOrEqual(80_000)
    expect(done).toEqual(['goes to 120', 'cue of a along 120, looking at 120', 'goes to 5'])
  })

  test('a hand that takes it meanwhile keeps it: it does not go home', async () => {
    const { slew, done, hand, clock } = room()
    clock.soon(() => hand.take('cam', 'desk'))
    slew.cue(cueOf('a', 120))
    await settle(() => slew.isAway('cam') && done.length < 2)
    expect(done).toEqual(['goes to 120', 'cue of a along 120, looking at 120'])
  })

  test('what waited for more than three minutes is dropped', async () => {
    const { slew, done, hand, clock } = room()
    hand.take('cam', 'desk')
    const keep = () => {
      if (clock.monotonic() > 150_000) return
      hand.take('cam', 'desk')
      clock.soon(keep)
    }
    clock.soon(keep)
    slew.cue(cueOf('a', 120))
    await settle(() => hand.heldBy('cam') !== undefined)
    expect(done).toEqual([])
  })

  test('one that fails takes no picture of something else', async () => {
    const { slew, done } = room({ fails: true })
    slew.cue(cueOf('a', 120))
    await settle(() => slew.isAway('cam'))
    expect(done).toEqual([])
  })

  test('one that does not say where it is gets its time to turn', async () => {
    const { slew, done, clock } = room({ silent: true })
    slew.cue(cueOf('a', 120))
    await settle(() => done.length < 2)
    expect(done).toEqual(['goes to 120', 'cue of a along 120, looking at 120'])
    expect(clock.monotonic()).toBeGreaterThanOrEqual(15_000)
  })

  test('stops with what is under way, and takes nothing more', async () => {
    const { slew, done } = room()
    slew.cue(cueOf('a', 120))
    await slew.stop()
    slew.cue(cueOf('b', 10))
    await settle(() => false)
    expect(done.some((text) => text.includes('of b'))).toBe(false)
  })
})
