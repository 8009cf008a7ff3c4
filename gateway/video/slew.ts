import type { Aim } from '../domain/aim.ts'
import type { PtzPosition } from '../domain/camera.ts'
import { severityRank } from '../domain/severity.ts'
import type { CameraHand } from '../pipeline/camera-hand.ts'
import { pauseBySetTimeout } from '../pipeline/loop.ts'
import { CameraError, type CameraLink } from '../ports/cameras.ts'
import type { Clock } from '../ports/clock.ts'
import type { Cue, Shot } from './evidence.ts'

/**
 * Slew to cue: a camera that turns looks where a sensor cries, takes a picture, stays a while for
 * people to see, and goes back. One task at a time for each camera, the worst first; while an
 * operator has it in hand, it waits, and a task that waited too long is dropped.
 */
export interface Slew {
  cue(cue: Cue): void
  /** True while it is turned away from where it looks usually, or about to be. */
  isAway(camera: string): boolean
  stop(): Promise<void>
}

export interface SlewParts {
  link: Pick<CameraLink, 'goTo' | 'goToPreset' | 'position'>
  hand: Pick<CameraHand, 'heldBy'>
  take: (shot: Shot) => Promise<void>
  clock: Clock
  pause?: (ms: number, signal: AbortSignal) => Promise<void>
  logger: { warn(text: string): void }
}

const mostWaiting = 20
const tooLateMs = 180_000
const lookEveryMs = 500
const longestTurnMs = 15_000
/** Long enough that whoever is called to the desk sees it live. */
const stayMs = 120_000
const handPauseMs = 1_000

interface Task extends Cue {
  aim: Aim
  since: number
}

interface CameraTurns {
  tasks: Task[]
  home: PtzPosition | undefined
  running: Promise<void> | undefined
}

function byUrgency(a: Task, b: Task): number {
  const rank = severityRank(b.happening.severity) - severityRank(a.happening.severity)
  return rank === 0 ? a.since - b.since : rank
}

export function createSlew(parts: SlewParts): Slew {
  const { link, hand, clock, pause = pauseBySetTimeout } = parts
  const turns = new Map<string, CameraTurns>()
  const stopping = new AbortController()
  const { signal } = stopping

  function turnsOf(camera: string): CameraTurns {
    const known = turns.get(camera)
    if (known) return known
    const fresh: CameraTurns = { tasks: [], home: undefined, running: undefined }
    turns.set(camera, fresh)
    return fresh
  }

  async function aimAt(camera: string, aim: Aim): Promise<void> {
    if (aim.kind === 'position') await link.goTo(camera, aim.position)
    else await link.goToPreset(camera, aim.token)
  }

  async function untilStill(camera: string): Promise<void> {
    const from = clock.monotonic()
    do {
      await pause(lookEveryMs, signal)
      // One that does not say where it is has had its time to turn.
      const where = await link.position(camera).catch(() => undefined)
      if (where?.moving === false) return
    } while (!signal.aborted && clock.monotonic() - from < longestTurnMs)
  }

  async function whileNobodyHolds(camera: string): Promise<void> {
    while (!signal.aborted && hand.heldBy(camera)) await pause(handPauseMs, signal)
  }

  async function perform(camera: string, task: Task): Promise<void> {
    const all = turnsOf(camera)
    all.home ??= await link.position(camera).catch(() => undefined)
    await aimAt(camera, task.aim)
    await untilStill(camera)
    const { bearingDeg } = task.sighting
    const { caseId } = task.happening
    await parts.take({ camera, caseId, cause: 'cue', bearingDeg, maxAgeMs: 0 })
    const staysUntil = clock.monotonic() + stayMs
    while (!signal.aborted && clock.monotonic() < staysUntil && all.tasks.length === 0) {
      if (hand.heldBy(camera)) return
      await pause(lookEveryMs, signal)
    }
  }

  /** To where it looked before; a hand that took it meanwhile leaves it where it wants. */
  async function goHome(camera: string): Promise<void> {
    const all = turnsOf(camera)
    const { home } = all
    all.home = undefined
    if (!home || hand.heldBy(camera)) return
    await link.goTo(camera, home)
  }

  async function run(camera: string): Promise<void> {
    const all = turnsOf(camera)
    while (!signal.aborted && all.tasks.length > 0) {
      await whileNobodyHolds(camera)
      const task = all.tasks.sort(byUrgency).shift()
      if (!task || clock.monotonic() - task.since > tooLateMs) continue
      try {
        await perform(camera, task)
      } catch (error) {
        if (!(error instanceof CameraError)) parts.logger.warn(`${camera}: ${String(error)}`)
      }
    }
    if (!signal.aborted) await goHome(camera).catch(() => undefined)
  }

  function begin(camera: string): void {
    const all = turnsOf(camera)
    all.running ??= run(camera).finally(() => {
      all.running = undefined
      // One came between the last look and the end.
      if (all.tasks.length > 0 && !signal.aborted) begin(camera)
    })
  }

  return {
    cue({ sighting, happening }) {
      const { camera, aim } = sighting
      if (!aim || signal.aborted) return
      const { tasks } = turnsOf(camera)
      const isKnown = tasks.some((task) => task.happening.caseId === happening.caseId)
      if (isKnown || tasks.length >= mostWaiting) return
      tasks.push({ sighting, happening, aim, since: clock.monotonic() })
      begin(camera)
    },
    isAway: (camera) =>
      turns.get(camera)?.running !== undefined || hand.heldBy(camera) !== undefined,
    async stop() {
      stopping.abort()
      await Promise.allSettled([...turns.values()].flatMap(({ running }) => running ?? []))
    },
  }
}
