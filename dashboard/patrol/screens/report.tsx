import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { Page } from '../parts/page.tsx'
import { Photos } from '../parts/photos.tsx'
import type { Voice } from '../parts/use-recorder.ts'
import { VoiceNote } from '../parts/voice-note.tsx'
import type { PhoneState } from '../phone.ts'
import { usePhone } from '../use-phone.ts'
import { hazardName, type Key, useWords, type Words } from '../words/words.ts'
import type { Ways } from './use-screens.ts'

/** Of the road: these come from the system or have a button of their own. */
const notReported = new Set(['deviceFault', 'patrolMissed', 'helpCall'])

interface ReportProps {
  ways: Ways
  hazard?: string | undefined
  text?: string | undefined
}

/** 随手报: what it is, a photo, a word; where it is the phone knows. */
export function Report({ ways, hazard: firstHazard, text: firstText = '' }: ReportProps) {
  const words = useWords()
  const { t } = words
  const { state, acts } = usePhone()
  const [hazard, setHazard] = useState(firstHazard ?? null)
  const [photos, setPhotos] = useState<Blob[]>([])
  const [voice, setVoice] = useState<Voice | null>(null)
  const [text, setText] = useState(firstText)
  const [said, setSaid] = useState<Key | null>(null)
  const [isStored, setStored] = useState(false)
  const [isBusy, setBusy] = useState(false)

  async function send(): Promise<void> {
    if (hazard === null) return setSaid('report.need')
    setBusy(true)
    const draft = { hazard, text: text.trim(), photos, voice: voice?.bytes ?? null }
    const outcome = await acts.report(draft)
    setBusy(false)
    if (outcome.kind === 'stored') return setStored(true)
    setSaid(outcome.kind === 'diskFull' ? 'report.diskFull' : 'report.failed')
  }

  if (isStored) return <Stored title="report.sent" text="report.sentText" ways={ways} />
  return (
    <Page
      title={t('report.title')}
      onBack={ways.back}
      acts={
        <>
          {said && <p role="alert">{t(said)}</p>}
          <Button look="primary" isBig icon="upload" isBusy={isBusy} onClick={() => void send()}>
            {t('report.send')}
          </Button>
        </>
      }
    >
      <h2 className="ask">{t('report.what')}</h2>
      <div className="choices choices-two">
        {hazardsOf(state, words).map(({ id, name }) => (
          <Button
            key={id}
            look={id === hazard ? 'chosen' : 'plain'}
            pressed={id === hazard}
            onClick={() => {
              setHazard(id)
              setSaid(null)
            }}
          >
            {name}
          </Button>
        ))}
      </div>
      <Photos photos={photos} onPhotos={setPhotos} />
      <VoiceNote voice={voice} onVoice={setVoice} />
      <label className="field">
        <span>{t('report.type')}</span>
        <textarea
          rows={3}
          maxLength={1000}
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
      </label>
      <p className="where">
        <Icon name="place" />
        <span>{whereWords(state, words)}</span>
      </p>
    </Page>
  )
}

function hazardsOf({ day }: PhoneState, words: Words) {
  const known = day?.hazards ?? []
  const ids = known.length > 0 ? known.map(({ id }) => id) : ['forestFire', 'environment']
  return ids
    .filter((id) => !notReported.has(id))
    .map((id) => ({ id, name: hazardName(words, id, known) }))
}

export function whereWords({ fix, walk }: Pick<PhoneState, 'fix' | 'walk'>, { t }: Words): string {
  if (fix) return t('report.whereFix', { m: Math.round(fix.accuracyM) })
  const last = walk?.points
    .filter(({ visitedAt }) => visitedAt !== null)
    .toSorted((a, b) => (b.visitedAt ?? 0) - (a.visitedAt ?? 0))[0]
  return last ? t('report.whereNear', { point: last.point.name }) : t('report.whereUnknown')
}

interface StoredProps {
  title: Key
  text: Key
  ways: Ways
}

/** On the phone is as good as sent: it goes by itself. */
export function Stored({ title, text, ways }: StoredProps) {
  const { t } = useWords()
  return (
    <div className="page">
      <main className="page-main page-middle">
        <div className="done" role="status">
          <svg className="tick" viewBox="0 0 108 108" aria-hidden="true">
            <circle cx="54" cy="54" r="54" />
            <path d="M29 56 46 73 80 38" />
          </svg>
          <div>
            <h1>{t(title)}</h1>
            <p className="second">{t(text)}</p>
          </div>
        </div>
      </main>
      <footer className="acts">
        <Button look="primary" isBig iconEnd="next" onClick={ways.home}>
          {t('done.on')}
        </Button>
      </footer>
    </div>
  )
}
