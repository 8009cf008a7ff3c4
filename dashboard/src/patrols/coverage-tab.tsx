import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Segmented } from 'antd'
import { useState } from 'react'
import { patrolCoverageQuery } from '../api/patrol-queries.ts'
import type { PatrolCoverageView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { dayOf, stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { dashed } from '../parts/day-calendar.ts'
import { spanOfDays } from '../video/rounds.ts'
import { plansPatrols } from './patrol-roles.ts'
import { pointRows, teamRows } from './reach.ts'
import { ReachCalendar } from './reach-calendar.tsx'
import { ReachFigures } from './reach-figures.tsx'
import { ReachToday } from './reach-today.tsx'
import type { TabProps } from './rounds-tab.tsx'
import { VillageSelect } from './village-select.tsx'
import './reach.css'

const spans = [7, 14, 30] as const

export function CoverageTab({ title, choice }: TabProps) {
  const town = useTown()
  const { t } = town.words
  const now = useNow()
  const [days, setDays] = useState<(typeof spans)[number]>(14)
  const [village, setVillage] = useState<string | null>(null)
  const query = useQuery(patrolCoverageQuery(spanOfDays(now, days, town.zone)))
  return (
    <>
      <div className="page-head calendar-head">
        {title}
        {choice}
        <Segmented
          aria-label={t('reach.span')}
          value={days}
          onChange={setDays}
          options={spans.map((n) => ({ value: n, label: t('reach.days', { n }) }))}
        />
        <VillageSelect
          label={t('walks.village')}
          known={new Set(query.data?.villages.map((one) => one.village))}
          value={village}
          onChange={setVillage}
        />
        <span className="grow" />
        <Button className="calendar-print" onClick={() => window.print()}>
          {t('reach.print')}
        </Button>
      </div>
      <div className="page-body calendar-page reach">
        {query.isError && !query.data && (
          <p className="said" role="alert">
            {t('reach.away')}
          </p>
        )}
        {query.isPending && <div className="panel skeleton reach-waiting" aria-busy="true" />}
        {query.data && <Reached coverage={query.data} village={village} now={now} />}
      </div>
    </>
  )
}

interface ReachedProps {
  coverage: PatrolCoverageView
  village: string | null
  now: number
}

function Reached({ coverage, village, now }: ReachedProps) {
  const { session, words, zone } = useTown()
  const { t } = words
  const [by, setBy] = useState<'point' | 'team'>('point')
  const isShown = (one: { village: string }) => village === null || one.village === village
  const points = coverage.points.filter(isShown)
  const teams = coverage.teams.filter(isShown)
  const { days } = coverage
  const today = days.findIndex((day) => dashed(day) === dayOf(now, zone))
  if (coverage.points.length === 0) return <NoPoints />
  const rows = by === 'point' ? pointRows(points) : teamRows(teams)
  const ends = { from: dashed(days[0] ?? ''), to: dashed(days.at(-1) ?? '') }
  return (
    <>
      <p className="print-only">
        {t('reach.printed', { town: session.town.name, ...ends, at: stamp(now, zone) })}
      </p>
      <ReachToday points={points} today={today} village={village} now={now} />
      <ReachFigures teams={teams} villages={coverage.villages.filter(isShown)} />
      <ReachCalendar
        days={days}
        today={today}
        rows={rows}
        by={by}
        choice={
          <Segmented<'point' | 'team'>
            aria-label={t('reach.rows')}
            value={by}
            onChange={setBy}
            options={[
              { value: 'point', label: t('reach.byPoint') },
              { value: 'team', label: t('reach.byTeam') },
            ]}
          />
        }
      />
    </>
  )
}

function NoPoints() {
  const { session, words } = useTown()
  const { t } = words
  return (
    <div className="panel empty">
      <strong>{t('reach.none')}</strong>
      <span>{t('reach.noneNext')}</span>
      {plansPatrols(session.person.role) && (
        <Link to="/patrols" search={{ tab: 'points' }}>
          {t('reach.toPoints')}
        </Link>
      )}
    </div>
  )
}
