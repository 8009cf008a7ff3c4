import type { CaseDetail } from '../api/types.ts'
import { formatElapsed } from '../app/duration.ts'
import { useNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { type Stage, stages } from './case-clock.ts'

export function Stepper({ detail }: { detail: CaseDetail }) {
  const { t } = useTown().words
  const now = useNow()
  return (
    <ol className="stepper" aria-label={t('stepper.label')}>
      {stages(detail, now).map((stage, index) => (
        <li
          key={stage.state}
          className={`is-${stage.standing}`}
          aria-current={stage.standing === 'now' ? 'step' : undefined}
        >
          <span className="stepper-mark">
            {stage.standing === 'done' ? <Icon name="check" size={15} /> : index + 1}
          </span>
          <strong>{t(`state.${stage.shown}`)}</strong>
          <StageTime stage={stage} />
        </li>
      ))}
    </ol>
  )
}

function StageTime({ stage }: { stage: Stage }) {
  const { t, durations } = useTown().words
  const limit =
    stage.limitMin === null
      ? ''
      : ` / ${t('stepper.limit', { n: durations.minutes(stage.limitMin) })}`
  if (stage.standing === 'ahead' || stage.spentMs === null || stage.state === 'closed') {
    return (
      <span className="second">
        {stage.limitMin === null
          ? '\u00A0'
          : t('stepper.limit', { n: durations.minutes(stage.limitMin) })}
      </span>
    )
  }
  return (
    <span className="second">
      {t('stepper.used', { time: formatElapsed(stage.spentMs, durations) })}
      {limit}
    </span>
  )
}

/** 时限: one bar a step, full at its limit, inverse when beyond. */
export function ClockBars({ detail }: { detail: CaseDetail }) {
  const { t, durations } = useTown().words
  const now = useNow()
  const timed = stages(detail, now).filter((stage) => stage.limitMin !== null)
  if (timed.length === 0) return null
  return (
    <section className="panel case-card">
      <h2 className="panel-title">{t('limits.title')}</h2>
      <ul className="clock-bars">
        {timed.map((stage) => {
          const limitMs = (stage.limitMin ?? 0) * 60_000
          const spent = stage.spentMs ?? 0
          const isLate = spent > limitMs
          return (
            <li key={stage.state} className={`is-${stage.standing}`}>
              <span>{t(`state.${stage.state}`)}</span>
              <i className="clock-bar">
                <i
                  style={{
                    width: `${Math.min(100, limitMs === 0 ? 0 : (spent / limitMs) * 100)}%`,
                  }}
                />
              </i>
              <span className={isLate ? 'overdue' : ''}>
                {stage.spentMs === null ? '–' : formatElapsed(spent, durations)} /{' '}
                {formatElapsed(limitMs, durations)}
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
