import type { CaseView } from '../api/types.ts'
import { formatElapsed } from '../app/duration.ts'
import { useNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { dueOf } from '../cases/case-clock.ts'

type Clocked = Pick<CaseView, 'state' | 'dueAt' | 'overdue' | 'openedAt' | 'stepSince'>

/** The one running clock of a page, with what it counts under it. */
export function DueClock({ one, limitMin }: { one: Clocked; limitMin: number | null }) {
  const { t, durations } = useTown().words
  const now = useNow()
  const due = dueOf(one, now)
  if (due === null) {
    return (
      <div className="due-clock">
        <span className="clock">{formatElapsed(now - one.stepSince, durations)}</span>
        <span className="second">{t('clock.since', { state: t(`state.${one.state}`) })}</span>
      </div>
    )
  }
  const limit = limitMin === null ? '' : t('clock.limit', { n: durations.minutes(limitMin) })
  const step = due.clock === null ? t('clock.step') : t(`clock.${due.clock}`)
  return (
    <div className="due-clock">
      <span className={due.isOverdue ? 'clock is-overdue' : 'clock'}>
        {formatElapsed(due.ms, durations)}
      </span>
      <span className="second">
        {one.state === 'suspended'
          ? t('clock.suspended')
          : due.isOverdue
            ? t('clock.late', { step })
            : t('clock.left', { step })}
        {limit}
      </span>
    </div>
  )
}

/**
 * The same in a row: words while there is time, an inverse chip when there is none. Short where the
 * state stands beside it and says which step it is.
 */
export function DueNote({ one, isShort = false }: { one: Clocked; isShort?: boolean }) {
  const { t, durations } = useTown().words
  const now = useNow()
  const due = dueOf(one, now)
  if (due === null) return null
  const time = formatElapsed(due.ms, durations)
  if (due.isOverdue) return <span className="overdue">{t('clock.overdue', { time })}</span>
  if (one.state === 'suspended') return <span>{t('clock.resumes', { time })}</span>
  if (isShort || due.clock === null) return <span>{t('clock.leftShort', { time })}</span>
  return <span>{t('clock.leftFor', { step: t(`clock.${due.clock}`), time })}</span>
}
