import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { camerasQuery } from '../api/camera-queries.ts'
import type { VideoLookView, VideoRoundDetail } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import { lookAt } from './rounds.ts'

interface RoundStripProps {
  round: VideoRoundDetail
  camera: string
  onChoose: (camera: string) => void
}

/** The whole walk on one line: what each camera shows, and which were seen. */
export function RoundStrip({ round, camera, onChoose }: RoundStripProps) {
  const { t } = useTown().words
  const cameras = useQuery(camerasQuery).data
  return (
    <ol className="round-strip" aria-label={t('round.strip')}>
      {round.cameras.map(({ id, name }, index) => (
        <li key={id}>
          <StripCamera
            number={index + 1}
            camera={{ id, name }}
            look={lookAt(round, id)}
            isHere={id === camera}
            isUp={cameras?.find((one) => one.id === id)?.path === 'up'}
            onChoose={() => onChoose(id)}
          />
        </li>
      ))}
    </ol>
  )
}

interface StripCameraProps {
  number: number
  camera: { id: string; name: string }
  look: VideoLookView | undefined
  isHere: boolean
  isUp: boolean
  onChoose: () => void
}

function StripCamera({ number, camera, look, isHere, isUp, onChoose }: StripCameraProps) {
  const { t } = useTown().words
  const own = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isHere) own.current?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [isHere])
  const seen = look ? (look.verdict === 'reported' ? 'isReported' : 'seen') : 'unseen'
  return (
    <button
      type="button"
      ref={own}
      className={`strip-camera is-${seen}`}
      aria-current={isHere ? 'step' : undefined}
      aria-label={`${number} ${camera.name} ${t(`round.${seen}`)}`}
      data-camera={camera.id}
      onClick={onChoose}
    >
      <Thumb camera={camera.id} look={look} isUp={isUp} />
      <i className="strip-mark" aria-hidden="true">
        {look ? <Icon name={seen === 'isReported' ? 'warning' : 'check'} size={14} /> : number}
      </i>
      <span className="one-line">{camera.name}</span>
    </button>
  )
}

interface ThumbProps {
  camera: string
  look: VideoLookView | undefined
  isUp: boolean
}

/** Of a report the picture that went with it, else what the camera shows; it is not renewed. */
function Thumb({ camera, look, isUp }: ThumbProps) {
  const [broken, setBroken] = useState<string | null>(null)
  const still = isUp ? `/api/v1/cameras/${encodeURIComponent(camera)}/still` : null
  const address = look?.picture ? `/api/v1/pictures/${look.picture}?size=small` : still
  return (
    <span className="strip-picture">
      {address === null || broken === address ? (
        <Icon name={isUp ? 'camera' : 'away'} size={20} />
      ) : (
        <img src={address} alt="" loading="lazy" onError={() => setBroken(address)} />
      )}
    </span>
  )
}
