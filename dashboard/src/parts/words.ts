import { isObservedProperty, observedProperties } from '../../../gateway/domain/observation.ts'
import type { AlarmView, CaseView, HazardView, PlaceView } from '../api/types.ts'
import { timeOfDay } from '../app/time.ts'
import type { Words } from '../i18n/language.ts'
import { type Key, term } from '../i18n/translate.ts'

/** Sentences made of the town's facts; pure, so that both languages are tested side by side. */

export function formatValue(value: number): string {
  if (Number.isInteger(value)) return String(value)
  // Back by way of the number: noughts behind the point go, those of 160 stay.
  return String(Number(value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)))
}

export function unitOf(property: string): string {
  return isObservedProperty(property) ? observedProperties[property].unit : ''
}

const propertyOrder = Object.keys(observedProperties)

/** What a device is there for comes first; its battery last. */
export function inPropertyOrder<T extends { property: string }>(latest: readonly T[]): T[] {
  return [...latest].sort(
    (a, b) => propertyOrder.indexOf(a.property) - propertyOrder.indexOf(b.property),
  )
}

/** A value with its unit after a thin space; % stands close. */
export function withUnit(value: number, property: string): string {
  const unit = unitOf(property)
  return unit === '' ? formatValue(value) : `${formatValue(value)}\u2009${unit}`
}

export function hazardName(
  words: Words,
  id: string,
  hazards: readonly HazardView[] | undefined,
): string {
  const own = hazards?.find((hazard) => hazard.id === id)?.name
  return words.language === 'zh' && own ? own : term(words.t, 'hazard', id)
}

export function placeName(places: readonly PlaceView[] | undefined, code: string | null): string {
  if (code === null) return ''
  return places?.find((place) => place.code === code)?.name ?? code
}

export function caseTitle(
  words: Words,
  one: Pick<CaseView, 'title' | 'hazard' | 'grid' | 'village'>,
  places: readonly PlaceView[] | undefined,
): string {
  if (words.language === 'zh') return one.title
  return `${term(words.t, 'hazard', one.hazard)} · ${placeName(places, one.grid ?? one.village)}`
}

/** The title for a narrow row: the village stands for the grid, so that the hazard is not cut off. */
export function rowTitle(
  words: Words,
  one: Pick<CaseView, 'title' | 'hazard' | 'grid' | 'village'>,
  places: readonly PlaceView[] | undefined,
): string {
  const village = placeName(places, one.village)
  if (words.language === 'en') return `${term(words.t, 'hazard', one.hazard)} · ${village}`
  return one.grid === null ? one.title : one.title.replace(placeName(places, one.grid), village)
}

/** The cause of an alarm in one line: what was measured and what it was measured against. */
export function describeCause(
  words: Words,
  alarm: Pick<AlarmView, 'cause' | 'raisedAt'>,
  zone: string,
): string {
  const { t } = words
  const { cause } = alarm
  if (cause.lastHeardAt !== undefined)
    return t('cause.silent', { time: timeOfDay(cause.lastHeardAt, zone) })
  if (cause.event !== undefined) {
    const name = term(t, 'event', cause.event)
    const parts = [cause.confidence === undefined ? name : `${name} ${cause.confidence.toFixed(2)}`]
    if (cause.bearingDeg !== undefined)
      parts.push(t('cause.bearing', { deg: cause.bearingDeg.toFixed(1) }))
    return parts.join(t('list.comma'))
  }
  if (cause.property !== undefined && cause.value !== undefined) {
    const name = term(t, 'property', cause.property)
    if (cause.neighbours !== undefined)
      return t('cause.excess', {
        name,
        value: withUnit(cause.value, cause.property),
        excess: formatValue(cause.value - cause.neighbours),
      })
    const value = withUnit(cause.value, cause.property)
    return cause.limit === undefined
      ? `${name} ${value}`
      : t('cause.limit', { name, value, limit: formatValue(cause.limit) })
  }
  return t('cause.none')
}

export interface Fact {
  label: Key
  value: string
  note: string
}

/** The cells of the facts strip: what answers "is it true" without opening anything. */
export function alarmFacts(words: Words, alarm: AlarmView, zone: string): Fact[] {
  const { t } = words
  const { cause } = alarm
  const facts: Fact[] = []
  if (cause.event !== undefined)
    facts.push({
      label: 'fact.recognised',
      value:
        cause.confidence === undefined
          ? term(t, 'event', cause.event)
          : `${term(t, 'event', cause.event)} · ${cause.confidence.toFixed(2)}`,
      note: alarm.deviceName,
    })
  if (cause.property !== undefined && cause.value !== undefined)
    facts.push({
      label: 'fact.measured',
      value: withUnit(cause.value, cause.property),
      note: `${term(t, 'property', cause.property)} · ${alarm.deviceName}`,
    })
  if (cause.property !== undefined && cause.neighbours !== undefined)
    facts.push({
      label: 'fact.neighbours',
      value: withUnit(cause.neighbours, cause.property),
      note:
        cause.value === undefined
          ? ''
          : t('fact.excess', { n: formatValue(cause.value - cause.neighbours) }),
    })
  if (cause.property !== undefined && cause.limit !== undefined)
    facts.push({
      label: 'fact.limit',
      value: withUnit(cause.limit, cause.property),
      note: alarm.ruleName,
    })
  if (cause.bearingDeg !== undefined)
    facts.push({
      label: 'fact.bearing',
      value: `${cause.bearingDeg.toFixed(1)}°`,
      note: t('fact.oneLine'),
    })
  if (cause.lastHeardAt !== undefined)
    facts.push({
      label: 'fact.lastHeard',
      value: timeOfDay(cause.lastHeardAt, zone),
      note: alarm.deviceName,
    })
  return facts
}
