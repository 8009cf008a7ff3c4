import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { directionWord, farWords } from '../parts/far-words.ts'
import { Icon } from '../parts/icon.tsx'
import { Page } from '../parts/page.tsx'
import { PhotoButton } from '../parts/photo-button.tsx'
import type { PhoneState } from '../phone.ts'
import { bearing, distanceM } from '../place/walk.ts'
import { usePhone } from '../use-phone.ts'
import { type Key, useWords, type Words } from '../words/words.ts'
import { Stored } from './report.tsx'
import type { Ways } from './use-screens.ts'

type Verdict = 'settled' | 'unsettled'
type OpenTask = PhoneState['tasks'][number]

/** Seen on the spot: settled with a photo, or what is still missing. */
export function Task({ ways, id }: { ways: Ways; id: string }) {
  const words = useWords()
  const { t } = words
  const { state, acts } = usePhone()
  const [task] = useState(() => state.tasks.find((one) => one.id === id))
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const [photo, setPhoto] = useState<Blob | null>(null)
  const [note, setNote] = useState('')
  const [said, setSaid] = useState<Key | null>(null)
  const [isStored, setStored] = useState(false)

  async function send(): Promise<void> {
    if (verdict === null) return setSaid('task.verdictNeeded')
    const missing = missingOf(verdict, photo, note)
    if (missing) return setSaid(missing)
    const outcome = await acts.checkIn({ kind: 'task', task: id })
    if (outcome.kind !== 'done') return setSaid('scan.failed')
    const words = note.trim() === '' ? undefined : note.trim()
    await acts.finish(outcome.checkin.id, {
      task: id,
      verdict,
      note: words,
      photo: photo ?? undefined,
    })
    acts.closeDone()
    setStored(true)
  }

  if (isStored) return <Stored title="task.sent" text="done.stored" ways={ways} />
  if (!task) {
    return (
      <Page title={t('task.title')} onBack={ways.back}>
        <h2 className="ask">{t('tasks.none')}</h2>
      </Page>
    )
  }
  return (
    <Page
      title={t('task.title')}
      onBack={ways.back}
      acts={
        <>
          {said && <p role="alert">{t(said)}</p>}
          <Button look="primary" isBig icon="check" onClick={() => void send()}>
            {t('task.send')}
          </Button>
        </>
      }
    >
      <h2 className="ask">{task.title}</h2>
      <p className="second">{task.number}</p>
      <p className="where">
        <Icon name="place" />
        <span>{wayWords(task, state, words)}</span>
      </p>
      <p>
        <span className="second">{t('task.what')}</span> {task.text ?? t('task.nothing')}
      </p>
      <h2 className="ask">{t('task.ask')}</h2>
      <div className="pair">
        {(['settled', 'unsettled'] as const).map((name) => (
          <Button
            key={name}
            look={verdict === name ? 'chosen' : 'plain'}
            pressed={verdict === name}
            onClick={() => {
              setVerdict(name)
              setSaid(null)
            }}
          >
            {t(`task.${name}`)}
          </Button>
        ))}
      </div>
      <PhotoButton
        isChosen={photo !== null}
        icon={photo ? 'check' : 'camera'}
        onPhoto={(taken) => {
          setPhoto(taken)
          setSaid(null)
        }}
      >
        {t(photo ? 'task.photoKept' : 'task.photo')}
      </PhotoButton>
      {verdict === 'unsettled' && (
        <label className="field">
          <span>{t('task.word')}</span>
          <textarea
            rows={3}
            maxLength={500}
            value={note}
            onChange={(e) => setNote(e.target.value)}
          />
        </label>
      )}
    </Page>
  )
}

function missingOf(verdict: Verdict, photo: Blob | null, note: string): Key | null {
  if (verdict === 'settled') return photo ? null : 'task.photoNeeded'
  return note.trim() === '' ? 'task.wordNeeded' : null
}

function wayWords(task: OpenTask, { fix, day }: PhoneState, { t }: Words): string {
  const near = day?.points.find(({ id }) => id === task.point)?.name
  if (!fix) return near ?? t('home.noFix')
  const far = distanceM(fix, task)
  if (far <= task.radiusM) return t('task.here')
  return t('task.far', { far: farWords(t, far), direction: directionWord(t, bearing(fix, task)) })
}
