import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { ApiError } from '../api/client.ts'
import { patrolRoundQuery, roundCheckinsQuery } from '../api/patrol-queries.ts'
import type { PatrolRoundView } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { useNow } from '../app/now.ts'
import { Shell } from '../app/shell.tsx'
import { shortTime, timeOfDay } from '../app/time.ts'
import { isInScopeOf, useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { excusesRounds } from './patrol-roles.ts'
import { ExcuseDialog, GiveDialog } from './walk-dialogs.tsx'
import { WalkMap } from './walk-map.tsx'
import { WalkState } from './walk-state.tsx'
import { WalkVisits } from './walk-visits.tsx'
import { isExcusable, isOpen, stateOf } from './walks.ts'
import './patrols.css'
import './walk.css'

export function WalkPage() {
  const { id } = useParams({ from: '/signed-in/evaluators/patrols/rounds/$id' })
  const { t } = useTown().words
  const query = useQuery(patrolRoundQuery(id))
  return (
    <Shell>
      {query.data ? (
        <Walk key={id} round={query.data} />
      ) : query.isError ? (
        <div className="notice" role="alert">
          <strong>
            {t(
              query.error instanceof ApiError && query.error.kind === 'notFound'
                ? 'walk.away'
                : 'failure.away',
            )}
          </strong>
          <Link to="/patrols">{t('walk.toList')}</Link>
        </div>
      ) : (
        <div className="walk" aria-busy="true">
          <div className="skeleton walk-waiting" />
        </div>
      )}
    </Shell>
  )
}

function Walk({ round }: { round: PatrolRoundView }) {
  const checkins = useQuery(roundCheckinsQuery(round.id)).data
  const [point, setPoint] = useState<string | null>(null)
  return (
    <div className="walk">
      <WalkHead round={round} />
      <div className="walk-halves">
        <WalkMap round={round} chosen={point} onChoose={setPoint} />
        <WalkVisits round={round} checkins={checkins} chosen={point} onChoose={setPoint} />
      </div>
    </div>
  )
}

function WalkHead({ round }: { round: PatrolRoundView }) {
  const town = useTown()
  const { t } = town.words
  const now = useNow()
  const [asked, setAsked] = useState<'excuse' | 'give' | null>(null)
  const state = stateOf(round, now)
  const mayChange =
    excusesRounds(town.session.person.role) &&
    isInScopeOf(town, round.village) &&
    isExcusable(state)
  const isOver = state === 'missed' || state === 'incomplete'
  return (
    <header className="walk-head">
      <Link to="/patrols" className="walk-back" aria-label={t('walk.back')}>
        <Icon name="back" size={20} />
      </Link>
      <div className="walk-title">
        <h1>
          {round.name} <WalkState state={state} />
        </h1>
        <p className="second">{useSubtitle(round, now)}</p>
      </div>
      {mayChange && (
        <div className="walk-acts">
          {!isOver && <Button onClick={() => setAsked('give')}>{t('walk.give')}</Button>}
          <Button onClick={() => setAsked('excuse')}>{t('walk.excuse')}</Button>
        </div>
      )}
      {asked === 'excuse' && <ExcuseDialog round={round} onClose={() => setAsked(null)} />}
      {asked === 'give' && <GiveDialog round={round} onClose={() => setAsked(null)} />}
    </header>
  )
}

function useSubtitle(round: PatrolRoundView, now: number): string {
  const { place, words, zone } = useTown()
  const { t, durations } = words
  const { village, team, dueFrom, dueUntil, excusedReason, visited, points } = round
  const state = stateOf(round, now)
  const from = shortTime(dueFrom, now, zone)
  const parts = [
    place(village),
    team,
    t('walks.window', { from, until: timeOfDay(dueUntil, zone) }),
    t('walks.points', { n: visited, all: points.length }),
  ]
  if (isOpen(state)) parts.push(t('walks.left', { time: formatRough(dueUntil - now, durations) }))
  if (state === 'excused') parts.push(t('walks.excusedFor', { reason: excusedReason ?? '' }))
  return parts.join(' · ')
}
