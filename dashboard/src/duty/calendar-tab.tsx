import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { WorkCalendarView } from '../api/types.ts'
import { calendarQuery } from '../api/work-queries.ts'
import { serverNow } from '../app/now.ts'
import { dayInWords, dayOf } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { DayInput } from '../audit/day-input.tsx'
import { failureWords } from '../parts/failure-words.ts'
import { Icon } from '../parts/icon.tsx'
import { type DayKind, daysBetween, fromToday, withDays, withoutDay } from './calendar-days.ts'

export function CalendarTab() {
  const { t } = useTown().words
  const client = useQueryClient()
  const query = useQuery(calendarQuery)
  const save = useMutation({
    mutationFn: (body: WorkCalendarView) =>
      call<WorkCalendarView>('/calendar', { method: 'PUT', body }),
    onSuccess: (calendar) => client.setQueryData(['calendar'], calendar),
    onError: () => client.invalidateQueries({ queryKey: ['calendar'] }),
  })
  const calendar = query.data
  return (
    <>
      <p className="second">{t('calendar.what')}</p>
      {query.isError && !calendar && (
        <p className="said" role="alert">
          {t('failure.list')}
        </p>
      )}
      {query.isPending && <div className="panel skeleton roster-waiting" aria-busy="true" />}
      {save.isError && (
        <p className="said" role="alert">
          {failureWords(save.error, t)}
        </p>
      )}
      {calendar && (
        <div className="calendar-lists">
          {(['restDays', 'workDays'] as const).map((kind) => (
            <DayList
              key={kind}
              kind={kind}
              days={calendar[kind]}
              isBusy={save.isPending}
              onAdd={(days) => save.mutate(withDays(calendar, kind, days))}
              onRemove={(day) => save.mutate(withoutDay(calendar, day))}
            />
          ))}
        </div>
      )}
    </>
  )
}

interface DayListProps {
  kind: DayKind
  days: readonly string[]
  isBusy: boolean
  onAdd: (days: string[]) => void
  onRemove: (day: string) => void
}

function DayList({ kind, days, isBusy, onAdd, onRemove }: DayListProps) {
  const { words, zone } = useTown()
  const { t, language } = words
  const today = dayOf(serverNow(), zone)
  const coming = fromToday(days, today)
  // The name of a day is the same in every zone, so it is asked at noon of one of them.
  const named = (day: string) => dayInWords(Date.parse(`${day}T12:00:00Z`), 'UTC', language)
  return (
    <section className="panel day-list" data-kind={kind}>
      <h2 className="panel-title">{t(`calendar.${kind}`)}</h2>
      <p className="second">{t(`calendar.${kind}What`)}</p>
      {coming.length === 0 && <p className="quiet">{t('calendar.none')}</p>}
      <ul>
        {coming.map((day) => (
          <li key={day}>
            <span>
              <b>{named(day)}</b> <span className="second">{day.slice(0, 4)}</span>
            </span>
            <Button
              type="text"
              aria-label={t('calendar.removeFor', { day: named(day) })}
              icon={<Icon name="close" size={16} />}
              disabled={isBusy}
              onClick={() => onRemove(day)}
            />
          </li>
        ))}
      </ul>
      <DaysField today={today} isBusy={isBusy} onAdd={onAdd} />
    </section>
  )
}

interface DaysFieldProps {
  today: string
  isBusy: boolean
  onAdd: (days: string[]) => void
}

function DaysField({ today, isBusy, onAdd }: DaysFieldProps) {
  const { t } = useTown().words
  const [first, setFirst] = useState('')
  const [last, setLast] = useState('')
  const [isWrong, setWrong] = useState(false)

  function add(): void {
    const days = first === '' ? null : daysBetween(first, last === '' ? first : last)
    setWrong(days === null)
    if (days === null) return
    onAdd(days)
    setFirst('')
    setLast('')
  }

  return (
    <>
      <div className="days-field">
        <DayInput label={t('calendar.first')} value={first} min={today} onChange={setFirst} />
        <DayInput
          label={t('calendar.last')}
          value={last}
          min={first === '' ? today : first}
          onChange={setLast}
        />
        <Button disabled={isBusy} onClick={add}>
          {t('calendar.add')}
        </Button>
      </div>
      {isWrong && (
        <p className="said" role="alert">
          {t('calendar.wrong')}
        </p>
      )}
    </>
  )
}
