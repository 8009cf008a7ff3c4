import type { VideoCoverageView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { byVillage, cellAt, dashed, kindOfCell, weekdayOf } from './coverage.ts'

interface CoverageTableProps {
  days: readonly string[]
  cameras: VideoCoverageView['cameras']
  /** Its column; -1: not among them. */
  today: number
}

const legend = ['full', 'part', 'missed', 'open', 'none'] as const
const examples = { full: '2/2', part: '1/2', missed: '0/2', open: '0/2', none: '–' }

/** The latest days matter most where not all of them fit. */
function toItsEnd(frame: HTMLElement | null): void {
  if (frame) frame.scrollLeft = frame.scrollWidth
}

export function CoverageTable({ days, cameras, today }: CoverageTableProps) {
  const town = useTown()
  const { t } = town.words
  return (
    <section className="panel coverage-panel">
      <p className="coverage-legend">
        <span className="second">{t('coverage.legend')}</span>
        {legend.map((kind) => (
          <span key={kind}>
            <i className={`coverage-cell is-${kind}`} aria-hidden="true">
              {examples[kind]}
            </i>
            {t(`coverage.legend.${kind}`)}
          </span>
        ))}
      </p>
      <div
        className="coverage-frame"
        key={days.length}
        ref={toItsEnd}
        tabIndex={0}
        role="group"
        aria-label={t('coverage.table')}
      >
        <table className={days.length > 14 ? 'is-dense' : undefined}>
          <thead>
            <tr>
              <th scope="col">{t('coverage.camera')}</th>
              {days.map((day, index) => (
                <th key={day} scope="col" className={index === today ? 'is-today' : undefined}>
                  <DayHead day={day} />
                </th>
              ))}
            </tr>
          </thead>
          {byVillage(cameras, town.places).map(({ village, cameras: rows }) => (
            <tbody key={village}>
              <tr className="coverage-village-row">
                <th scope="rowgroup" colSpan={days.length + 1}>
                  <span>{town.place(village)}</span>
                </th>
              </tr>
              {rows.map((camera) => (
                <CameraLine key={camera.id} camera={camera} days={days} today={today} />
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
  const weekday = (weekdayOf(day) || 7) as 1 | 2 | 3 | 4 | 5 | 6 | 7
  return (
    <>
      <time dateTime={dashed(day)}>{`${Number(day.slice(4, 6))}/${Number(day.slice(6, 8))}`}</time>
      <small>{t(`plan.day.${weekday}`)}</small>
    </>
  )
}

interface CameraLineProps {
  camera: VideoCoverageView['cameras'][number]
  days: readonly string[]
  today: number
}

function CameraLine({ camera, days, today }: CameraLineProps) {
  const { t } = useTown().words
  return (
    <tr data-camera={camera.id}>
      <th scope="row">{camera.name}</th>
      {days.map((day, index) => {
        const cell = cellAt(camera, index)
        const kind = kindOfCell(cell, index === today)
        const said = t('coverage.cell', { camera: camera.name, day: dashed(day), ...cell })
        return (
          <td key={day}>
            <span className={`coverage-cell is-${kind}`} title={said}>
              {kind === 'none' ? '–' : `${cell.looked}/${cell.planned}`}
            </span>
          </td>
        )
      })}
    </tr>
  )
}
