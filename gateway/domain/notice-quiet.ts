import type { CaseState } from './case.ts'
import { instantOnDay, type LocalTime, localTime } from './town-time.ts'

/**
 * Quiet hours: what is told in them waits for their end, and is then told only if it still is of
 * use.
 */

/** `HH:MM` in the town's zone, over midnight when `from` is the later one. */
export interface QuietHours {
  from: string
  to: string
}

function minuteOf(text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number)
  return hour * 60 + minute
}

/** An empty span (`from` equals `to`) is none. */
export function isQuiet(quiet: QuietHours, { minute }: Pick<LocalTime, 'minute'>): boolean {
  const [from, to] = [minuteOf(quiet.from), minuteOf(quiet.to)]
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to
}

/** When the quiet hours end in which `at` lies; null: it lies in none. */
export function quietUntil(quiet: QuietHours | null, at: number, timeZone: string): number | null {
  if (quiet === null) return null
  const local = localTime(at, timeZone)
  if (!isQuiet(quiet, local)) return null
  const end = minuteOf(quiet.to)
  return instantOnDay(at, end > local.minute ? 0 : 1, end, timeZone)
}

/** An entry of a case's timeline that came after another one. */
export interface Later {
  act: string
  /** The case went on to another state. */
  isMove: boolean
}

/** What asks for no more than an answer, and is not over because the case goes on. */
const answers: Readonly<Record<string, readonly string[]>> = {
  supervise: ['answer'],
  severity: [],
}
/** What takes the place of an earlier word, beside the same word said again. */
const newer: Readonly<Record<string, readonly string[]>> = { reminder: ['overdue'] }
const ends: ReadonlySet<CaseState> = new Set(['closed', 'void', 'merged'])
const decided = ['grantExtension', 'refuseExtension']

/** Why an entry is not told any more after the quiet hours; null: it is. */
export function whyNoMore(
  act: string,
  state: CaseState,
  later: readonly Later[],
): 'settled' | 'replaced' | null {
  if (ends.has(state)) return 'settled'
  const awaited = answers[act] ?? (act === 'extend' ? decided : [])
  const goesOn = answers[act] === undefined
  if (later.some((one) => awaited.includes(one.act) || (goesOn && one.isMove))) return 'settled'
  const words = [act, ...(newer[act] ?? [])]
  return later.some((one) => words.includes(one.act)) ? 'replaced' : null
}
