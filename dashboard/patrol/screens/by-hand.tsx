import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { farWords } from '../parts/far-words.ts'
import { Page } from '../parts/page.tsx'
import type { DayPoint, PhoneState } from '../phone.ts'
import { distanceM } from '../place/walk.ts'
import { usePhone } from '../use-phone.ts'
import { type Key, useWords } from '../words/words.ts'
import { useOver, type Ways } from './use-screens.ts'

const reasons = ['noTag', 'broken', 'camera', 'blocked', 'other'] as const

/** A point and a reason; the least that a check-in can be. */
export function ByHand({ ways }: { ways: Ways }) {
  const { t } = useWords()
  const { state, acts } = usePhone()
  const { over: point, open: setPoint, close } = useOver<DayPoint>()
  const [reason, setReason] = useState<(typeof reasons)[number] | null>(null)
  const [text, setText] = useState('')
  const [failure, setFailure] = useState<Key | null>(null)
  const note = reason === 'other' ? text.trim() : reason ? t(`hand.${reason}`) : ''

  async function send(): Promise<void> {
    if (!point || note === '') return
    const outcome = await acts.checkIn({ kind: 'manual', point: point.id, reason: note })
    if (outcome.kind === 'done') return ways.home()
    setFailure(outcome.kind === 'diskFull' ? 'scan.diskFull' : 'scan.failed')
  }

  if (!point) {
    return (
      <Page title={t('hand.title')} onBack={ways.back}>
        <h2 className="ask">{t('hand.point')}</h2>
        <Points state={state} onChoose={setPoint} />
      </Page>
    )
  }
  return (
    <Page
      title={point.name}
      onBack={close}
      acts={
        note !== '' && (
          <Button look="primary" isBig icon="check" onClick={() => void send()}>
            {t('hand.send')}
          </Button>
        )
      }
    >
      <h2 className="ask">{t('hand.reason')}</h2>
      <div className="choices">
        {reasons.map((name) => (
          <Button
            key={name}
            look={name === reason ? 'chosen' : 'plain'}
            pressed={name === reason}
            onClick={() => setReason(name)}
          >
            {t(`hand.${name}`)}
          </Button>
        ))}
      </div>
      {reason === 'other' && (
        <label className="field">
          <span>{t('hand.otherLabel')}</span>
          <textarea
            rows={2}
            maxLength={200}
            value={text}
            onChange={(e) => setText(e.target.value)}
          />
        </label>
      )}
      <p className="second">{t('hand.grade')}</p>
      {failure && <p role="alert">{t(failure)}</p>}
    </Page>
  )
}

/** The next first, then the rest of the round, then everything else the phone knows. */
function pointsOf({ walk, day, fix }: PhoneState) {
  const far = (point: DayPoint) => (fix ? distanceM(fix, point) : null)
  const inWalk = walk?.points ?? []
  const known = new Set(inWalk.map(({ point }) => point.id))
  const others = (day?.points ?? []).filter(({ id }) => !known.has(id))
  const listed = [
    ...inWalk.filter(({ visitedAt }) => visitedAt === null),
    ...inWalk.filter(({ visitedAt }) => visitedAt !== null),
    ...others.map((point) => ({ point, visitedAt: null })),
  ]
  const rank = ({ point }: (typeof listed)[number]) => (point.id === walk?.next?.id ? 0 : 1)
  return listed
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ point, visitedAt }) => ({ point, isVisited: visitedAt !== null, far: far(point) }))
}

function Points({ state, onChoose }: { state: PhoneState; onChoose: (point: DayPoint) => void }) {
  const { t } = useWords()
  const points = pointsOf(state)
  if (points.length === 0) return <p>{t('hand.none')}</p>
  return (
    <ul className="rows">
      {points.map(({ point, isVisited, far }) => (
        <li key={point.id}>
          <button type="button" className="row" onClick={() => onChoose(point)}>
            <b>{point.name}</b>
            <span className="second">
              {isVisited ? t('hand.visited') : far === null ? '' : farWords(t, far)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
