import { useState } from 'react'
import type { CaseDetail } from '../api/types.ts'
import { serverNow } from '../app/now.ts'
import { shortTime, stamp } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import './voices.css'

type Voice = CaseDetail['voices'][number]

/** What people said into their phones; each plays where it stands. */
export function VoiceRow({ voices }: { voices: readonly Voice[] }) {
  const { t } = useTown().words
  if (voices.length === 0) return null
  return (
    <ul className="voice-row" aria-label={t('voices.label')}>
      {voices.map((voice) => (
        <li key={voice.sha256}>
          <KeptVoice voice={voice} />
        </li>
      ))}
    </ul>
  )
}

function KeptVoice({ voice: { sha256, at, by } }: { voice: Voice }) {
  const { words, zone } = useTown()
  const { t } = words
  const [isBroken, setBroken] = useState(false)
  return (
    <>
      {isBroken ? (
        <span className="second">{t('voices.gone')}</span>
      ) : (
        // Nobody listens by opening the page: who does is written down. There are no captions.
        <audio
          controls
          controlsList="nodownload"
          preload="none"
          aria-label={t('voices.one', { name: by })}
          src={`/api/v1/voices/${sha256}`}
          onError={() => setBroken(true)}
        />
      )}
      <span className="second">
        {by} <time title={stamp(at, zone)}>{shortTime(at, serverNow(), zone)}</time>
      </span>
    </>
  )
}
