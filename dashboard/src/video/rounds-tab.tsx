import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import type { VideoRoundView } from '../api/types.ts'
import { videoRoundsQuery } from '../api/video-queries.ts'
import { useNow } from '../app/now.ts'
import { dayInWords, timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { plansRounds } from './planners.ts'
import { RoundRow } from './round-row.tsx'
import { dayOfRounds, spanOfDay } from './rounds.ts'

interface TabProps {
  title: ReactNode
  choice: ReactNode
}

export function RoundsTab({ title, choice }: TabProps) {
  const { zone, words } = useTown()
  const { t, language } = words
  const now = useNow()
  const [day, setDay] = useState(0)
  const span = spanOfDay(now, day, zone)
  const query = useQuery(videoRoundsQuery(span))
  return (
    <>
      <div className="page-head">
        {title}
        {choice}
        <span className="grow" />
        <div className="video-days" role="group" aria-label={t('video.day')}>
          <Button
            aria-label={t('video.day.before')}
            icon={<Icon name="back" size={16} />}
            onClick={() => setDay(day - 1)}
          />
          <b>{dayInWords(span.from, zone, language)}</b>
          <Button
            aria-label={t('video.day.after')}
            icon={<Icon name="next" size={16} />}
            disabled={day >= 1}
            onClick={() => setDay(day + 1)}
          />
          {day !== 0 && <Button onClick={() => setDay(0)}>{t('video.day.today')}</Button>}
        </div>
      </div>
      <div className="page-body">
        {query.isError && !query.data && (
          <p className="said" role="alert">
            {t('failure.list')}
          </p>
        )}
        {query.isPending && <div className="panel skeleton video-waiting" aria-busy="true" />}
        {query.data?.length === 0 && <NoRounds day={day} />}
        {query.data && query.data.length > 0 && (
          <DayList rounds={query.data} now={now} isToday={day === 0} />
        )}
      </div>
    </>
  )
}

function NoRounds({ day }: { day: number }) {
  const { session, words } = useTown()
  const { t } = words
  const mayPlan = plansRounds(session.person.role)
  return (
    <div className="panel empty">
      <strong>{t('video.none')}</strong>
      {day < 0 ? null : day > 0 ? (
        <span>{t('video.noneYet')}</span>
      ) : (
        <span>{t(mayPlan ? 'video.noneNext' : 'video.noneAsk')}</span>
      )}
      {mayPlan && day === 0 && (
        <Link to="/video" search={{ tab: 'plans' }}>
          {t('video.toPlans')}
        </Link>
      )}
    </div>
  )
}

interface DayListProps {
  rounds: readonly VideoRoundView[]
  now: number
  isToday: boolean
}

function DayList({ rounds, now, isToday }: DayListProps) {
  const { words, zone } = useTown()
  const { t } = words
  if (!isToday) return <RoundList title={t('video.all')} rounds={rounds} now={now} />
  const today = dayOfRounds(rounds, now)
  const { next } = today
  return (
    <>
      {today.now.length > 0 ? (
        <RoundList title={t('video.now')} rounds={today.now} now={now} isNow />
      ) : (
        <p className="panel video-calm">
          <Icon name="check" size={18} />
          <span>
            {t('video.now.none')}{' '}
            {next === null
              ? t('video.now.noMore')
              : t('video.now.next', { time: timeOfDay(next.dueFrom, zone), name: next.name })}
          </span>
        </p>
      )}
      {today.rest.length > 0 && <RoundList title={t('video.rest')} rounds={today.rest} now={now} />}
    </>
  )
}

interface RoundListProps {
  title: string
  rounds: readonly VideoRoundView[]
  now: number
  isNow?: boolean
}

function RoundList({ title, rounds, now, isNow = false }: RoundListProps) {
  return (
    <section className={isNow ? 'video-section is-now' : 'video-section'}>
      <h2 className="panel-title">
        {title} <small>{rounds.length}</small>
      </h2>
      <ul className="panel round-list" aria-label={title}>
        {rounds.map((round) => (
          <RoundRow key={round.id} round={round} now={now} />
        ))}
      </ul>
    </section>
  )
}
