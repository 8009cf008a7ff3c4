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
  if (entry.alarm && entry.actor === null) {
    const did = `${entry.alarm.deviceName} ${describeCause(town.words, entry.alarm, town.zone)}`
    return { actor: null, did, title: did, note: alarmNote(town, entry) }
  }
  const key = isKey(`done.${entry.act}`) ? `done.${entry.act}` : `entry.${entry.act}`
  const did = isKey(key) ? t(key) : entry.act
  return {
    actor: entry.actor,
    did,
    title: entry.actor === null ? did : `${entry.actor} ${did}`,
    note: entry.text,
  }
}

function alarmNote(town: TownView, entry: TimelineEntry): string | null {
  const { t } = town.words
  const name = `entry.${entry.act}`
  const act = isKey(name) ? t(name) : null
  const rule = entry.alarm?.ruleName ?? null
  return act === null ? rule : rule === null ? act : `${act} · ${rule}`
}
