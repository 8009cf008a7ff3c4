import { useMutation, useQueryClient } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { call } from '../api/client.ts'
import type { DutyView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { dayInWords, timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { failureWords } from '../parts/failure-words.ts'
import { Icon } from '../parts/icon.tsx'
import { dutiesOf, type RosterWeek } from './duty-week.ts'
import { SwapDialog } from './swap-dialog.tsx'

interface RosterDaysProps {
  week: RosterWeek
  duties: readonly DutyView[]
}

export function RosterDays({ week, duties }: RosterDaysProps) {
  const { words, zone } = useTown()
  const { t, language } = words
  const now = useNow()
  const remove = useRemoval()
  const [swapped, setSwapped] = useState<DutyView | null>(null)
  return (
    <>
      {remove.isError && (
        <p className="said" role="alert">
          {failureWords(remove.error, t)}
        </p>
      )}
      <ol className="panel roster" aria-label={t('duty.tab.roster')}>
        {week.days.map(({ day, from, to }, index) => {
          const own = dutiesOf(week, duties, index)
          const isToday = from <= now && now < to
          return (
            <li key={day} className={isToday ? 'roster-day is-today' : 'roster-day'} data-day={day}>
              <h3>
                {dayInWords(from, zone, language)}
                {isToday && <span className="mark-chip is-on">{t('duty.today')}</span>}
              </h3>
              {own.length === 0 && <p className="quiet">{t('duty.none')}</p>}
              <ul>
                {own.map((one) => (
                  <DutyLine
                    key={one.id}
                    duty={one}
                    isBusy={remove.isPending}
                    onRemove={() => void remove.ask(one)}
                    onSwap={() => setSwapped(one)}
                  />
                ))}
              </ul>
            </li>
          )
        })}
      </ol>
      {swapped && <SwapDialog duty={swapped} now={now} onClose={() => setSwapped(null)} />}
    </>
  )
}

interface DutyLineProps {
  duty: DutyView
  isBusy: boolean
  onRemove: () => void
  onSwap: () => void
}

function DutyLine({ duty, isBusy, onRemove, onSwap }: DutyLineProps) {
  const { words, zone } = useTown()
  const now = useNow()
  const isNow = duty.startsAt <= now && now < duty.endsAt
  return (
    <li className={isNow ? 'duty-line is-now' : 'duty-line'}>
      <span>
        <b>{duty.name}</b>
        <time className="second">
          {timeOfDay(duty.startsAt, zone)}–{timeOfDay(duty.endsAt, zone)}
        </time>
      </span>
      {duty.endsAt > now && (
        <Button
          type="text"
          className="duty-swap"
          aria-label={words.t('swap.for', { name: duty.name })}
          title={words.t('swap.open')}
          icon={<Icon name="swap" size={16} />}
          disabled={isBusy}
          onClick={onSwap}
        />
      )}
      <Button
        type="text"
        aria-label={words.t('duty.removeFor', { name: duty.name })}
        icon={<Icon name="close" size={16} />}
        disabled={isBusy}
        onClick={onRemove}
      />
    </li>
  )
}

function useRemoval() {
  const { t } = useTown().words
  const client = useQueryClient()
  const { modal } = App.useApp()
  const remove = useMutation({
    mutationFn: (id: string) => call(`/duty/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['duty'] }),
  })
  async function ask(duty: DutyView): Promise<void> {
    const isSure = await modal.confirm({
      title: t('duty.remove'),
      content: t('duty.removeAsk', { name: duty.name }),
      okText: t('duty.remove'),
      cancelText: t('dialog.cancel'),
      icon: null,
      transitionName: '',
      maskTransitionName: '',
    })
    if (isSure) remove.mutate(duty.id)
  }
  return { ...remove, ask }
}
