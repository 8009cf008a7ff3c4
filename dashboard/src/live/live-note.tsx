import { formatRough } from '../app/duration.ts'
import { useNow } from '../app/now.ts'
import { timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { useLiveState } from './live-status.ts'
import './live-note.css'

/** Says how old the figures are; when the link is down, since when, and that it is being mended. */
export function LiveNote() {
  const { words, zone } = useTown()
  const { phase, lastHeardAt: heard } = useLiveState()
  const now = useNow()
  const { t, durations } = words
  if (phase === 'live' && heard !== null) {
    return (
      <span className="live-note is-live" role="status">
        <i className="live-dot" />
        <span className="live-words">
          {t('live.on')} · {t('live.age', { age: formatRough(now - heard, durations) })}
        </span>
      </span>
    )
  }
  return (
    <span className="live-note" role="status">
      <i className="live-dot" />
      <span className="live-words">
        {heard === null ? t('live.connecting') : t('live.stale', { time: timeOfDay(heard, zone) })}
      </span>
    </span>
  )
}
