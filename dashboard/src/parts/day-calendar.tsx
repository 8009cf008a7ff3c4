import type { ReactNode } from 'react'
import { weekdayNames } from '../../../gateway/domain/patrol.ts'
import { useTown } from '../app/town.ts'
import {
  type CalendarRow,
  type CellKind,
  cellKinds,
  dashed,
  kindOfCell,
  rowsByVillage,
  weekdayOf,
} from './day-calendar.ts'
import './day-calendar.css'

interface DayCalendarProps<Row extends CalendarRow> {
  /** YYYYMMDD */
  days: readonly string[]
  /** Its column; -1: not among them. */
  today: number
  rows: readonly Row[]
  /** Of the whole, for those who do not see it. */
  label: string
  /** What a row is. */
  corner: string
  /** What a cell says, and perhaps a choice of rows. */
  legend: ReactNode
  kindWord: (kind: CellKind) => string
  /** One cell as a sentence. */
  say: (row: Row, day: { at: number; dashed: string; done: number; planned: number }) => string
}

const examples = { full: '2/2', part: '1/2', missed: '0/2', open: '0/2', none: '–' }

/** The latest days matter most where not all of them fit. */
function toItsEnd(frame: HTMLElement | null): void {
  if (frame) frame.scrollLeft = frame.scrollWidth
}

export function DayCalendar<Row extends CalendarRow>(props: DayCalendarProps<Row>) {
  const { days, today, rows, label, corner, legend, kindWord } = props
  const town = useTown()
  return (
    <section className="panel calendar-panel">
      <div className="calendar-legend">
        {legend}
        {cellKinds.map((kind) => (
          <span key={kind}>
            <i className={`calendar-cell is-${kind}`} aria-hidden="true">
              {examples[kind]}
            </i>
            {kindWord(kind)}
          </span>
        ))}
      </div>
      <div
        className="calendar-frame"
        key={days.length}
        ref={toItsEnd}
        tabIndex={0}
        role="group"
        aria-label={label}
      >
        <table className={days.length > 14 ? 'is-dense' : undefined}>
          <thead>
            <tr>
              <th scope="col">{corner}</th>
              {days.map((day, at) => (
                <th key={day} scope="col" className={at === today ? 'is-today' : undefined}>
                  <DayHead day={day} />
                </th>
              ))}
            </tr>
          </thead>
          {rowsByVillage(rows, town.places).map((group) => (
            <tbody key={group.village}>
              <tr className="calendar-village">
                <th scope="rowgroup" colSpan={days.length + 1}>
                  <span>{town.place(group.village)}</span>
                </th>
              </tr>
              {group.rows.map((row) => (
                <Line key={row.id} {...props} row={row} />
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

function Line<Row extends CalendarRow>({
  row,
  days,
  today,
  say,
}: Pick<DayCalendarProps<Row>, 'days' | 'today' | 'say'> & { row: Row }) {
  return (
    <tr data-calendar={row.id}>
      <th scope="row">{row.name}</th>
      {days.map((day, at) => {
        const [done, planned] = [row.done[at] ?? 0, row.planned[at] ?? 0]
        const kind = kindOfCell(done, planned, at === today)
        const title = say(row, { at, dashed: dashed(day), done, planned })
        return (
          <td key={day}>
            <span className={`calendar-cell is-${kind}`} title={title}>
              {kind === 'none' ? '–' : `${done}/${planned}`}
            </span>
          </td>
        )
      })}
    </tr>
  )
}
