import { useNow } from '../../src/app/now.ts'
import { timeOfDay } from '../../src/app/time.ts'
import { Button } from '../parts/button.tsx'
import { Page } from '../parts/page.tsx'
import { Strip } from '../parts/strip.tsx'
import type { QueueLine, RefusedLine } from '../phone.ts'
import { usePhone } from '../use-phone.ts'
import { whenOf } from '../walk/when.ts'
import { type Translate, useWords } from '../words/words.ts'
import type { Ways } from './use-screens.ts'

/** What waits, what is going, and what the gateway did not take. */
export function Queue({ ways }: { ways: Ways }) {
  const { t } = useWords()
  const { state, acts } = usePhone()
  const { queue, refused, nextTryAt, sync } = state
  const now = useNow()
  const zone = state.day?.town.timeZone ?? 'Asia/Shanghai'
  return (
    <Page
      title={t('queue.title')}
      onBack={ways.back}
      acts={
        queue.length > 0 &&
        sync !== 'signedOut' && (
          <>
            {sync === 'away' && nextTryAt !== null && (
              <p className="second">
                {nextTryAt - now < 60_000
                  ? t('queue.trySoon')
                  : t('queue.tryAt', { time: timeOfDay(nextTryAt, zone) })}
              </p>
            )}
            <Button
              look="primary"
              isBig
              icon="upload"
              isBusy={sync === 'sending'}
              onClick={() => acts.sendNow()}
            >
              {t(sync === 'sending' ? 'queue.sending' : 'queue.now')}
            </Button>
          </>
        )
      }
    >
      <Strip state={state} />
      {queue.length + refused.length === 0 && (
        <>
          <h2 className="ask">{t('queue.empty')}</h2>
          <p className="second">{t('queue.emptyText')}</p>
        </>
      )}
      <ul className="rows">
        {refused.map((line) => (
          <Refused key={line.id} line={line} zone={zone} onSeen={() => void acts.seen(line.id)} />
        ))}
        {queue.map((line) => (
          <Waiting key={line.id} line={line} zone={zone} />
        ))}
      </ul>
    </Page>
  )
}

export function stateWords(t: Translate, { state, progress }: QueueLine): string {
  if (state === 'waiting') return t('queue.waiting')
  if (!progress || progress.size === 0) return t('queue.sending')
  return t('queue.sendingPart', { percent: Math.floor((100 * progress.sent) / progress.size) })
}

const reasons = ['forged', 'replayed', 'unknownTag', 'badTime', 'invalid'] as const

export function refusalWords(t: Translate, { reason }: Pick<RefusedLine, 'reason'>): string {
  const known = reasons.find((name) => name === reason) ?? 'other'
  return t('queue.refused', { reason: t(`refusal.${known}`) })
}

function What({ line, zone }: { line: QueueLine | RefusedLine; zone: string }) {
  const words = useWords()
  const now = useNow()
  return (
    <p className="line-what">
      <b>{words.t(`queue.${line.kind}`)}</b>
      <span className="line-text">{line.text}</span>
      <span className="second">{whenOf(line.at, now, zone, words)}</span>
    </p>
  )
}

function Waiting({ line, zone }: { line: QueueLine; zone: string }) {
  const { t } = useWords()
  const { progress } = line
  return (
    <li className="line">
      <What line={line} zone={zone} />
      <p>{stateWords(t, line)}</p>
      {progress && progress.size > 0 && (
        <progress
          max={progress.size}
          value={progress.sent}
          aria-label={stateWords(t, { ...line, state: 'sending' })}
        />
      )}
    </li>
  )
}

interface RefusedProps {
  line: RefusedLine
  zone: string
  onSeen: () => void
}

function Refused({ line, zone, onSeen }: RefusedProps) {
  const { t, language } = useWords()
  return (
    <li className="line">
      <What line={line} zone={zone} />
      <p>{refusalWords(t, line)}</p>
      {line.detail && language === 'en' && <p className="second">{line.detail}</p>}
      <Button icon="check" onClick={onSeen}>
        {t('queue.seen')}
      </Button>
    </li>
  )
}
