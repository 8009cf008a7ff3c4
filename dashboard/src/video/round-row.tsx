import { Link } from '@tanstack/react-router'
import type { VideoRoundView } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { RoundState } from './round-state.tsx'
import { isOpen, stateOf } from './rounds.ts'

interface RoundRowProps {
  round: VideoRoundView
  now: number
}

export function RoundRow({ round, now }: RoundRowProps) {
  const town = useTown()
  const { t, durations } = town.words
  const { id, name, scope, cameras, looked, reported, dueFrom, dueUntil } = round
  const state = stateOf(round, now)
  const isNow = isOpen(state)
  const window = { from: timeOfDay(dueFrom, town.zone), until: timeOfDay(dueUntil, town.zone) }
  return (
    <li className={`round-row is-${state}`} data-round={id}>
      <div className="round-when">
        <b>{t('video.window', window)}</b>
        {isNow && (
          <span className="second">
            {t('video.left', { time: formatRough(dueUntil - now, durations) })}
          </span>
        )}
        {state === 'planned' && (
          <span className="second">
            {t('video.beginsIn', { time: formatRough(dueFrom - now, durations) })}
          </span>
        )}
      </div>
      <div className="round-words">
        <p className="round-name">
          <b>{name}</b> <RoundState state={state} />
        </p>
        <p className="second">
          {town.place(scope)} · {t('video.cameras', { n: cameras.length })}
        </p>
        <Ending round={round} />
      </div>
      <div className="round-progress">
        {state !== 'planned' && state !== 'excused' && (
          <>
            <span>{t('video.progress', { n: looked, all: cameras.length })}</span>
            <i className="round-bar" aria-hidden="true">
              <i style={{ width: `${(looked / Math.max(1, cameras.length)) * 100}%` }} />
            </i>
            {reported > 0 && <span className="second">{t('video.reported', { n: reported })}</span>}
          </>
        )}
      </div>
      <Link
        to="/video/$id"
        params={{ id }}
        className={isNow ? 'round-go is-now' : 'round-go'}
        {...(!isNow && { 'aria-label': t('video.openFor', { name, time: window.from }) })}
      >
        {t(!isNow ? 'video.open' : looked > 0 ? 'video.goOn' : 'video.begin')}
      </Link>
    </li>
  )
}

/** How it ended: signed by whom, or why it was not made. */
function Ending({ round }: { round: VideoRoundView }) {
  const { words, zone } = useTown()
  const { signedAt, signedBy, excusedReason } = round
  if (signedAt !== null)
    return (
      <p className="second">
        {words.t('video.signed', { by: signedBy ?? '', time: timeOfDay(signedAt, zone) })}
      </p>
    )
  if (excusedReason === null) return null
  return <p className="second">{words.t('video.excusedFor', { reason: excusedReason })}</p>
}
