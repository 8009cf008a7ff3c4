import type { CheckinMark } from '../../../gateway/domain/checkin.ts'
import type { CheckinView } from '../api/types.ts'
import type { DurationWords } from '../app/duration.ts'
import { formatRough } from '../app/duration.ts'
import { distanceWords } from '../cases/distance.ts'
import type { Key, Translate } from '../i18n/translate.ts'

/** What a check-in says, in words, and which one is looked at next. Pure. */

/** Marked or refused, and nobody looked at it. */
export function isWaiting({ status, marks, review }: CheckinView): boolean {
  return review === null && (status === 'refused' || marks.length > 0)
}

export type CheckinState = 'counts' | 'discounted' | 'waiting' | 'unlooked' | 'plain'

export function stateOfCheckin(checkin: CheckinView): CheckinState {
  if (checkin.review !== null) return checkin.review.verdict
  if (checkin.status === 'refused') return 'unlooked'
  return checkin.marks.length > 0 ? 'waiting' : 'plain'
}

export function pointName(checkin: Pick<CheckinView, 'point'>, t: Translate): string {
  return checkin.point?.name ?? t('checkin.unknownPoint')
}

interface Spoken {
  t: Translate
  durations: DurationWords
}

/** Why somebody should look, with the figures of this check-in. */
export function whyMarked(checkin: CheckinView, mark: CheckinMark, spoken: Spoken): string {
  const { t, durations } = spoken
  const span = (ms: number) => formatRough(Math.abs(ms), durations)
  const values: Partial<Record<CheckinMark, Record<string, string | number>>> = {
    outsideRadius: {
      distance: distanceWords(t, checkin.distanceM ?? 0),
      radius: Math.round(checkin.point?.radiusM ?? 0),
      accuracy: Math.round(checkin.accuracyM ?? 0),
    },
    impossibleSpeed: { time: span(checkin.at - (checkin.before?.at ?? checkin.at)) },
    clockSkew: { time: span(checkin.at - checkin.saidAt) },
    lateSync: { time: span(checkin.receivedAt - checkin.at) },
  }
  return t(`mark.why.${mark}`, values[mark])
}

const leastShownMs = 1_000

/** How much one clock is before or after another. */
export function apartWords(ms: number, { t, durations }: Spoken): string {
  if (Math.abs(ms) < leastShownMs) return t('checkin.same')
  const key: Key = ms > 0 ? 'checkin.later' : 'checkin.earlier'
  return t(key, { time: formatRough(Math.abs(ms), durations) })
}

/** Of less nobody can say how fast it was. */
const leastWalkedMs = 5_000

export function kmhSince({ before, at }: Pick<CheckinView, 'before' | 'at'>): number | null {
  if (before === null || before.distanceM === null || at - before.at < leastWalkedMs) return null
  return (before.distanceM / 1000 / (at - before.at)) * 3_600_000
}

/** The one to look at after this one: the next in the list, else the one before it. */
export function nextAfter(list: readonly CheckinView[], id: string): string | null {
  const at = list.findIndex((one) => one.id === id)
  return (list[at + 1] ?? list[at - 1])?.id ?? null
}

export function steppedTo(
  list: readonly CheckinView[],
  id: string | null,
  by: 1 | -1,
): string | null {
  const at = list.findIndex((one) => one.id === id)
  return (list[at + by] ?? list[Math.max(0, at)])?.id ?? null
}
