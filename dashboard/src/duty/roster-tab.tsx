import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import type { DutyView } from '../api/types.ts'
import { dutyQuery } from '../api/work-queries.ts'
import { useNow } from '../app/now.ts'
import { dayInWords, shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { DutyDialog } from './duty-dialog.tsx'
import { onDutyNow, weekOf } from './duty-week.ts'
import { RosterDays } from './roster-days.tsx'

export function RosterTab() {
  const { words, zone } = useTown()
  const { t, language } = words
  const now = useNow()
  const [weeksLater, setWeeksLater] = useState(0)
  const [isAdding, setAdding] = useState(false)
  const week = weekOf(now, weeksLater, zone)
  const query = useQuery(dutyQuery(week))
  const inWords = (at: number) => dayInWords(at, zone, language)
  return (
    <>
      <OnDuty />
      <div className="roster-head">
        <div className="roster-weeks">
          <Button
            aria-label={t('duty.before')}
            icon={<Icon name="back" size={16} />}
            onClick={() => setWeeksLater(weeksLater - 1)}
          />
          <Button disabled={weeksLater === 0} onClick={() => setWeeksLater(0)}>
            {t('duty.thisWeek')}
          </Button>
          <Button
            className="roster-next"
            aria-label={t('duty.after')}
            icon={<Icon name="back" size={16} />}
            onClick={() => setWeeksLater(weeksLater + 1)}
          />
        </div>
        <strong className="roster-span">
          {t('duty.span', { from: inWords(week.from), to: inWords(week.to - 1) })}
        </strong>
        <Button type="primary" onClick={() => setAdding(true)}>
          {t('duty.add')}
        </Button>
      </div>
      {query.isError && !query.data && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {query.isPending && <div className="panel skeleton roster-waiting" aria-busy="true" />}
      {query.data && <RosterDays week={week} duties={query.data} />}
      {isAdding && <DutyDialog week={week} onClose={() => setAdding(false)} />}
    </>
  )
}

/** Whoever is there at this minute, whichever week is looked at. */
function OnDuty() {
  const { words, zone } = useTown()
  const { t } = words
  const now = useNow()
  const duties = useQuery(dutyQuery(weekOf(now, 0, zone))).data
  if (duties === undefined) return null
  const present = onDutyNow(duties, now)
  const untilWords = ({ endsAt }: DutyView) =>
    t('duty.until', { time: shortTime(endsAt, now, zone) })
  return (
    <section className="panel on-duty" aria-label={t('duty.now')}>
      <h2 className="panel-title">{t('duty.now')}</h2>
      {present.length === 0 ? (
        <p className="second">{t('duty.nobody')}</p>
      ) : (
        <ul>
          {present.map((one) => (
            <li key={one.id}>
              <b>{one.name}</b> <span className="second">{untilWords(one)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
