import { qrPath } from '../account/qr-path.ts'
import type { RotatingCode } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { dayInWords, shortTime, timeOfDay } from '../app/time.ts'
import { useWords } from '../i18n/language.ts'
import { Icon, Mark } from '../parts/icon.tsx'
import type { Shown } from './rotating-code.ts'
import { useWakefulScreen } from './use-wakeful-screen.ts'
import './code.css'

interface CodeScreenProps {
  name: string
  zone: string
  shown: Shown
  /** Said when the code is refused for good. */
  refusal: string
}

/** A screen at a point: its code, renewed by itself, for weeks. */
export function CodeScreen({ name, zone, shown, refusal }: CodeScreenProps) {
  const { t, language } = useWords()
  const now = useNow()
  useWakefulScreen()
  return (
    <main className="code-page">
      <div className="code-frame" style={shift(now)}>
        <header>
          <Mark size={36} />
          <h1>{name}</h1>
          <span className="grow" />
          <p className="code-clock">
            <span>{dayInWords(now, zone, language)}</span>
            <time>{timeOfDay(now, zone)}</time>
          </p>
        </header>
        <Code {...{ shown, name, zone, refusal, now }} />
      </div>
      <button
        type="button"
        className="code-full"
        aria-label={t('code.full')}
        title={t('code.full')}
        onClick={() => void document.documentElement.requestFullscreen()}
      >
        <Icon name="enlarge" size={24} />
      </button>
    </main>
  )
}

const shiftEveryMs = 10 * 60_000

/** By two pixels every ten minutes, so that nothing burns in. */
function shift(now: number) {
  const step = Math.floor(now / shiftEveryMs) % 4
  return { translate: `${step === 1 || step === 2 ? 2 : 0}px ${step >= 2 ? 2 : 0}px` }
}

function Code({ shown, name, zone, refusal, now }: CodeScreenProps & { now: number }) {
  const { t } = useWords()
  const { code, awaySince, isRefused } = shown
  if (isRefused)
    return (
      <section className="code-said" role="alert">
        <strong>{refusal}</strong>
      </section>
    )
  // Its time may run out between two answers.
  if (code !== null && code.until > now) return <Valid code={code} name={name} now={now} />
  if (awaySince === null)
    return (
      <section className="code-said" aria-busy="true">
        <p>{t('code.waiting')}</p>
      </section>
    )
  return (
    <section className="code-said" role="alert">
      <Icon name="away" size={72} />
      <strong>{t('code.away')}</strong>
      <p>
        {t('code.since', { time: shortTime(awaySince, now, zone) })}
        {t('list.comma')}
        {t('code.awayNext')}
      </p>
    </section>
  )
}

function Valid({ code, name, now }: { code: RotatingCode; name: string; now: number }) {
  const { t } = useWords()
  const { path, size } = qrPath(code.url)
  const quiet = 4
  return (
    <section className="code-valid">
      <svg
        className="code-qr"
        role="img"
        aria-label={t('code.title', { name })}
        viewBox={`${-quiet} ${-quiet} ${size + 2 * quiet} ${size + 2 * quiet}`}
        shapeRendering="crispEdges"
      >
        <rect x={-quiet} y={-quiet} width="100%" height="100%" fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
      <p className="code-scan">{t('code.scan')}</p>
      <p className="code-next second">
        {t('code.next', { n: Math.max(0, Math.ceil((code.until - now) / 1000)) })}
      </p>
    </section>
  )
}
