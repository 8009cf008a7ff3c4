import { Link } from '@tanstack/react-router'
import type { Board, CaseView } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { marksOf } from '../cases/case-marks.tsx'
import { Badge, badgeState } from '../parts/badge.tsx'
import { DueNote } from '../parts/due-clock.tsx'
import { Icon } from '../parts/icon.tsx'

/** On the village's own board the village is not said again. */
function shortTitle(town: ReturnType<typeof useTown>, one: CaseView): string {
  const grid = one.grid === null ? '' : town.place(one.grid).replace(town.place(one.village), '')
  const hazard = town.hazard(one.hazard)
  return grid === '' ? hazard : `${hazard} · ${grid}`
}

export function BoardCases({ board }: { board: Board }) {
  const town = useTown()
  const { t } = town.words
  return (
    <section className="panel board-cases">
      <div className="board-counts">
        <p className={board.open === 0 ? 'quiet' : ''}>
          <span className="figure board-figure">{board.open}</span> {t('board.open')}
        </p>
        <p className={board.overdue === 0 ? 'quiet' : ''}>
          <span className="figure board-figure">{board.overdue}</span> {t('board.overdue')}
        </p>
      </div>
      {board.cases.length === 0 ? (
        <p className="empty">{t('board.noCases')}</p>
      ) : (
        <ul className="board-list">
          {board.cases.map((one) => (
            <li key={one.id}>
              <Link
                to="/cases/$id"
                params={{ id: one.id }}
                data-case={one.id}
                data-state={one.state}
              >
                <Badge severity={one.severity} size={32} state={badgeState(one)} />
                <span className="board-words">
                  <span className="board-case one-line" title={town.title(one)}>
                    {shortTitle(town, one)}
                  </span>
                  <span className="board-state second one-line">
                    {t(`state.${one.state}`)}
                    <FirstMark one={one} />
                  </span>
                </span>
                <span className="board-due">
                  <DueNote one={one} isShort />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

/** Urged, supervised, put aside: one of them, in a word. */
function FirstMark({ one }: { one: CaseView }) {
  const [mark] = marksOf(useTown(), one, serverNow())
  return mark ? <span className="board-mark"> · {mark.short ?? mark.text}</span> : null
}

export function RecentCases({ board }: { board: Board }) {
  const { t } = useTown().words
  return (
    <section className="panel board-recent">
      <h2 className="board-label">{t('board.recent')}</h2>
      {board.recent.length === 0 ? (
        <p className="empty">{t('board.noRecent')}</p>
      ) : (
        <ul className="recent">
          {board.recent.slice(0, 5).map((one) => (
            <Recent key={one.id} one={one} now={board.at} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Recent({ one, now }: { one: CaseView; now: number }) {
  const town = useTown()
  const { t } = town.words
  const picture = one.lastAlarm?.cause.picture
  const hasNoEvidence = one.lastAlarm === null
  return (
    <li>
      <Link to="/cases/$id" params={{ id: one.id }}>
        <span className="recent-picture">
          {picture === undefined ? (
            <>
              <Icon name={hasNoEvidence ? 'person' : 'chart'} size={22} />
              <span>{hasNoEvidence ? t(`source.${one.source}`) : t('board.readingsOnly')}</span>
            </>
          ) : (
            <img
              src={`/api/v1/pictures/${picture}?size=small`}
              alt={one.lastAlarm?.deviceName ?? ''}
              loading="lazy"
            />
          )}
        </span>
        <span className="recent-time">
          <Badge severity={one.severity} size={22} state={badgeState(one)} />
          {shortTime(one.openedAt, now, town.zone)}
        </span>
        <span className="one-line">{shortTitle(town, one)}</span>
        <span className="second">{t(`state.${one.state}`)}</span>
      </Link>
    </li>
  )
}
