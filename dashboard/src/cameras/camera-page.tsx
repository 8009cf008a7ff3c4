import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { cameraQuery } from '../api/camera-queries.ts'
import { ApiError } from '../api/client.ts'
import type { CameraView } from '../api/types.ts'
import { Shell } from '../app/shell.tsx'
import { useTown } from '../app/town.ts'
import type { Translate } from '../i18n/translate.ts'
import { LiveView } from '../live-view/live-view.tsx'
import { Icon } from '../parts/icon.tsx'
import { CameraAim } from './camera-aim.tsx'
import { PathState } from './camera-card.tsx'
import { CameraFacts } from './camera-facts.tsx'
import { CameraLogin } from './camera-login.tsx'
import { faultWords, mayTurn, problemAdvice, problemTitle } from './camera-words.ts'
import { KeptStills } from './kept-stills.tsx'
import { MaskPanel } from './mask-panel.tsx'
import { MovedView } from './moved-view.tsx'
import { PtzPad } from './ptz-pad.tsx'
import { SentEvents } from './sent-events.tsx'
import { usePtz, usePtzKeys } from './use-ptz.ts'
import './cameras.css'
import './camera-page.css'

/** One camera: what it shows and showed, what it is, and what is set on it. */
export function CameraPage() {
  const { t } = useTown().words
  const { id } = useParams({ from: '/signed-in/cameras/$id' })
  const query = useQuery(cameraQuery(id))
  const isGone = query.error instanceof ApiError && query.error.kind === 'notFound'
  return (
    <Shell>
      {query.data ? (
        <Known key={id} camera={query.data} />
      ) : (
        <>
          <div className="page-head">
            <h1>{t('nav.cameras')}</h1>
          </div>
          <div className="page-body">
            {query.isPending && <div className="panel skeleton camera-page-waiting" aria-busy />}
            {query.isError && (
              <div className="panel empty">
                <strong>{t(isGone ? 'camera.gone' : 'failure.list')}</strong>
                <Link to="/cameras">{t('camera.toList')}</Link>
              </div>
            )}
          </div>
        </>
      )}
    </Shell>
  )
}

function Known({ camera }: { camera: CameraView }) {
  const town = useTown()
  const { t } = town.words
  const isAdministrator = town.session.person.role === 'townAdmin'
  return (
    <>
      <div className="page-head camera-head">
        <Link to="/cameras" className="chip" aria-label={t('camera.toList')}>
          <Icon name="back" size={16} />
        </Link>
        <h1>{camera.name}</h1>
        <span className="second">{town.place(camera.grid ?? camera.village)}</span>
        <PathState camera={camera} />
        {camera.pictureFaults.map((fault) => (
          <span key={fault} className="mark-chip is-fault">
            {faultWords(t, fault)}
          </span>
        ))}
        {camera.viewers > 0 && (
          <span className="second">{t('cameras.viewers', { n: camera.viewers })}</span>
        )}
      </div>
      <div className="page-body camera-body">
        <Trouble camera={camera} />
        <MovedView camera={camera} />
        <div className="camera-pictures">
          <Now camera={camera} />
          <KeptStills camera={camera} />
        </div>
        <div className="camera-panels">
          <CameraFacts camera={camera} />
          <CameraAim camera={camera} isEditable={isAdministrator} />
          {isAdministrator && <CameraLogin camera={camera} />}
          {isAdministrator && <MaskPanel camera={camera} />}
          <SentEvents camera={camera} />
        </div>
      </div>
    </>
  )
}

/** What is wrong, and what to do about it. */
function Trouble({ camera }: { camera: CameraView }) {
  const { t } = useTown().words
  const { path, problem } = camera
  const isAsked = path === 'noLogin'
  if (!isAsked && problem === null) return null
  return (
    <div className="said camera-trouble" role="alert">
      <Icon name="warning" size={16} />
      <p>
        <strong>{isAsked ? t('cameras.path.noLogin') : problem && problemTitle(t, problem)}</strong>{' '}
        {isAsked ? t('camera.noLoginNext') : problem && problemAdvice(t, problem)}
        {camera.trouble !== null && (
          <span className="second camera-technical" lang="und">
            {camera.trouble}
          </span>
        )}
      </p>
    </div>
  )
}

function keysWords(t: Translate, isAwake: boolean, hasPresets: boolean): string {
  if (!isAwake) return t('camera.keysAsleep')
  return t(hasPresets ? 'camera.keysPresets' : 'camera.keys')
}

const noPresets: readonly { token: string }[] = []

function Now({ camera }: { camera: CameraView }) {
  const town = useTown()
  const { t } = town.words
  const ptz = usePtz(mayTurn(town, camera) ? camera.id : null)
  const presets = camera.abilities?.ptz?.presets ?? noPresets
  const [isAwake, setAwake] = useState(false)
  usePtzKeys(isAwake ? (ptz?.hand ?? null) : null, presets)
  const isReachable = camera.path === 'up'
  return (
    <section
      className="panel camera-now"
      aria-label={t('camera.now')}
      tabIndex={ptz ? 0 : undefined}
      onFocus={() => setAwake(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setAwake(false)
      }}
    >
      {isReachable ? (
        <LiveView device={camera} masks={camera.masks} />
      ) : (
        <div className="camera-dark">
          <PathState camera={camera} />
        </div>
      )}
      {ptz && isReachable && (
        <>
          <PtzPad camera={camera} ptz={ptz} hasDigits={isAwake} />
          <p className="second camera-keys">{keysWords(t, isAwake, presets.length > 0)}</p>
        </>
      )}
    </section>
  )
}
