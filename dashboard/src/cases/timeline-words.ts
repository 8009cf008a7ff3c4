import type { TimelineEntry } from '../api/types.ts'
import { dayOf, shortTime } from '../app/time.ts'
import type { TownView } from '../app/town.ts'
import { isKey, term } from '../i18n/translate.ts'
import { describeCause } from '../parts/words.ts'

/** One entry of a case's course as a sentence: who did what, or what was seen. */
export function entryWords(
  town: TownView,
  entry: TimelineEntry,
): { actor: string | null; did: string; title: string; note: string | null } {
  const { t } = town.words
  const did = wordOf(t, entry)
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
    // The number of the other case stands as a link.
    note:
      (entry.text === entry.facts['number'] ? null : entry.text) ?? entry.alarm?.deviceName ?? null,
  }
}

/** Both cases of a merge or a split tell of it, each in its own words. */
function wordOf(t: TownView['words']['t'], { act, facts }: TimelineEntry): string {
  if (act === 'merge' && 'from' in facts) return t('entry.merged')
  if (act === 'opened' && 'splitFrom' in facts) return t('entry.splitOff')
  const key = isKey(`done.${act}`) ? `done.${act}` : `entry.${act}`
  return isKey(key) ? t(key) : act
}

/** The case that this entry tells of beside its own. */
export function otherCaseOf({
  facts,
}: Pick<TimelineEntry, 'facts'>): { id: string; number: string } | null {
  const { otherCase, number } = facts
  if (typeof number !== 'string') return null
  return { id: typeof otherCase === 'string' ? otherCase : '', number }
}

/** What the act carried beside its words: whom to, until when, how good, from which level to which. */
export function entryFacts(
  town: TownView,
  entry: Pick<TimelineEntry, 'act' | 'facts'>,
  now: number,
): string[] {
  const { words, zone } = town
  const { t } = words
  const { facts } = entry
  const time = (at: unknown) => shortTime(Number(at), now, zone)
  const said: (string | null)[] = [
    entry.act === 'dispatch' && typeof facts['to'] === 'string'
      ? t('fact.dispatchedTo', { name: facts['to'] })
      : null,
    typeof facts['from'] === 'string' && typeof facts['to'] === 'string'
      ? t('fact.fromTo', {
          from: levelWord(t, facts['from']),
          to: levelWord(t, facts['to']),
        })
      : null,
    entry.act === 'cameraPicture' && typeof facts['camera'] === 'string' ? facts['camera'] : null,
    entry.act === 'cameraPicture' && typeof facts['bearingDeg'] === 'number'
      ? t('fact.cameraBearing', { deg: facts['bearingDeg'].toFixed(1) })
      : null,
    typeof facts['until'] === 'number' ? t('fact.until', { time: time(facts['until']) }) : null,
    ['reminder', 'deadlineMoved'].includes(entry.act) && typeof facts['dueAt'] === 'number'
      ? t('fact.until', { time: time(facts['dueAt']) })
      : null,
    entry.act === 'supervise' && typeof facts['dueAt'] === 'number'
      ? t('fact.answerBy', { time: time(facts['dueAt']) })
      : null,
    typeof facts['score'] === 'number' ? t('fact.score', { n: facts['score'] }) : null,
    facts['falseAlarm'] === true ? t('fact.falseAlarm') : null,
    typeof facts['overdueSince'] === 'number'
      ? t('fact.wasOverdue', { time: time(facts['overdueSince']) })
      : null,
    typeof facts['picturesRemovedAt'] === 'number'
      ? t('pictures.removed', { day: dayOf(facts['picturesRemovedAt'], zone) })
      : null,
    typeof facts['checkin'] === 'string' ? t('fact.checkin') : null,
    typeof facts['seenAt'] === 'number' ? t('fact.seenAt', { time: time(facts['seenAt']) }) : null,
    facts['alarmsElsewhere'] === true ? t('fact.alarmsElsewhere') : null,
  ]
  return said.filter((one) => one !== null)
}

function levelWord(t: TownView['words']['t'], name: string): string {
  const tier = term(t, 'tier', name)
  return tier === name ? term(t, 'severity', name) : tier
}
