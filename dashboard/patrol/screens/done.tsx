import { useEffect, useState } from 'react'
import { timeOfDay } from '../../src/app/time.ts'
import { Button } from '../parts/button.tsx'
import { directionWord, farWords } from '../parts/far-words.ts'
import { WalkActs } from '../parts/walk-acts.tsx'
import { Progress, WalkHead } from '../parts/walk-head.tsx'
import type { DoneCheckin, PhoneState } from '../phone.ts'
import { celebrate } from '../sound/celebrate.ts'
import { usePhone } from '../use-phone.ts'
import { type Key, useWords, type Words } from '../words/words.ts'
import { type Additions, DoneMore } from './done-more.tsx'
import { Findings } from './findings.tsx'
import { useOver, type Ways } from './use-screens.ts'
import { WordPage } from './word.tsx'

/** The tick: it counts, it is on the phone, and what may still be said of the place. */
export function Done({ done, ways }: { done: DoneCheckin; ways: Ways }) {
  const words = useWords()
  const { t } = words
  const { state, acts } = usePhone()
  const { over, open, close } = useOver<'word' | 'findings'>()
  const [added, setAdded] = useState<Additions>({ isFine: false })
  const [isLate, setLate] = useState(false)
  // oxlint-disable-next-line react/exhaustive-deps -- once a tick: it belongs to the moment of the scan
  useEffect(() => celebrate(said(done, state, words), words.language), [done])

  async function leave(findings?: string[]): Promise<void> {
    if (findings) await acts.finish(done.id, { findings })
    acts.closeDone()
  }

  /** Said to be kept when it is: the phone may be put away right after. */
  async function add(more: Additions): Promise<void> {
    const photo = more.photo === added.photo ? undefined : more.photo
    const note = more.note === added.note ? undefined : more.note
    const isKept = photo || note ? await acts.add(done.id, { photo, note }) : true
    if (isKept) return setAdded((now) => ({ ...now, ...more }))
    if (note) await acts.say(done.id, note)
    if (note) setAdded((now) => ({ ...now, note }))
    if (photo) setLate(true)
  }

  if (over === 'word') {
    return (
      <WordPage
        first={added.note ?? ''}
        onBack={close}
        onKeep={(note) => {
          void add({ ...added, note })
          close()
        }}
      />
    )
  }
  if (over === 'findings') {
    return (
      <Findings
        checklist={done.checklist}
        onBack={close}
        onReport={async (findings) => {
          await leave(findings)
          ways.go({ name: 'report', hazard: findings[0], text: '' })
        }}
      />
    )
  }
  const next = state.walk?.next ?? null
  return (
    <div className="page page-walk">
      <WalkHead ways={ways} />
      <main className="walk-main">
        <Progress />
        <section className="card card-done">
          <Tick done={done} />
          <DoneMore
            done={done}
            added={added}
            isLate={isLate}
            onOpen={() => void acts.hold(done.id)}
            onAdd={(more) => void add(more)}
            onWord={() => {
              void acts.hold(done.id)
              open('word')
            }}
            onFindings={() => {
              void acts.hold(done.id)
              open('findings')
            }}
          />
        </section>
        {next ? <NextLine /> : state.walk && <p className="next-line">{t('done.last')}</p>}
      </main>
      <WalkActs ways={ways} onLeave={() => void leave()}>
        <Button look="primary" isBig iconEnd="next" onClick={() => void leave()}>
          {t('done.on')}
        </Button>
      </WalkActs>
    </div>
  )
}

function said(done: DoneCheckin, { walk }: PhoneState, { t }: Words): string {
  const name = done.point?.name ?? t('done.unknownPoint')
  const next = walk?.next ? t('done.saidNext', { point: walk.next.name }) : ''
  return `${t('done.said', { point: name })}${next}`
}

function placeKey(state: PhoneState, id: string): Key {
  if (state.taken.some((taken) => taken.id === id)) return 'done.uploaded'
  const isNear = state.isOnline && (state.sync === 'sending' || state.sync === 'idle')
  return isNear ? 'done.storedOnline' : 'done.stored'
}

function Tick({ done }: { done: DoneCheckin }) {
  const { t } = useWords()
  const { state } = usePhone()
  const zone = state.day?.town.timeZone ?? 'Asia/Shanghai'
  const name = done.point?.name ?? t('done.unknownPoint')
  const point = done.isProbable ? t('done.probable', { point: name }) : name
  return (
    <div className="done" role="status">
      <svg className="tick" viewBox="0 0 108 108" aria-hidden="true">
        <circle cx="54" cy="54" r="54" />
        <path d="M29 56 46 73 80 38" />
      </svg>
      <div>
        <h2>{t(done.isAgain ? 'done.again' : 'done.title')}</h2>
        <p className={point.length > 10 ? 'done-point done-point-long' : 'done-point'}>
          {point} <span className="done-time">· {timeOfDay(done.at, zone)}</span>
        </p>
        <p className="second">{t(placeKey(state, done.id))}</p>
      </div>
    </div>
  )
}

function NextLine() {
  const { t } = useWords()
  const { state } = usePhone()
  const { walk } = state
  if (!walk?.next) return null
  const { distanceM, bearing } = walk
  return (
    <p className="next-line">
      <span>{t('home.nextPlain')}</span>
      <b>{walk.next.name}</b>
      {distanceM !== null && bearing !== null && (
        <span className="next-far">
          {t('home.goShort', {
            direction: directionWord(t, bearing),
            far: farWords(t, distanceM),
          })}
        </span>
      )}
    </p>
  )
}
