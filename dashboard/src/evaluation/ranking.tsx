import type { EvaluationRow } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { percent, score, span } from './figures.ts'

const steps = ['accept', 'dispatch', 'sign', 'handle'] as const

/** The rows as they come: the best first. On a phone each row becomes a card. */
export function Ranking({ title, rows }: { title: string; rows: readonly EvaluationRow[] }) {
  const { t } = useTown().words
  const onTime = (step: (typeof steps)[number]) =>
    t('evaluation.onTime', { step: t(`evaluation.step.${step}`) })
  return (
    <table className="ranking" aria-label={title}>
      <thead>
        <tr>
          <th scope="col">{t('evaluation.rank')}</th>
          <th scope="col">{title}</th>
          <th scope="col">{t('evaluation.points')}</th>
          <th scope="col">{t('evaluation.count')}</th>
          {steps.map((step) => (
            <th scope="col" key={step}>
              {onTime(step)}
            </th>
          ))}
          <th scope="col">{t('evaluation.returned')}</th>
          <th scope="col">{t('evaluation.reworked')}</th>
          <th scope="col">{t('evaluation.close')}</th>
          <th scope="col">{t('evaluation.score')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={row.id} data-row={row.id}>
            <td className="ranking-place">{row.points === null ? '–' : index + 1}</td>
            <th scope="row" className="ranking-name">
              {row.name}
            </th>
            <td className="ranking-points">{score(row.points)}</td>
            <td data-label={t('evaluation.count')}>
              {row.opened} / {row.closed}
            </td>
            {steps.map((step) => (
              <td key={step} data-label={onTime(step)}>
                <Bar rate={row.onTime[step]} />
              </td>
            ))}
            <td data-label={t('evaluation.returned')}>{percent(row.returnRate)}</td>
            <td data-label={t('evaluation.reworked')}>{percent(row.reworkRate)}</td>
            <td data-label={t('evaluation.close')}>{span(row.medianMinutes.close, t)}</td>
            <td data-label={t('evaluation.score')}>{score(row.meanScore)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The figure is always beside it: a bar alone is not read on paper. */
function Bar({ rate }: { rate: number | null }) {
  // An empty bar would say that nothing was on time.
  if (rate === null) return percent(rate)
  return (
    <span className="rate">
      <span className="rate-track">
        <i style={{ width: `${rate * 100}%` }} />
      </span>
      {percent(rate)}
    </span>
  )
}
