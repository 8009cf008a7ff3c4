import type { ReactNode } from 'react'
import { weekdayNames } from '../../../gateway/domain/patrol.ts'
import { useTown } from '../app/town.ts'
import { dashed, weekdayOf } from '../video/coverage.ts'
import { kindOfCell, type ReachRow, rowsByVillage } from './reach.ts'

interface ReachCalendarProps {
  days: readonly string[]
  /** Its column; -1: not among them. */
  today: number
  rows: readonly ReachRow[]
  by: 'point' | 'team'
  choice: ReactNode
}

const legend = ['full', 'part', 'missed', 'open', 'none'] as const
const examples = { full: '2/2', part: '1/2', missed: '0/2', open: '0/2', none: '–' }

/** The latest days matter most where not all of them fit. */
function toItsEnd(frame: HTMLElement | null): void {
  if (frame) frame.scrollLeft = frame.scrollWidth
}

export function ReachCalendar({ days, today, rows, by, choice }: ReachCalendarProps) {
  const town = useTown()
  const { t } = town.words
  return (
    <section className="panel reach-panel">
      <div className="reach-legend">
        {choice}
        <span className="second">{t(by === 'point' ? 'reach.legend' : 'reach.legendTeams')}</span>
        {legend.map((kind) => (
          <span key={kind}>
            <i className={`reach-cell is-${kind}`} aria-hidden="true">
              {examples[kind]}
            </i>
            {t(`reach.legend.${kind}`)}
          </span>
        ))}
      </div>
      <div
        className="reach-frame"
        key={days.length}
        ref={toItsEnd}
        tabIndex={0}
        role="group"
        aria-label={t(by === 'point' ? 'reach.table' : 'reach.tableTeams')}
      >
        <table className={days.length > 14 ? 'is-dense' : undefined}>
          <thead>
            <tr>
              <th scope="col">{t(`reach.${by}`)}</th>
              {days.map((day, at) => (
                <th key={day} scope="col" className={at === today ? 'is-today' : undefined}>
                  <DayHead day={day} />
                </th>
              ))}
            </tr>
          </thead>
          {rowsByVillage(rows, town.places).map((group) => (
            <tbody key={group.village}>
              <tr className="reach-village-row">
                <th scope="rowgroup" colSpan={days.length + 1}>
                  <span>{town.place(group.village)}</span>
                </th>
              </tr>
              {group.rows.map((row) => (
                <Line key={row.id} row={row} days={days} today={today} />
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </section>
  )
}

function DayHead({ day }: { day: string }) {
  const { t } = useTown().words
  const weekday = weekdayNames[(weekdayOf(day) + 6) % 7] ?? 'mon'
  return (
    <>
      <time dateTime={dashed(day)}>{`${Number(day.slice(4, 6))}/${Number(day.slice(6, 8))}`}</time>
      <small>{t(`weekday.${weekday}`)}</small>
    </>
  )
}

interface LineProps {
  row: ReachRow
  days: readonly string[]
  today: number
}

function Line({ row, days, today }: LineProps) {
  const { t } = useTown().words
  return (
    <tr data-reach={row.id}>
      <th scope="row">{row.name}</th>
      {days.map((day, at) => {
        const [done, planned] = [row.done[at] ?? 0, row.planned[at] ?? 0]
        const kind = kindOfCell(done, planned, at === today)
        const said = { name: row.name, day: dashed(day), planned }
        return (
          <td key={day}>
            <span
              className={`reach-cell is-${kind}`}
              title={
                row.missed
                  ? t('reach.cellTeam', {
                      ...said,
                      done,
                      missed: row.missed[at] ?? 0,
                      excused: row.excused?.[at] ?? 0,
                    })
                  : t('reach.cell', { ...said, visited: done })
              }
            >
              {kind === 'none' ? '–' : `${done}/${planned}`}
            </span>
          </td>
        )
      })}
    </tr>
  )
}
