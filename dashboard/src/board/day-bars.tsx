import type { Board } from '../api/types.ts'
import { useTown } from '../app/town.ts'

/** Seven days as bars; figures above, so that no axis is needed. Today is ink, the past is quiet. */
export function DayBars({ days }: { days: Board['days'] }) {
  const { t } = useTown().words
  const most = Math.max(1, ...days.map((day) => day.cases))
  return (
    <ol className="day-bars">
      {days.map((day, index) => {
        const isToday = index === days.length - 1
        return (
          <li key={day.day} className={isToday ? 'is-today' : ''} title={day.day}>
            <span className="figure">{day.cases}</span>
            <i style={{ height: `${(day.cases / most) * 100}%` }} />
            <span className="second">{isToday ? t('board.today') : day.day.slice(-2)}</span>
          </li>
        )
      })}
    </ol>
  )
}
