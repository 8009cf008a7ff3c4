import type { HealthItem } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import type { Words } from '../i18n/language.ts'
import { isKey, type Key, type Translate } from '../i18n/translate.ts'
import { formatBytes } from '../parts/bytes.ts'

/** Health items in words, by their id, level and cause; one of a newer gateway still gets a sentence. */

type Item = Pick<HealthItem, 'id' | 'level' | 'facts'>

/** The most particular words there are: with the cause, then without. */
function keyOf({ id, facts }: Item, part: string): Key | null {
  const cause = String(facts['cause'] ?? 'other')
  const keys = ['', `.${cause}`].map((end) => `health.${id}.${part}${end}`)
  return keys.toReversed().find((key) => isKey(key)) ?? null
}

/** What is wrong. */
export function healthTitle(item: Item, t: Translate): string {
  const key = keyOf(item, item.level) ?? keyOf(item, 'bad') ?? keyOf(item, 'warn')
  return key === null ? t('health.other', { id: item.id }) : t(key)
}

/** What to do about it. */
export function healthAdvice(item: Item, t: Translate): string {
  return t(keyOf(item, 'do') ?? 'health.other.do')
}

/** What the item is about, while it is all right. */
export function healthName(id: string, t: Translate): string {
  const key = `health.${id}.name`
  return isKey(key) ? t(key) : id
}

/** How bad, in figures. */
export function healthFacts({ id, facts }: Item, { t, durations }: Words): string[] {
  const figure = (name: string) => {
    const value = facts[name]
    return typeof value === 'number' ? value : null
  }
  const say = (name: string, key: Key, scale = 1) => {
    const n = figure(name)
    return n === null ? [] : [t(key, { n: Math.round((n / scale) * 10) / 10 })]
  }
  /** Nought is not worth a word. */
  const some = (name: string, key: Key) => (figure(name) === 0 ? [] : say(name, key))
  switch (id) {
    case 'disk': {
      const [free, percent] = [figure('freeBytes'), figure('freePercent')]
      return [
        ...(free === null
          ? []
          : [t('health.fact.free', { size: formatBytes(free), percent: percent ?? '–' })]),
        ...say('daysLeft', 'health.fact.fullIn'),
      ]
    }
    case 'rules':
      return say('waiting', 'health.fact.waiting')
    case 'series':
      return [
        ...some('waiting', 'health.fact.seriesWaiting'),
        ...some('minutes', 'health.fact.seriesLate'),
        ...some('refused', 'health.fact.seriesRefused'),
      ]
    case 'mqtt':
      return facts['adapter'] === undefined
        ? []
        : [t('health.fact.adapter', { name: facts['adapter'] })]
    case 'probe': {
      const silent = figure('silentS')
      return [
        ...(silent === null || silent < 30
          ? []
          : [t('health.fact.silent', { age: formatRough(silent * 1000, durations) })]),
        ...say('lastMs', 'health.fact.took', 1000),
      ]
    }
    case 'devices':
      return [
        t('health.fact.offline', { n: facts['offline'] ?? '–', all: facts['devices'] ?? '–' }),
      ]
    case 'flood':
      return say('devices', 'health.fact.devices')
    case 'quarantine':
      return say('waiting', 'health.fact.messages')
    case 'notify':
      return say('waiting', 'health.fact.notices')
    case 'backup':
      return say('ageDays', 'health.fact.backupAge')
    case 'audit':
      return say('brokenAt', 'health.fact.entry')
    case 'tls':
      return (figure('daysLeft') ?? -1) < 0 ? [] : say('daysLeft', 'health.fact.left')
    case 'clock':
      return say('stepS', 'health.fact.step')
    case 'people':
      return say('administrators', 'health.fact.administrators')
    default:
      return []
  }
}

/** In the gateway's own words, which are English: what another program or the system said. */
export function healthSaying({ id, facts }: Item): string | null {
  const said = id === 'mqtt' ? facts['cause'] : facts['reason']
  return said === undefined ? null : String(said)
}
