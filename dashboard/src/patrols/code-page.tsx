import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { qrPath } from '../account/qr-path.ts'
import { ApiError } from '../api/client.ts'
import { patrolPointsQuery, rotatingCode } from '../api/patrol-queries.ts'
import type { RotatingCode } from '../api/types.ts'
import { serverNow, useNow } from '../app/now.ts'
import { dayInWords, shortTime, timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Icon, Mark } from '../parts/icon.tsx'
import { createCodeKeeper, type Shown } from './rotating-code.ts'
import { useWakefulScreen } from './use-wakeful-screen.ts'
import './code.css'

const nothing: Shown = { code: null, awaySince: null, isRefused: false }

/** A screen at a point: its code, renewed by itself, for weeks. */
export function CodePage() {
  const { point } = useParams({ from: '/signed-in/patrols/code/$point' })
  const town = useTown()
  const { t, language } = town.words
  const now = useNow()
  const points = useQuery(patrolPointsQuery).data
  const name = points?.find(({ id }) => id === point)?.name ?? point
  const shown = useRotatingCode(point)
  useWakefulScreen()
  return (
    <main className="code-page">
      <div className="code-frame" style={shift(now)}>
        <header>
          <Mark size={36} />
          <h1>{name}</h1>
          <span className="grow" />
          <p className="code-clock">
            <span>{dayInWords(now, town.zone, language)}</span>
            <time>{timeOfDay(now, town.zone)}</time>
          </p>
        </header>
        <Code shown={shown} name={name} now={now} />
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

function useRotatingCode(point: string): Shown {
  const [shown, setShown] = useState(nothing)
  useEffect(() => {
    const keeper = createCodeKeeper({
      ask: () => rotatingCode(point),
      isRefusal: (error) =>
        error instanceof ApiError && ['notFound', 'invalid', 'forbidden'].includes(error.kind),
      now: serverNow,
      show: setShown,
    })
    keeper.start()
    return () => keeper.stop()
  }, [point])
  return shown
}

interface CodeProps {
  shown: Shown
  name: string
  now: number
}

function Code({ shown: { code, awaySince, isRefused }, name, now }: CodeProps) {
  const { words, zone } = useTown()
  const { t } = words
  if (isRefused)
    return (
      <section className="code-said" role="alert">
        <strong>{t('code.missing')}</strong>
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
  const { t } = useTown().words
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
