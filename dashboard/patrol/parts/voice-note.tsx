import { type Key, useWords } from '../words/words.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import { useObjectUrl } from './use-object-url.ts'
import { type Recorder, useRecorder, type Voice } from './use-recorder.ts'

interface VoiceNoteProps {
  voice: Voice | null
  onVoice: (voice: Voice | null) => void
}

const failures: Partial<Record<Recorder['phase'], Key>> = {
  refused: 'report.voiceRefused',
  missing: 'report.voiceMissing',
}

export function VoiceNote({ voice, onVoice }: VoiceNoteProps) {
  const { t } = useWords()
  const recorder = useRecorder(onVoice)
  if (voice) return <Kept voice={voice} onRemove={() => onVoice(null)} />
  const { phase, isTapped, seconds } = recorder
  const isOn = phase === 'recording'
  const failure = failures[phase]
  const stopKey = isTapped ? 'report.speakStopTap' : 'report.speakStop'
  return (
    <div className="voice">
      <button
        type="button"
        className={`button button-big ${isOn ? 'button-solid' : 'button-plain'} voice-button`}
        aria-pressed={isOn}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          recorder.press(event.timeStamp)
        }}
        onPointerUp={({ timeStamp }) => recorder.release(timeStamp)}
        onPointerCancel={({ timeStamp }) => recorder.release(timeStamp)}
        onContextMenu={(event) => event.preventDefault()}
        onClick={({ detail }) => {
          if (detail === 0) recorder.toggle()
        }}
      >
        <Icon name={isOn ? 'stop' : 'mic'} />
        <span>{isOn ? t(stopKey, { s: seconds }) : t('report.speakStart')}</span>
      </button>
      <p className="second" role={failure ? 'alert' : undefined}>
        {t(failure ?? 'report.speakHelp')}
      </p>
    </div>
  )
}

function Kept({ voice, onRemove }: { voice: Voice; onRemove: () => void }) {
  const { t } = useWords()
  const url = useObjectUrl(voice.bytes)
  return (
    <div className="pair voice-kept">
      <Button
        icon="check"
        look="chosen"
        onClick={() => void new Audio(url).play().catch(() => undefined)}
      >
        {t('report.voiceKept', { s: voice.seconds })}
        <span className="sr-only">{t('report.voicePlay')}</span>
      </Button>
      <Button icon="close" onClick={onRemove}>
        {t('report.voiceRemove')}
      </Button>
    </div>
  )
}
