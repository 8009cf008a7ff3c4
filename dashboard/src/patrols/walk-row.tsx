import { Link } from '@tanstack/react-router'
import type { PatrolRoundView } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { WalkState } from './walk-state.tsx'
import { isOpen, pointsInOrder, stateOf } from './walks.ts'

interface WalkRowProps {
  round: PatrolRoundView
  now: number
}

export function WalkRow({ round, now }: WalkRowProps) {
  const { words, zone } = useTown()
  const { t, durations } = words
  const { id, name, team, dueFrom, dueUntil, marked, excusedReason } = round
  const state = stateOf(round, now)
  const window = { from: timeOfDay(dueFrom, zone), until: timeOfDay(dueUntil, zone) }
  return (
    <li className={`walk-row is-${state}`} data-round={id}>
      <div className="walk-when">
        <b>{t('walks.window', window)}</b>
        {isOpen(state) && (
          <span className="second">
            {t('walks.left', { time: formatRough(dueUntil - now, durations) })}
          </span>
        )}
        {state === 'planned' && (
          <span className="second">
            {t('walks.beginsIn', { time: formatRough(dueFrom - now, durations) })}
          </span>
        )}
      </div>
      <div className="walk-words">
        <p className="walk-name">
          <b>{name}</b> <WalkState state={state} />
          {marked > 0 && <span className="mark-chip">{t('walks.marked', { n: marked })}</span>}
        </p>
        <p className="second">{team}</p>
        {excusedReason !== null && state === 'excused' && (
          <p className="second">{t('walks.excusedFor', { reason: excusedReason })}</p>
        )}
      </div>
      <Segments round={round} />
      <Link
        to="/patrols/rounds/$id"
        params={{ id }}
        className="walk-go"
        aria-label={t('walks.openFor', { name, time: window.from })}
      >
        {t('walks.open')}
      </Link>
    </li>
  )
}

/** One segment a point: visited ones first, for they are counted, not placed. */
function Segments({ round }: { round: PatrolRoundView }) {
  const { t } = useTown().words
  const { points, visited, name } = round
  return (
    <div className="walk-progress">
      <span>{t('walks.points', { n: visited, all: points.length })}</span>
      <span
        className="walk-segments"
        role="img"
        aria-label={t('walks.segments', { name, n: visited, all: points.length })}
      >
        {pointsInOrder(round).map((point) => (
          <i
            key={point.id}
            className={point.visitedAt === null ? undefined : 'is-visited'}
            title={point.name}
          />
        ))}
      </span>
    </div>
  )
}
