import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { patrolRoundsQuery } from '../api/patrol-queries.ts'
import type { Board, PatrolRoundView } from '../api/types.ts'
import { timeOfDay } from '../app/time.ts'
import { mayEvaluate, useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { isOpen, isUnfinished, stateOf } from '../patrols/walks.ts'
import { spanOfDay } from '../video/rounds.ts'

/** What is walked now and what was missed goes before what is over. */
export function shownFirst(
  rounds: readonly PatrolRoundView[],
  now: number,
  most: number,
): PatrolRoundView[] {
  const rank = (round: PatrolRoundView) => {
    const state = stateOf(round, now)
    if (isOpen(state)) return 0
    if (isUnfinished(state)) return 1
    return state === 'planned' ? 2 : 3
  }
  return rounds
    .toSorted((a, b) => rank(a) - rank(b) || a.dueFrom - b.dueFrom)
    .slice(0, most)
    .toSorted((a, b) => a.dueFrom - b.dueFrom)
}

const mostShown = 3

/** Rounds of the day: how many are done and missed, and point by point those that matter now. */
export function BoardPatrols({ board }: { board: Board }) {
  const { words, zone } = useTown()
  const { t } = words
  const query = useQuery(patrolRoundsQuery(spanOfDay(board.at, 0, zone)))
  const own = (query.data ?? []).filter(({ village }) => village === board.village.code)
  const teams = [...new Set(own.map(({ team }) => team))]
  const { planned, done, missed, excused } = board.patrols
  const shown = shownFirst(own, board.at, mostShown)
  const isOneTeam = teams.length === 1
  return (
    <section className="panel board-patrols">
      <h2 className="board-label">
        {isOneTeam ? t('board.patrolTeam', { team: teams[0] ?? '' }) : t('board.patrol')}
      </h2>
      {planned === 0 ? (
        <p className="second">{t('board.patrolNone')}</p>
      ) : (
        <div className="board-counts">
          <p className={done === 0 ? 'quiet' : ''}>
            <span className="figure board-figure">{done}</span>
            <span className="quiet board-of"> / {planned - excused}</span> {t('board.patrolDone')}
          </p>
          <p className={missed === 0 ? 'quiet' : ''}>
            <span className="figure board-figure">{missed}</span> {t('board.patrolMissed')}
          </p>
        </div>
      )}
      <ul className="board-walks">
        {shown.map((round) => (
          <Walk key={round.id} round={round} now={board.at} hasTeam={!isOneTeam} />
        ))}
      </ul>
      {own.length > shown.length && (
        <p className="second">{t('board.patrolMore', { n: own.length - shown.length })}</p>
      )}
    </section>
  )
}

interface WalkProps {
  round: PatrolRoundView
  now: number
  hasTeam: boolean
}

function Walk({ round, now, hasTeam }: WalkProps) {
  const { words, zone, session } = useTown()
  const { t } = words
  const { id, name, team, points, visited, dueFrom, dueUntil } = round
  const state = stateOf(round, now)
  const window = t('walks.window', {
    from: timeOfDay(dueFrom, zone),
    until: timeOfDay(dueUntil, zone),
  })
  const end = state === 'planned' ? t('board.patrolNotYet') : `${visited} / ${points.length}`
  const said = hasTeam ? `${team} ${window}` : window
  return (
    <li data-round={id} className={`is-${state}`}>
      <p>
        {mayEvaluate(session.person.role) ? (
          <Link to="/patrols/rounds/$id" params={{ id }}>
            {said}
          </Link>
        ) : (
          <span>{said}</span>
        )}
        {isUnfinished(state) ? (
          <span className="overdue">{t(`walk.state.${state}`)}</span>
        ) : (
          <span className="second">{state === 'excused' ? t('walk.state.excused') : end}</span>
        )}
      </p>
      <span
        className="board-points"
        role="img"
        aria-label={t('walks.segments', { name, n: visited, all: points.length })}
      >
        {points.map((point) => (
          <i key={point.id} className={point.visitedAt === null ? undefined : 'is-visited'}>
            {point.visitedAt !== null && <Icon name="check" size={14} />}
          </i>
        ))}
      </span>
    </li>
  )
}
