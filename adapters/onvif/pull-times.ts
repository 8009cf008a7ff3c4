import type { OnvifSettings } from './config.ts'
import type { DecodedMessages } from './decode.ts'

/** How long a pull may wait and how long there is none: learnt from how the camera behaves. */
export interface PullTimes {
  timeoutMs(): number
  /** True: the poll was long enough that a reset is only its end (some cameras cut at 10 s). */
  isLongPoll(tookMs: number, timeoutMs: number): boolean
  /** It cuts polls after about so long, so they are asked to be shorter. */
  shorten(tookMs: number): void
  /** Until the next pull, so that nothing makes it a hot loop. */
  gapMs(last: LastPull): number
}

interface LastPull {
  pulled: Pick<DecodedMessages, 'messages' | 'personal'>
  /** Changes that were stored. */
  news: number
  tookMs: number
  timeoutMs: number
}

const shortestMs = 200
/** A camera whose states flutter is read no faster than this lets it. */
const perNewsMs = 10

export function createPullTimes(settings: OnvifSettings): PullTimes {
  let current = settings.pullTimeoutMs
  return {
    timeoutMs: () => current,
    isLongPoll: (tookMs, timeoutMs) => tookMs >= Math.min(1_000, timeoutMs / 4),
    shorten(tookMs) {
      current = Math.min(current, Math.max(shortestMs, Math.floor(tookMs * 0.8)))
    },
    gapMs({ pulled, news, tookMs, timeoutMs }) {
      if (pulled.messages.length + pulled.personal > 0) return settings.pullGapMs + news * perNewsMs
      // An empty answer before its time is not allowed, and happens.
      return tookMs < timeoutMs / 2 ? settings.emptyPullGapMs : 0
    },
  }
}
