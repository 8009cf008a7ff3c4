import type { CaseView } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { type TownView, useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import './case-marks.css'

/** What stands beside the state: urged, supervised, more time asked, put aside, late before. */

type Marked = Pick<
  CaseView,
  | 'state'
  | 'reminders'
  | 'supervision'
  | 'supervisions'
  | 'extension'
  | 'dueAt'
  | 'overdueSince'
  | 'plannedEvent'
>

export interface MarkWords {
  key: string
  text: string
  /** Where there is room for little. */
  short?: string
  /** Late: inverse, as everywhere. */
  isLate: boolean
}

export function marksOf({ words, zone }: TownView, one: Marked, now: number): MarkWords[] {
  const { t } = words
  const time = (at: number) => shortTime(at, now, zone)
  const marks: (MarkWords | null)[] = [
    // The clock of the level above runs anew; since when it is late is another thing.
    one.overdueSince !== null && (one.dueAt === null || one.dueAt > now)
      ? {
          key: 'overdue',
          text: t('mark.overdueSince', { time: time(one.overdueSince) }),
          isLate: true,
        }
      : null,
    plannedMark(t, one.plannedEvent),
    one.reminders > 0
      ? { key: 'reminders', text: t('mark.reminders', { n: one.reminders }), isLate: false }
      : null,
    one.supervision !== null
      ? {
          key: 'supervision',
          text: t('mark.supervision', { time: time(one.supervision.dueAt) }),
          isLate: one.supervision.dueAt < now,
        }
      : one.supervisions > 0
        ? { key: 'supervised', text: t('mark.supervised', { n: one.supervisions }), isLate: false }
        : null,
    one.extension === null ? null : { key: 'extension', text: t('mark.extension'), isLate: false },
    one.state === 'suspended' && one.dueAt !== null
      ? { key: 'suspended', text: t('mark.suspended', { time: time(one.dueAt) }), isLate: false }
      : null,
  ]
  return marks.filter((mark) => mark !== null)
}

const longestTitle = 18

/** 报备: it explains the alarm, or did until more was seen. */
function plannedMark(t: TownView['words']['t'], event: Marked['plannedEvent']): MarkWords | null {
  if (event === null) return null
  const isLong = event.title.length > longestTitle
  const title = isLong ? `${event.title.slice(0, longestTitle - 1)}…` : event.title
  const { isOutgrown } = event
  const text = t(isOutgrown ? 'mark.outgrown' : 'mark.planned', { title })
  const short = t(isOutgrown ? 'mark.outgrownShort' : 'mark.plannedShort')
  return { key: 'planned', text, short, isLate: false }
}

interface CaseMarksProps {
  one: CaseView
  most?: number
  isShort?: boolean
}

export function CaseMarks({ one, most, isShort = false }: CaseMarksProps) {
  const town = useTown()
  const marks = marksOf(town, one, serverNow())
  if (marks.length === 0) return null
  return (
    <span className="case-marks">
      {marks.slice(0, most).map((mark) => (
        <span
          key={mark.key}
          className={mark.isLate ? 'overdue' : 'mark-chip'}
          data-mark={mark.key}
          title={isShort ? mark.text : undefined}
        >
          {isShort ? (mark.short ?? mark.text) : mark.text}
        </span>
      ))}
    </span>
  )
}

/** Whose it is, and who said to be on it. */
export function WhoIsOn({ one }: { one: CaseView }) {
  const { t } = useTown().words
  if (one.claimed === null) return null
  return (
    <span className="who-is-on one-line" title={t('mark.claimed', { name: one.claimed.name })}>
      <Icon name="person" size={13} /> {t('mark.claimed', { name: one.claimed.name })}
    </span>
  )
}
