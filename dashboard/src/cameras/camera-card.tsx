import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { CameraView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { CameraStill } from './camera-still.tsx'
import { faultWords, makerAndModel, pathWords } from './camera-words.ts'

export const CameraCard = memo(function CameraCard({ camera }: { camera: CameraView }) {
  const { t } = useTown().words
  const made = makerAndModel(camera)
  return (
    <li>
      <Link
        to="/cameras/$id"
        params={{ id: camera.id }}
        className="panel camera-card"
        data-camera={camera.id}
      >
        <CameraStill camera={camera} />
        <span className="camera-card-words">
          <b className="one-line" title={camera.name}>
            {camera.name}
          </b>
          <PathState camera={camera} />
          {made !== null && (
            <span className="second one-line" lang="und" title={made}>
              {made}
            </span>
          )}
          <span className="camera-chips">
            {camera.pictureFaults.map((fault) => (
              <span key={fault} className="mark-chip is-fault">
                {faultWords(t, fault)}
              </span>
            ))}
            {camera.abilities?.ptz && <span className="mark-chip">{t('cameras.turns')}</span>}
            {camera.viewers > 0 && (
              <span className="mark-chip camera-viewers">
                <Icon name="eye" size={13} /> {t('cameras.viewers', { n: camera.viewers })}
              </span>
            )}
          </span>
        </span>
      </Link>
    </li>
  )
})

/** Shape and word, never colour alone: filled, hollow, crossed. */
export function PathState({ camera }: { camera: CameraView }) {
  const town = useTown()
  const now = useNow()
  return (
    <span className={`camera-path is-${camera.path}`}>
      <i aria-hidden="true" /> {pathWords(town, camera, now)}
    </span>
  )
}
