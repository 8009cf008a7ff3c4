import type { EvaluationView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { monthWords } from './months.ts'

/** Each day as two bars; drawn as boxes, which paper shows as the screen does. */
export function MonthDays({ month, days }: Pick<EvaluationView, 'month' | 'days'>) {
  const { t, language } = useTown().words
  const most = Math.max(1, ...days.flatMap(({ opened, closed }) => [opened, closed]))
  const sum = (of: 'opened' | 'closed') => days.reduce((total, day) => total + day[of], 0)
  const height = (count: number) => ({ height: `${(count / most) * 100}%` })
  const label = t('evaluation.days.words', {
    month: monthWords(month, language),
    opened: sum('opened'),
    closed: sum('closed'),
  })
  return (
    <figure className="month-days" aria-label={label}>
      <p className="month-legend second" aria-hidden="true">
        <i className="is-opened" /> {t('evaluation.opened')} {sum('opened')}
        <i className="is-closed" /> {t('evaluation.closed')} {sum('closed')}
        <span className="month-most">{t('evaluation.cases', { n: most })}</span>
      </p>
      <ol aria-hidden="true">
        {days.map((day, index) => (
          <li key={day.day} title={`${day.day}  ${day.opened} / ${day.closed}`}>
            <span className="month-bars">
              <i className="is-opened" style={height(day.opened)} />
              <i className="is-closed" style={height(day.closed)} />
            </span>
            <span className="second">{index % 5 === 0 ? index + 1 : ''}</span>
          </li>
        ))}
      </ol>
    </figure>
  )
}
