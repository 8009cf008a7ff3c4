import type { PtzAct, PtzAnswer } from '../api/types.ts'

/**
 * A hand on a camera that turns: while something is held down it is told again and again, and
 * there is never more than one question under way, so a slow line cannot leave it turning. Time is
 * handed in by the timers of whoever runs it.
 */

export type Direction = 'left' | 'right' | 'up' | 'down' | 'in' | 'out'

export interface HandSettings {
  send: (act: PtzAct) => Promise<PtzAnswer>
  onAnswer: (answer: PtzAnswer) => void
  onFailure: (error: unknown) => void
}

export interface PtzHand {
  press(direction: Direction): void
  release(direction: Direction): void
  /** The window lost the keys: whatever was down is up. */
  releaseAll(): void
  preset(token: string): void
}

/** The gateway lets a movement go on for two seconds when nothing more is said. */
const againMs = 1_000
const turnSpeed = 0.6
const zoomSpeed = 0.5

export function velocityOf(held: ReadonlySet<Direction>): Extract<PtzAct, { act: 'move' }> {
  const along = (plus: Direction, minus: Direction, speed: number) =>
    (Number(held.has(plus)) - Number(held.has(minus))) * speed
  return {
    act: 'move',
    pan: along('right', 'left', turnSpeed),
    tilt: along('up', 'down', turnSpeed),
    zoom: along('in', 'out', zoomSpeed),
  }
}

const directionOfKey: Record<string, Direction> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  '+': 'in',
  '=': 'in',
  '-': 'out',
  _: 'out',
}

export function directionOf(key: string): Direction | null {
  return directionOfKey[key] ?? null
}

export function createPtzHand({ send, onAnswer, onFailure }: HandSettings): PtzHand {
  const held = new Set<Direction>()
  let next: PtzAct | null = null
  let isBusy = false
  let timer: ReturnType<typeof setInterval> | undefined

  async function say(): Promise<void> {
    if (isBusy) return
    isBusy = true
    while (next !== null) {
      const act = next
      next = null
      try {
        onAnswer(await send(act))
      } catch (error) {
        rest()
        onFailure(error)
      }
    }
    isBusy = false
  }

  function want(act: PtzAct): void {
    next = act
    void say()
  }

  /** What failed is not told again for as long as a key is down. */
  function rest(): void {
    held.clear()
    clearInterval(timer)
    timer = undefined
  }

  function letGo(): void {
    rest()
    want({ act: 'stop' })
  }

  return {
    press(direction) {
      if (held.has(direction)) return
      held.add(direction)
      want(velocityOf(held))
      timer ??= setInterval(() => want(velocityOf(held)), againMs)
    },
    release(direction) {
      if (!held.delete(direction)) return
      if (held.size === 0) letGo()
      else want(velocityOf(held))
    },
    releaseAll() {
      if (held.size > 0) letGo()
    },
    preset(token) {
      rest()
      want({ act: 'preset', token })
    },
  }
}
