import { Link } from '@tanstack/react-router'
import { isVisit } from '../../../gateway/domain/checkin.ts'
import type { CheckinView, PatrolRoundView } from '../api/types.ts'
import { timeWithSeconds } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { CheckinMarks, GradeWord } from './checkin-marks.tsx'
import { isWaiting } from './checkins.ts'
import { pointsInOrder, visitOrder } from './walks.ts'

interface WalkVisitsProps {
  round: PatrolRoundView
  /** Undefined: still on the way. */
  checkins: readonly CheckinView[] | undefined
  chosen: string | null
  onChoose: (point: string | null) => void
}

/** Every point of the round: when somebody was there, by what proof, and what wants a look. */
export function WalkVisits({ round, checkins = [], chosen, onChoose }: WalkVisitsProps) {
  const { t } = useTown().words
  const order = visitOrder(round)
  return (
    <section className="panel walk-visits">
      <h2 className="panel-title">{t('walk.visits')}</h2>
      {round.visited === 0 && (
        <p className="walk-nobody second">
          {t('walk.none')} {t('walk.noneNext')}
        </p>
      )}
      <ol aria-label={t('walk.visits')}>
        {pointsInOrder(round).map((point) => (
          <Visit
            key={point.id}
            point={point}
            n={order.get(point.id)}
            checkins={checkins.filter((one) => one.point?.id === point.id)}
            isChosen={point.id === chosen}
            onChoose={() => onChoose(point.id === chosen ? null : point.id)}
          />
        ))}
      </ol>
    </section>
  )
}

interface VisitProps {
  point: PatrolRoundView['points'][number]
  n: number | undefined
  checkins: readonly CheckinView[]
  isChosen: boolean
  onChoose: () => void
}

function Visit({ point, n, checkins, isChosen, onChoose }: VisitProps) {
  const { words, zone } = useTown()
  const { t } = words
  const shown = checkins.toSorted((a, b) => a.at - b.at)
  const visit = shown.find(isVisit)
  const waiting = shown.filter(isWaiting)
  return (
    <li className={isChosen ? 'walk-visit is-chosen' : 'walk-visit'} data-point={point.id}>
      <i className={n === undefined ? 'map-spot is-unwalked' : 'map-spot is-walked has-mark'}>
        {n}
      </i>
      <div className="walk-visit-words">
        <button type="button" onClick={onChoose} aria-pressed={isChosen}>
          {point.name}
        </button>
        <p className="second">
          {point.visitedAt === null
            ? t('walk.unvisited')
            : t('walk.visited', { time: timeWithSeconds(point.visitedAt, zone) })}
          {visit?.patroller != null && ` · ${visit.patroller}`}
        </p>
        {visit && <CheckinMarks checkin={visit} />}
      </div>
      <div className="walk-visit-end">
        {visit && <GradeWord grade={visit.grade} />}
        {waiting[0] && (
          <Link
            to="/patrols"
            search={{ tab: 'checkins', checkin: waiting[0].id }}
            title={t('walk.unread', { n: waiting.length })}
          >
            {t('walk.looks')}
          </Link>
        )}
      </div>
    </li>
  )
}
