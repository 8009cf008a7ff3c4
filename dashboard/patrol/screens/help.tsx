import { useEffect, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import type { PhoneState } from '../phone.ts'
import { buzz } from '../sound/celebrate.ts'
import { usePhone } from '../use-phone.ts'
import { type Key, useWords } from '../words/words.ts'
import type { Ways } from './use-screens.ts'

const countS = 3

type Phase =
  | { kind: 'counting'; left: number }
  | { kind: 'called'; id: string }
  | { kind: 'failed' }

/** One touch, three seconds to take it back, and it is on its way. */
export function Help({ ways }: { ways: Ways }) {
  const { t } = useWords()
  const { state, acts } = usePhone()
  const [phase, setPhase] = useState<Phase>({ kind: 'counting', left: countS })

  async function call(): Promise<void> {
    const outcome = await acts.help()
    buzz()
    setPhase(outcome.kind === 'stored' ? { kind: 'called', id: outcome.id } : { kind: 'failed' })
  }
  const left = phase.kind === 'counting' ? phase.left : null
  useEffect(() => {
    if (left === null) return
    const next = () => (left > 1 ? setPhase({ kind: 'counting', left: left - 1 }) : void call())
    const timer = setTimeout(next, 1000)
    return () => clearTimeout(timer)
    // oxlint-disable-next-line react/exhaustive-deps -- a second is a second, whatever is drawn meanwhile
  }, [left])

  return (
    <div className="page page-help">
      <main className="page-main page-middle">
        <Icon name="warning" size={72} />
        <h1 className="sr-only">{t('help.title')}</h1>
        {phase.kind === 'called' ? (
          <Called id={phase.id} state={state} />
        ) : (
          <div role="alert">
            <p className="help-big">
              {phase.kind === 'failed' ? t('help.failed') : t('help.calling', { s: phase.left })}
            </p>
            <p>{t(state.fix ? 'help.where' : 'help.whereNone')}</p>
          </div>
        )}
      </main>
      <footer className="acts">
        {phase.kind !== 'called' && (
          <Button look="help" isBig onClick={() => void call()}>
            {t('help.now')}
          </Button>
        )}
        <Button isBig onClick={ways.home}>
          {t(phase.kind === 'called' ? 'done.on' : 'help.cancel')}
        </Button>
      </footer>
    </div>
  )
}

export function helpKeys(state: Pick<PhoneState, 'queue' | 'isOnline' | 'sync'>, id: string) {
  const waits = state.queue.some((line) => line.id === id)
  if (!waits) return { title: 'help.sent', text: 'help.sentText' } satisfies Record<string, Key>
  const isGoing = state.isOnline && state.sync === 'sending'
  return {
    title: isGoing ? 'help.sending' : 'help.stored',
    text: isGoing ? null : 'help.storedText',
  } satisfies Record<string, Key | null>
}

function Called({ id, state }: { id: string; state: PhoneState }) {
  const { t } = useWords()
  const { title, text } = helpKeys(state, id)
  const number = state.reports.find((report) => report.id === id)?.number
  return (
    <div role="status">
      <p className="help-big">{t(title)}</p>
      {number && (
        <p className="help-number">
          {t('help.number', { number: number.replaceAll('-', '\u2060-\u2060') })}
        </p>
      )}
      {text && <p>{t(text)}</p>}
    </div>
  )
}
