import { createLoop } from '../pipeline/loop.ts'
import type { Sender } from './sender.ts'
import type { Telling } from './telling.ts'

/**
 * Two loops: one reads what happened and writes down who is told, woken by commits; the other sends
 * what waits, woken by the first and by the end of each attempt.
 */

export interface NotifierParts {
  telling: Telling
  /** `ended` is to be called at the end of each attempt. */
  createSender: (ended: () => void) => Sender
  /** Calls `listener` after each commit; returns how to stop. */
  onCommit: (listener: () => void) => () => void
  /** Told once when the work stops succeeding, and once when it succeeds again. */
  warn: (text: string) => void
  /** Ends what is under way. */
  cut: () => void
}

export interface Notifier {
  /** Resolves when it is settled from which entry on is told. */
  start(): Promise<void>
  /** Lets what is under way end for a few seconds. */
  stop(): Promise<void>
  /** Reads and sends all that is due now; beside the loops, or instead of them. */
  look(): Promise<void>
  /** For what was changed elsewhere: a channel, a rule. */
  wake(): void
}

const stopWithinMs = 4000

export function createNotifier(parts: NotifierParts): Notifier {
  const { telling, warn } = parts
  let ended = 0
  let unsubscribe: (() => void) | undefined

  const sender = parts.createSender(() => {
    ended += 1
    sending.wake()
  })
  const sending = createLoop({ work: () => sender.pass(), failed: say('sent') })
  const reading = createLoop({ work: tell, failed: say('written') })

  function say(what: string) {
    return (reason: string | null) =>
      warn(
        reason === null
          ? `Notices are ${what} again.`
          : `Notices are not ${what}: ${reason}. Trying again.`,
      )
  }

  /** One after the other: two readers at once would read the same entries. */
  let lastTold: Promise<unknown> = Promise.resolve()

  function tell(): Promise<number | null> {
    const mine = lastTold.then(async () => {
      // What waited since the night goes before what happens now.
      const isReleased = await telling.release()
      const isTold = await telling.follow()
      if ((await telling.fallBack()) || isTold || isReleased) sending.wake()
      return telling.nextMs()
    })
    lastTold = mine.catch(() => undefined)
    return mine
  }

  return {
    async start() {
      await telling.begin()
      unsubscribe = parts.onCommit(() => reading.wake())
      reading.start()
      sending.start()
    },
    wake() {
      reading.wake()
      sending.wake()
    },
    async stop() {
      unsubscribe?.()
      await Promise.all([reading.stop(), sending.stop()])
      const timer = setTimeout(parts.cut, stopWithinMs)
      await sender.stop()
      clearTimeout(timer)
      await telling.keep().catch((error: Error) => warn(`Notices: ${error.message}`))
    },
    async look() {
      let before: number
      do {
        before = ended
        await tell()
        await sender.pass()
        await sender.settled()
      } while (ended !== before)
    },
  }
}
