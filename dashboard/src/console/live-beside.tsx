import { Link } from '@tanstack/react-router'
import { useTown } from '../app/town.ts'
import { BearingTape } from '../cases/evidence-picture.tsx'
import { LiveView } from '../live-view/live-view.tsx'
import type { LiveChoice } from './live-camera.ts'
import './live-beside.css'

/** What is to be seen there now, in the frame of the picture at alarm time. */
export function LiveBeside({ choice: { camera, isOwn, bearingDeg } }: { choice: LiveChoice }) {
  const { t } = useTown().words
  // A camera that turns looks elsewhere than it stands.
  const isFixed = !camera.abilities?.ptz
  return (
    <div className="picture live-beside">
      <LiveView key={camera.id} device={camera} masks={camera.masks} />
      <p className="live-beside-name">
        <Link to="/cameras/$id" params={{ id: camera.id }} className="one-line" title={camera.name}>
          {camera.name}
        </Link>
        {!isOwn && <span className="one-line">{t('desk.liveOther')}</span>}
      </p>
      {isFixed && bearingDeg !== null && <BearingTape bearingDeg={bearingDeg} lens={camera} />}
    </div>
  )
}
