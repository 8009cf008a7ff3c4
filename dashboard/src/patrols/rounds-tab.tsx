import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { patrolRoundsQuery } from '../api/patrol-queries.ts'
import type { PatrolRoundView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { dayInWords } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { spanOfDay } from '../video/rounds.ts'
import { ExcusesDialog } from './excuses-dialog.tsx'
import { excusesRounds, plansPatrols } from './patrol-roles.ts'
import { VillageSelect } from './village-select.tsx'
import { WalkRow } from './walk-row.tsx'
import { roundsByVillage, sumOf } from './walks.ts'

export interface TabProps {
  title: ReactNode
  choice: ReactNode
}

export function RoundsTab({ title, choice }: TabProps) {
  const { zone, words, session } = useTown()
  const { t } = words
  const now = useNow()
  const [day, setDay] = useState(0)
  const [village, setVillage] = useState<string | null>(null)
  const [isExcusing, setExcusing] = useState(false)
  const span = spanOfDay(now, day, zone)
  const query = useQuery(patrolRoundsQuery(span))
  const rounds = query.data?.filter((one) => village === null || one.village === village)
  return (
    <>
      <div className="page-head">
        {title}
        {choice}
        <span className="grow" />
        <VillageSelect
          label={t('walks.village')}
          known={new Set(query.data?.map((one) => one.village))}
          value={village}
          onChange={setVillage}
        />
        <DayChoice day={day} from={span.from} onDay={setDay} />
        {excusesRounds(session.person.role) && (
          <Button className="excuse-many" onClick={() => setExcusing(true)}>
            {t('walks.excuseMany')}
          </Button>
        )}
      </div>
      <div className="page-body">
        {query.isError && !query.data && (
          <p className="said" role="alert">
            {t('failure.list')}
          </p>
        )}
        {query.isPending && <div className="panel skeleton walks-waiting" aria-busy="true" />}
        {query.data?.length === 0 && <NoRounds day={day} />}
        {rounds && rounds.length === 0 && query.data && query.data.length > 0 && (
          <p className="panel empty">{t('walks.noneHere')}</p>
        )}
        {rounds && rounds.length > 0 && <DayList rounds={rounds} now={now} />}
      </div>
      {isExcusing && <ExcusesDialog place={village} onClose={() => setExcusing(false)} />}
    </>
  )
}

interface DayChoiceProps {
  day: number
  from: number
  onDay: (day: number) => void
}

function DayChoice({ day, from, onDay }: DayChoiceProps) {
  const { zone, words } = useTown()
  const { t, language } = words
  return (
    <div className="walk-days" role="group" aria-label={t('walks.day')}>
      <Button
        aria-label={t('walks.before')}
        icon={<Icon name="back" size={16} />}
        onClick={() => onDay(day - 1)}
      />
      <b>{dayInWords(from, zone, language)}</b>
      <Button
        aria-label={t('walks.after')}
        icon={<Icon name="next" size={16} />}
        disabled={day >= 1}
        onClick={() => onDay(day + 1)}
      />
      {day !== 0 && <Button onClick={() => onDay(0)}>{t('walks.today')}</Button>}
    </div>
  )
}

function NoRounds({ day }: { day: number }) {
  const { session, words } = useTown()
  const { t } = words
  const mayPlan = plansPatrols(session.person.role)
  return (
    <div className="panel empty">
      <strong>{t('walks.none')}</strong>
      {day === 0 && <span>{t(mayPlan ? 'walks.noneNext' : 'walks.noneAsk')}</span>}
      {day > 0 && <span>{t('walks.noneYet')}</span>}
      {mayPlan && day === 0 && (
        <Link to="/patrols" search={{ tab: 'points', list: 'routes' }}>
          {t('walks.toRoutes')}
        </Link>
      )}
    </div>
  )
}

function DayList({ rounds, now }: { rounds: readonly PatrolRoundView[]; now: number }) {
  const town = useTown()
  const { t } = town.words
  return (
    <>
      <p className="second walks-sum">{t('walks.sum', sumOf(rounds, now))}</p>
      {roundsByVillage(rounds, town.places).map((group) => (
        <section key={group.village} className="walk-section">
          <h2 className="panel-title">{town.place(group.village)}</h2>
          <ul className="panel walk-list" aria-label={town.place(group.village)}>
            {group.rounds.map((round) => (
              <WalkRow key={round.id} round={round} now={now} />
            ))}
          </ul>
        </section>
      ))}
    </>
  )
}
