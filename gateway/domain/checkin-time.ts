/**
 * When a check-in was made. A phone's wall clock may be wrong or be set; its monotonic clock cannot
 * be set, but on many phones it stands still while the phone sleeps. So: where both agree, the
 * monotonic one; where more time passed on the wall than the phone was awake, the wall, and long ago
 * it is marked; where less passed on the wall, somebody set it back, and the monotonic one counts.
 */

export interface SaidTime {
  /** Wall clock of the phone, epoch ms. */
  saidAt: number
  monotonicMs: number | null
  /** Monotonic times of one name can be compared. */
  clock: string | null
}

/** The phone's clocks when it sent, and ours when it came. */
export interface SentTime {
  receivedAt: number
  sentAt: number | null
  sentMonotonicMs: number | null
  clock: string | null
}

interface JudgedTime {
  /** Epoch ms; never after it was received. */
  at: number
  isSkewed: boolean
  /** Nobody can say when it was. */
  isBad: boolean
}

export const lateMs = 15 * 60_000
const wrongClockMs = 2 * 60_000
const disagreeMs = 60_000
/** Further ahead is no clock that is fast, but a wrong date. */
const mostAheadMs = 24 * 3_600_000
const earliest = Date.UTC(2020, 0, 1)

function awakeMs(said: SaidTime, sent: SentTime): number | null {
  if (said.clock === null || said.clock !== sent.clock) return null
  if (said.monotonicMs === null || sent.sentMonotonicMs === null) return null
  return sent.sentMonotonicMs - said.monotonicMs
}

function ageOf(said: SaidTime, sent: SentTime): { age: number; isSkewed: boolean } {
  const onWall = (sent.sentAt ?? sent.receivedAt) - said.saidAt
  const awake = awakeMs(said, sent)
  if (awake === null) return { age: onWall, isSkewed: false }
  if (awake < 0) return { age: onWall, isSkewed: true }
  const asleep = onWall - awake
  if (Math.abs(asleep) <= disagreeMs) return { age: awake, isSkewed: false }
  // Without knowing how far the wall clock is out, the time on it says nothing.
  if (asleep < 0 || sent.sentAt === null) return { age: awake, isSkewed: true }
  return { age: onWall, isSkewed: onWall > lateMs }
}

export function judgeTime(said: SaidTime, sent: SentTime): JudgedTime {
  const { age, isSkewed } = ageOf(said, sent)
  const offset = sent.sentAt === null ? 0 : sent.sentAt - sent.receivedAt
  const at = Math.min(sent.receivedAt, Math.round(sent.receivedAt - age))
  const isBad = -age > mostAheadMs || at < earliest
  return {
    at: isBad ? sent.receivedAt : at,
    isSkewed: isSkewed || Math.abs(offset) > wrongClockMs || -age > wrongClockMs,
    isBad,
  }
}

/** What a calendar can show: dates end eight million years from now. */
const lastDate = 8_640_000_000_000_000

/** As a phone said it, for showing beside when it was. */
export function shownTime(saidAt: number): number {
  return Math.min(Math.max(saidAt, -lastDate), lastDate)
}

/** When somebody saw something; undefined where the clock that says so cannot be right. */
export function seenTime(saidAt: number, receivedAt: number): number | undefined {
  const isPossible = saidAt >= earliest && saidAt - receivedAt <= mostAheadMs
  return isPossible ? Math.min(saidAt, receivedAt) : undefined
}

/** Whether the wall clock was set back between two check-ins of one clock. */
export function wasSetBack(before: SaidTime, after: SaidTime): boolean {
  if (before.clock === null || before.clock !== after.clock) return false
  if (before.monotonicMs === null || after.monotonicMs === null) return false
  const onWall = after.saidAt - before.saidAt
  return onWall - (after.monotonicMs - before.monotonicMs) < -disagreeMs
}
