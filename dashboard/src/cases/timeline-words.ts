import type { TimelineEntry } from '../api/types.ts'
import type { TownView } from '../app/town.ts'
import { isKey } from '../i18n/translate.ts'
import { describeCause } from '../parts/words.ts'

/** One entry of a case's course as a sentence: who did what, or what was seen. */
export function entryWords(
  town: TownView,
  entry: TimelineEntry,
): { actor: string | null; did: string; title: string; note: string | null } {
  const { t } = town.words
  const key = isKey(`done.${entry.act}`) ? `done.${entry.act}` : `entry.${entry.act}`
  const did = isKey(key) ? t(key) : entry.act
  if (entry.alarm && entry.actor === null) {
    const { deviceName, ruleName } = entry.alarm
    // What raised it is told where it began; at its end the old value would pass for the present one.
    const isRaise = entry.act === 'alarm'
    const what = isRaise ? describeCause(town.words, entry.alarm, town.zone) : did
    const title = `${deviceName} ${what}`
    return { actor: null, did: title, title, note: isRaise ? `${did} · ${ruleName}` : ruleName }
  }
  return {
    actor: entry.actor,
    did,
    title: entry.actor === null ? did : `${entry.actor} ${did}`,
    note: entry.text ?? entry.alarm?.deviceName ?? null,
  }
}
