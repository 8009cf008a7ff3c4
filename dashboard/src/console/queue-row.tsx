import { memo } from 'react'
import type { CaseView } from '../api/types.ts'
import { formatElapsed, formatRough } from '../app/duration.ts'
import { serverNow, useNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { marksOf } from '../cases/case-marks.tsx'
import { Badge, badgeState } from '../parts/badge.tsx'
import { DueNote } from '../parts/due-clock.tsx'
import { Icon } from '../parts/icon.tsx'
import { describeCause, rowTitle } from '../parts/words.ts'

interface QueueRowProps {
  one: CaseView
  isSelected: boolean
  onSelect: (id: string) => void
}

/** Three lines: what and how long, which device and value, who. */
export const QueueRow = memo(function QueueRow({ one, isSelected, onSelect }: QueueRowProps) {
  const town = useTown()
  const state = badgeState(one)
  const alarm = one.lastAlarm
  const title = town.title(one)
  return (
    <li>
      <button
        type="button"
        className={`queue-row is-${state}`}
        aria-current={isSelected}
        data-case={one.id}
        data-state={one.state}
        onClick={() => onSelect(one.id)}
      >
        <span className="queue-badge">
          <Badge severity={one.severity} size={28} state={state} />
        </span>
        <span className="queue-words">
          <span className="queue-first">
            <span className="queue-title one-line" title={title}>
              {rowTitle(town.words, one, town.places)}
            </span>
            <Elapsed one={one} />
          </span>
          {alarm ? (
            <span className="queue-second one-line" title={alarm.deviceName}>
              {alarm.deviceName} · {describeCause(town.words, alarm, town.zone)}
            </span>
          ) : (
            one.text !== null && (
              <span className="queue-second one-line" title={one.text}>
                {one.text}
              </span>
            )
          )}
          <span className="queue-third">
            <Who one={one} />
          </span>
        </span>
      </button>
    </li>
  )
})

/** The row has room for one mark, or else for who has it; the detail has them all. */
function MarkOrHolder({ one }: { one: CaseView }) {
  const [mark] = marksOf(useTown(), one, serverNow())
  const holder = one.claimed ?? one.holder
  if (mark) {
    return (
      <span className={mark.isLate ? 'overdue' : 'one-line'} title={mark.text}>
        {mark.short ?? mark.text}
      </span>
    )
  }
  if (!holder) return null
  return (
    <span className="queue-holder one-line">
      <Icon name="person" size={13} /> {holder.name}
    </span>
  )
}

function Elapsed({ one }: { one: CaseView }) {
  const { durations } = useTown().words
  const now = useNow()
  const spent = now - one.openedAt
  const text =
    one.severity === 'blue' && spent >= 60_000
      ? formatRough(spent, durations)
      : formatElapsed(spent, durations)
  return <time className="queue-elapsed">{text}</time>
}

function Who({ one }: { one: CaseView }) {
  const town = useTown()
  const { t } = town.words
  const state = badgeState(one)
  const [mark] = marksOf(town, one, serverNow())
  // Unseen and late: the time that is left to the next one would have no room.
  const isLate = state === 'unacknowledged' && mark?.isLate === true
  return (
    <>
      {state === 'unacknowledged' ? (
        <b>{t('alarm.activeUnacknowledged')}</b>
      ) : state === 'cleared' ? (
        <span>{t('queue.clearedItself')}</span>
      ) : (
        <span>{t(`state.${one.state}`)}</span>
      )}
      <MarkOrHolder one={one} />
      {!isLate && <DueNote one={one} isShort={one.holder !== null || mark !== undefined} />}
    </>
  )
}
