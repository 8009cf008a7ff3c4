import { Button } from 'antd'
import { useMemo } from 'react'
import type { CameraView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { CameraCard } from './camera-card.tsx'
import { byVillage } from './camera-list.ts'

export function CameraGroups({ cameras }: { cameras: readonly CameraView[] }) {
  const town = useTown()
  const groups = useMemo(() => byVillage(cameras, town.places), [cameras, town.places])
  return (
    <div className="camera-groups">
      {groups.map((group) => (
        <section
          key={group.village}
          className={group.cameras.length > 4 ? 'camera-group is-wide' : 'camera-group'}
        >
          <h2 className="panel-title">
            {town.place(group.village)}
            <small>{town.words.t('cameras.count', { n: group.cameras.length })}</small>
          </h2>
          <ul className="camera-cards">
            {group.cameras.map((camera) => (
              <CameraCard key={camera.id} camera={camera} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

export function CamerasWaiting() {
  return (
    <ul className="camera-cards" aria-busy="true">
      {[0, 1, 2, 3, 4, 5].map((card) => (
        <li key={card} className="panel skeleton camera-card-waiting" />
      ))}
    </ul>
  )
}

interface NoneProps {
  isEmpty: boolean
  /** Null: somebody else's work. */
  onJoin: (() => void) | null
}

export function NoCameras({ isEmpty, onJoin }: NoneProps) {
  const { t } = useTown().words
  return (
    <div className="panel empty">
      <strong>{t(isEmpty ? 'cameras.none' : 'cameras.noMatch')}</strong>
      <span>
        {t(isEmpty ? (onJoin ? 'cameras.noneNext' : 'cameras.noneAsk') : 'devices.noMatchNext')}
      </span>
      {isEmpty && onJoin && (
        <Button className="camera-none-join" type="primary" onClick={onJoin}>
          {t('cameras.join')}
        </Button>
      )}
    </div>
  )
}
