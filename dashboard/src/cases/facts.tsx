import type { AlarmView, CaseView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { Icon, type IconName } from '../parts/icon.tsx'
import { alarmFacts, type Fact } from '../parts/words.ts'
import './facts.css'

const icons: Partial<Record<Fact['label'], IconName>> = {
  'fact.recognised': 'eye',
  'fact.measured': 'chart',
  'fact.neighbours': 'chart',
  'fact.limit': 'flame',
  'fact.bearing': 'place',
  'fact.lastHeard': 'clock',
}

/** "Is it true", answered without opening anything. What is not there is said, not left empty. */
export function Facts({
  alarm,
  other,
  one,
}: {
  alarm: AlarmView | null
  /** What another camera saw of the same: its line is named beside the first. */
  other?: AlarmView | undefined
  one: CaseView
}) {
  const { words, zone } = useTown()
  const { t } = words
  const facts = alarm ? alarmFacts(words, alarm, zone) : []
  const otherLine =
    other?.cause.bearingDeg === undefined
      ? undefined
      : `${other.deviceName} ${other.cause.bearingDeg.toFixed(1)}°`
  const noteOf = (fact: Fact) =>
    fact.label === 'fact.bearing' ? (otherLine ?? fact.note) : fact.note
  return (
    <dl className="facts">
      {facts.slice(0, 4).map((fact) => (
        <div key={fact.label}>
          <dt>
            <Icon name={icons[fact.label] ?? 'eye'} size={15} /> {t(fact.label)}
          </dt>
          <dd>{fact.value}</dd>
          <dd className="fact-note one-line" title={noteOf(fact)}>
            {noteOf(fact)}
          </dd>
        </div>
      ))}
      <div>
        <dt>
          <Icon name="device" size={15} /> {t('fact.together')}
        </dt>
        <dd>{t('fact.alarms', { n: one.alarms })}</dd>
        <dd className="fact-note one-line">
          {one.active > 0 ? t('fact.stillActive', { n: one.active }) : t('fact.allCleared')}
        </dd>
      </div>
    </dl>
  )
}
