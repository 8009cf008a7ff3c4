import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import type { VideoRoundState } from '../../../gateway/domain/video-round.ts'
import type { VideoRoundDetail } from '../api/types.ts'
import { formatRough } from '../app/duration.ts'
import { shortTime, timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { ExcuseDialog } from './excuse-dialog.tsx'
import { plansRounds } from './planners.ts'
import { RoundState } from './round-state.tsx'
import { isOpen, unseen } from './rounds.ts'
import type { RoundActs } from './use-round-acts.ts'

interface RoundHeadProps {
  round: VideoRoundDetail
  state: VideoRoundState
  now: number
  acts: RoundActs
  onSign: () => void
  onDialog: (isOpen: boolean) => void
}

export function RoundHead({ round, state, now, acts, onSign, onDialog }: RoundHeadProps) {
  const town = useTown()
  const { t } = town.words
  const [isExcusing, setExcusing] = useState(false)
  const mayExcuse = plansRounds(town.session.person.role) && !['done', 'excused'].includes(state)
  const left = unseen(round).length

  function ask(isAsking: boolean): void {
    setExcusing(isAsking)
    onDialog(isAsking)
  }

  return (
    <header className="round-head">
      <Link to="/video" className="round-back" aria-label={t('round.back')}>
        <Icon name="back" size={20} />
      </Link>
      <div className="round-title">
        <h1>
          {round.name} <RoundState state={state} />
        </h1>
        <p className="second">{useSubtitle(round, state, now)}</p>
      </div>
      <div className="round-acts">
        {isOpen(state) && (
          <span className={left > 0 ? 'second' : 'round-ready'} role="status">
            {left > 0 ? t('round.unseenLeft', { n: left }) : t('round.allSeen')}
          </span>
        )}
        {mayExcuse && (
          <Button disabled={acts.isBusy} onClick={() => ask(true)}>
            {t('round.excuse')}
          </Button>
        )}
        {isOpen(state) && (
          <Button
            type="primary"
            data-act="sign"
            disabled={left > 0 || acts.isBusy}
            onClick={onSign}
          >
            {t('round.sign')} <kbd className="kbd">S</kbd>
          </Button>
        )}
      </div>
      {isExcusing && <ExcuseDialog round={round} acts={acts} onClose={() => ask(false)} />}
    </header>
  )
}

function useSubtitle(round: VideoRoundDetail, state: VideoRoundState, now: number): string {
  const { place, words, zone } = useTown()
  const { t, durations } = words
  const { scope, dueFrom, dueUntil, signedAt, signedBy, excusedReason } = round
  const from = shortTime(dueFrom, now, zone)
  const parts = [place(scope), t('video.window', { from, until: timeOfDay(dueUntil, zone) })]
  if (isOpen(state)) parts.push(t('video.left', { time: formatRough(dueUntil - now, durations) }))
  if (signedAt !== null) {
    const time = shortTime(signedAt, now, zone)
    parts.push(t('video.signed', { by: signedBy ?? '', time }))
  } else if (excusedReason !== null) parts.push(t('video.excusedFor', { reason: excusedReason }))
  return parts.join(' · ')
}
