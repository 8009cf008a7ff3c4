import { type FormEvent, useState } from 'react'
import { isWeChat } from '../parts/browser.ts'
import { Button } from '../parts/button.tsx'
import type { PhoneState, SignInOutcome } from '../phone.ts'
import { usePhone } from '../use-phone.ts'
import { setLanguage, useWords, type Words } from '../words/words.ts'
import { useOver } from './use-screens.ts'

/** Name and password once where there is a signal; the six digits where the account has them. */
export function SignIn() {
  const words = useWords()
  const { t, language } = words
  const { state, acts } = usePhone()
  const [entry, setEntry] = useState({ username: state.wanted ?? '', password: '', code: '' })
  // The back key leads from the digits to the name.
  const { over, open: ask, close } = useOver<'code'>()
  const isAsked = over !== null
  const [isBusy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)
  const set = (part: Partial<typeof entry>) => {
    setEntry({ ...entry, ...part })
    setFailure(null)
  }

  async function enter(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (isBusy) return
    setBusy(true)
    setFailure(null)
    const { username, password, code } = entry
    const who = { username: username.trim(), password }
    const outcome = await acts.signIn(isAsked ? { ...who, code } : who)
    setBusy(false)
    if (outcome.kind === 'done') return
    if (outcome.kind === 'codeRequired') return ask('code')
    setFailure(failureWords(outcome, words))
  }

  return (
    <div className="page page-sign-in">
      <header className="page-head">
        <h1>{t('signIn.title')}</h1>
        <button
          type="button"
          className="language"
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
        >
          {language === 'zh' ? 'English' : '中文'}
        </button>
      </header>
      <main>
        <form className="page-main" onSubmit={(event) => void enter(event)}>
          <Told state={state} />
          {isAsked ? (
            <CodeField code={entry.code} onCode={(code) => set({ code })} />
          ) : (
            <NameAndPassword entry={entry} onSet={set} />
          )}
          {failure && (
            <p className="failure" role="alert">
              {failure}
            </p>
          )}
          <Button look="primary" isBig submit isBusy={isBusy}>
            {t(isBusy ? 'signIn.busy' : 'signIn.enter')}
          </Button>
          {isAsked && (
            <Button
              onClick={() => {
                close()
                set({ code: '' })
              }}
            >
              {t('app.back')}
            </Button>
          )}
          {!isAsked && (
            <Others
              others={state.others}
              onChoose={(username) => set({ username, password: '' })}
            />
          )}
        </form>
      </main>
    </div>
  )
}

type Refused = Exclude<SignInOutcome, { kind: 'done' }>

function failureWords(outcome: Refused, { t }: Words): string {
  switch (outcome.kind) {
    case 'wrongCode':
      return t('signIn.codeWrong')
    case 'wrongPassword':
      return t('signIn.wrong')
    case 'away':
      return t('signIn.away')
    case 'viewer':
      return t('signIn.forbidden')
    case 'tooMany':
      return t('signIn.tooMany', { n: Math.max(1, Math.ceil((outcome.retryAfterS ?? 60) / 60)) })
    case 'codeRequired':
    case 'failed':
      return t('signIn.failed')
  }
}

function Told({ state }: { state: PhoneState }) {
  const { t } = useWords()
  return (
    <>
      {state.isTagKept && <p className="strip">{t('signIn.tagWaits')}</p>}
      {isWeChat() && <p className="strip">{t('signIn.weChat')}</p>}
      {state.offline === 'insecure' && <p className="strip">{t('signIn.insecure')}</p>}
      {state.offline === 'noStore' && <p className="strip">{t('signIn.noStore')}</p>}
    </>
  )
}

interface NameAndPasswordProps {
  entry: { username: string; password: string }
  onSet: (part: { username?: string; password?: string }) => void
}

function NameAndPassword({ entry, onSet }: NameAndPasswordProps) {
  const { t } = useWords()
  const [isShown, setShown] = useState(false)
  return (
    <>
      <label className="field">
        <span>{t('signIn.name')}</span>
        <input
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={64}
          value={entry.username}
          onChange={({ target }) => onSet({ username: target.value })}
        />
      </label>
      <label className="field">
        <span>{t('signIn.password')}</span>
        <input
          name="password"
          type={isShown ? 'text' : 'password'}
          autoComplete="current-password"
          required
          maxLength={256}
          value={entry.password}
          onChange={({ target }) => onSet({ password: target.value })}
        />
      </label>
      <Button pressed={isShown} onClick={() => setShown(!isShown)}>
        {t(isShown ? 'signIn.hide' : 'signIn.show')}
      </Button>
    </>
  )
}

function CodeField({ code, onCode }: { code: string; onCode: (code: string) => void }) {
  const { t } = useWords()
  return (
    <label className="field">
      <span>{t('signIn.code')}</span>
      <input
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        pattern="[0-9]{6}"
        value={code}
        onChange={({ target }) => onCode(target.value.replace(/\D/g, '').slice(0, 6))}
      />
      <span className="second">{t('signIn.codeHelp')}</span>
    </label>
  )
}

interface OthersProps {
  others: PhoneState['others']
  onChoose: (username: string) => void
}

/** Several people, one phone: a name is touched, not typed. */
function Others({ others, onChoose }: OthersProps) {
  const { t } = useWords()
  if (others.length === 0) return null
  return (
    <section className="others">
      <h2>{t('signIn.others')}</h2>
      <ul className="rows">
        {others.map(({ username, name, waiting }) => (
          <li key={username}>
            <button type="button" className="row" onClick={() => onChoose(username)}>
              <b>{name}</b>
              {waiting > 0 && <span className="second">{t('signIn.waiting', { n: waiting })}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
