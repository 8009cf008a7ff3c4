import { Button } from 'antd'
import type { PlannedEventView } from '../api/types.ts'
import { dayInWords, dayOf, timeOfDay } from '../app/time.ts'
import { isInScopeOf, type TownView, useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'

interface PlannedRowProps {
  event: PlannedEventView
  now: number
  isBusy: boolean
  /** Null: only to be looked at. */
  acts: { edit: () => void; remove: () => void } | null
}

/** 11月21日 周六 14:00–17:00; with both days where it lasts longer. */
function whenWords({ words, zone }: TownView, { startsAt, endsAt }: PlannedEventView): string {
  const day = (at: number) => dayInWords(at, zone, words.language)
  const time = (at: number) => timeOfDay(at, zone)
  const isOneDay = dayOf(startsAt, zone) === dayOf(endsAt, zone)
  const end = isOneDay ? time(endsAt) : `${day(endsAt)} ${time(endsAt)}`
  return `${day(startsAt)} ${time(startsAt)}${isOneDay ? '–' : ' – '}${end}`
}

export function PlannedRow({ event, now, isBusy, acts }: PlannedRowProps) {
  const town = useTown()
  const { t } = town.words
  const { title, circle, unit, note } = event
  const isNow = event.startsAt <= now && now < event.endsAt
  const where = [
    town.place(event.place),
    circle && t('planned.radiusAround', { n: circle.radiusM }),
    unit,
  ]
  const isOver = event.endsAt <= now
  const isOwn = isInScopeOf(town, event.place)
  return (
    <li className="planned-row" data-planned={event.id}>
      <div className="planned-words">
        <p>
          <b>{title}</b> <span className="mark-chip">{t(`planned.kind.${event.kind}`)}</span>{' '}
          {isNow && <span className="mark-chip is-on">{t('planned.now')}</span>}
        </p>
        <p className="second">{where.filter((part) => part !== null).join(' · ')}</p>
        {note !== '' && <p className="second">{note}</p>}
      </div>
      <div className="planned-when">
        <time>{whenWords(town, event)}</time>
        <span className="second">{event.hazards.map((id) => town.hazard(id)).join(' · ')}</span>
      </div>
      <div className="planned-acts">
        {acts && isOwn && !isOver && (
          <Button
            aria-label={t('planned.editFor', { title })}
            disabled={isBusy}
            onClick={acts.edit}
          >
            {t('planned.change')}
          </Button>
        )}
        {acts && isOwn && (
          <Button
            type="text"
            aria-label={t('planned.removeFor', { title })}
            icon={<Icon name="close" size={16} />}
            disabled={isBusy}
            onClick={acts.remove}
          />
        )}
      </div>
    </li>
  )
}
