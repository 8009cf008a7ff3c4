import { useRef, useState } from 'react'
import type { CameraView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { useInView } from '../live-view/use-in-view.ts'
import { useStill } from '../live-view/use-still.ts'
import { Icon } from '../parts/icon.tsx'

/** What a camera shows, small, and renewed while it is in sight; only a camera that answers is asked. */
export function CameraStill({ camera }: { camera: Pick<CameraView, 'id' | 'name' | 'path'> }) {
  const { t } = useTown().words
  const frame = useRef<HTMLSpanElement>(null)
  const isInView = useInView(frame)
  const still = useStill(camera.id, isInView && camera.path === 'up')
  const [broken, setBroken] = useState<string | null>(null)
  const isThere = still !== null && camera.path === 'up' && broken !== still.url
  return (
    <span ref={frame} className="camera-still">
      {isThere ? (
        <img
          src={still.url}
          alt={t('liveView.stillOf', { camera: camera.name })}
          onError={() => setBroken(still.url)}
        />
      ) : (
        <span className="camera-still-none">
          <Icon name={camera.path === 'up' ? 'camera' : 'away'} size={22} />
        </span>
      )}
    </span>
  )
}
