import type { CheckinGrade } from '../../../gateway/domain/checkin.ts'
import type { CheckinView } from '../api/types.ts'
import { useTown } from '../app/town.ts'

/** What somebody should look at, in a word each; refusals stand out, marks accuse nobody. */
export function CheckinMarks({ checkin }: { checkin: CheckinView }) {
  const { t } = useTown().words
  const { refusal, marks } = checkin
  if (refusal === null && marks.length === 0) return null
  return (
    <span className="checkin-marks">
      {refusal && <span className="overdue">{t(`refusal.${refusal.kind}`)}</span>}
      {marks.map((mark) => (
        <span key={mark} className="mark-chip">
          {t(`mark.${mark}`)}
        </span>
      ))}
    </span>
  )
}

/** How well it proves that somebody was there: full bars for what cannot be copied. */
export function GradeWord({ grade }: { grade: CheckinGrade }) {
  const { t } = useTown().words
  return (
    <span className="grade" data-grade={grade} title={t(`grade.why.${grade}`)}>
      <i aria-hidden="true" />
      <i aria-hidden="true" />
      <i aria-hidden="true" />
      {t(`grade.${grade}`)}
    </span>
  )
}
