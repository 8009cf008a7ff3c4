import type { CaseDetail, TimelineEntry } from '../api/types.ts'
import { shortTime } from '../app/time.ts'
import type { TownView } from '../app/town.ts'
import { isKey, term } from '../i18n/translate.ts'
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

/** What the act carried beside its words: whom to, until when, how good, from which level to which. */
export function entryFacts(
  town: TownView,
  entry: Pick<TimelineEntry, 'act' | 'facts'>,
  { now, holder }: { now: number; holder: CaseDetail['holder'] },
): string[] {
  const { words, zone } = town
  const { t } = words
  const { facts } = entry
  const time = (at: unknown) => shortTime(Number(at), now, zone)
  const said: (string | null)[] = [
    entry.act === 'dispatch' ? receiver(t, facts, holder) : null,
    typeof facts['from'] === 'string' && typeof facts['to'] === 'string'
      ? t('fact.fromTo', {
          from: levelWord(t, facts['from']),
          to: levelWord(t, facts['to']),
        })
      : null,
    typeof facts['until'] === 'number' ? t('fact.until', { time: time(facts['until']) }) : null,
    entry.act === 'supervise' && typeof facts['dueAt'] === 'number'
      ? t('fact.answerBy', { time: time(facts['dueAt']) })
      : null,
    typeof facts['score'] === 'number' ? t('fact.score', { n: facts['score'] }) : null,
    facts['falseAlarm'] === true ? t('fact.falseAlarm') : null,
    typeof facts['overdueSince'] === 'number'
      ? t('fact.wasOverdue', { time: time(facts['overdueSince']) })
      : null,
    typeof facts['number'] === 'string' ? facts['number'] : null,
  ]
  return said.filter((one) => one !== null)
}

type Facts = TimelineEntry['facts']

/** A unit or a team is called by its id; a person by the name the gateway gives, never by an account. */
function receiver(
  t: TownView['words']['t'],
  facts: Facts,
  holder: CaseDetail['holder'],
): string | null {
  const { to, toKind, toName } = facts
  if (typeof toName === 'string') return t('fact.dispatchedTo', { name: toName })
  if (typeof to !== 'string') return null
  if (toKind !== 'user') return t('fact.dispatchedTo', { name: to })
  return holder?.kind === 'user' && holder.id === to
    ? t('fact.dispatchedTo', { name: holder.name })
    : null
}

function levelWord(t: TownView['words']['t'], name: string): string {
  const tier = term(t, 'tier', name)
  return tier === name ? term(t, 'severity', name) : tier
}
