import { Link } from '@tanstack/react-router'
import type { CameraView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { LiveView } from '../live-view/live-view.tsx'
import { Icon } from '../parts/icon.tsx'
import { PathState } from './camera-card.tsx'
import { HandNote } from './ptz-pad.tsx'
import type { WallAct } from './wall-paging.ts'

interface CellProps {
  camera: CameraView
  isLive: boolean
  isChosen: boolean
  isLarge: boolean
  act: (act: WallAct) => void
}

export function WallCell({ camera, isLive, isChosen, isLarge, act }: CellProps) {
  const { t } = useTown().words
  const { id, name } = camera
  const isThere = camera.path === 'up'
  const change: WallAct = isLarge ? { act: 'shrink' } : { act: 'enlarge', camera: id }
  return (
    <div
      className={`wall-cell${isChosen && !isLarge ? ' is-chosen' : ''}`}
      data-camera={id}
      onPointerDown={() => act({ act: 'choose', camera: id })}
      onDoubleClick={() => act(change)}
    >
      {isThere ? (
        <LiveView device={camera} mode={isLive ? 'live' : 'still'} masks={camera.masks} />
      ) : (
        <div className="wall-nothing">
          <PathState camera={camera} />
        </div>
      )}
      <div className="wall-name">
        <Link to="/cameras/$id" params={{ id }} className="one-line" title={name}>
          {name}
        </Link>
        {camera.abilities?.ptz && <span className="wall-turns">{t('cameras.turns')}</span>}
        <span className="wall-acts">
          {isThere && !isLive && (
            <button
              type="button"
              className="wall-act"
              onClick={() => act({ act: 'wantLive', camera: id })}
            >
              {t('wall.live')}
            </button>
          )}
          <button
            type="button"
            className="wall-act wall-open"
            aria-label={t(isLarge ? 'wall.shrink' : 'wall.enlarge', { camera: name })}
            onClick={() => act(change)}
          >
            <Icon name={isLarge ? 'close' : 'enlarge'} size={15} />
          </button>
        </span>
      </div>
      {isLarge && <HandNote camera={camera} />}
    </div>
  )
}
