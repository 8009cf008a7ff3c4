import { useEffect, useRef, useState } from 'react'
import type { PrivacyMask } from '../../../gateway/domain/camera.ts'
import { useNow } from '../app/now.ts'
import { shortTime } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import type { Words } from '../i18n/language.ts'
import type { LineState } from './live-line.ts'
import { useInView } from './use-in-view.ts'
import { useLiveLine } from './use-live-line.ts'
import { useStill } from './use-still.ts'
import './live-view.css'

export interface LiveViewProps {
  device: { id: string; name: string }
  /** `still`: a still once a minute instead of the live picture. */
  mode?: 'live' | 'still'
  /** What must not be shown, as it is kept of the camera. */
  masks?: readonly PrivacyMask[]
  onState?: (state: LineState) => void
}

/**
 * A camera's picture: a still until the first live one, live while somebody may see it, and grey
 * with the time of its last sign while it is lost. It mends itself.
 */
export function LiveView({ device, mode = 'live', masks = [], onState }: LiveViewProps) {
  const { words, zone } = useTown()
  const now = useNow()
  const frame = useRef<HTMLElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const isInView = useInView(frame)
  const isActive = mode === 'live' && isInView
  const { state, format } = useLiveLine({ device: device.id, isActive, video, canvas })
  const { phase, hasPicture } = state
  const [stillRatio, setStillRatio] = useState<number | null>(null)
  const still = useStill(device.id, isInView && !hasPicture)
  useEffect(() => onState?.(state), [onState, state])

  const time = (at: number) => shortTime(at, now, zone)
  const said = mode === 'live' ? liveWords(words, state, time) : stillWords(words, still?.at, time)
  return (
    <figure
      ref={frame}
      className={`live-view is-${mode === 'live' ? phase : 'still'}`}
      data-format={format}
    >
      {/* Nothing is said in it: the camera's sound is not carried. */}
      <video
        ref={video}
        muted
        playsInline
        disablePictureInPicture
        hidden={!hasPicture || format !== 'mp4'}
        aria-label={words.t('liveView.of', { camera: device.name })}
      />
      <canvas
        ref={canvas}
        role="img"
        hidden={!hasPicture || format !== 'mpeg1'}
        aria-label={words.t('liveView.of', { camera: device.name })}
      />
      {!hasPicture && still && (
        <StillPicture
          key={device.id}
          url={still.url}
          onRatio={setStillRatio}
          alt={words.t('liveView.stillOf', { camera: device.name })}
        />
      )}
      <Masks masks={masks} ratio={(hasPicture ? state.ratio : stillRatio) ?? usualRatio} />
      <figcaption role="status">
        <i className="live-view-dot" aria-hidden="true" />
        {said}
      </figcaption>
    </figure>
  )
}

const usualRatio = 16 / 9

interface StillPictureProps {
  url: string
  alt: string
  onRatio: (ratio: number) => void
}

/** A picture that does not come leaves the place dark. */
function StillPicture({ url, alt, onRatio }: StillPictureProps) {
  const [broken, setBroken] = useState<string | null>(null)
  if (broken === url) return null
  return (
    <img
      src={url}
      alt={alt}
      onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
        onRatio(naturalWidth / naturalHeight)
      }
      onError={() => setBroken(url)}
    />
  )
}

/** On the picture, which may be smaller than its place. */
function Masks({ masks, ratio }: { masks: readonly PrivacyMask[]; ratio: number }) {
  if (masks.length === 0) return null
  return (
    <svg viewBox={`0 0 ${ratio} 1`} aria-hidden="true">
      {masks.map((mask) => (
        <polygon
          key={mask.join(' ')}
          points={mask.map(([x, y]) => `${x * ratio},${y}`).join(' ')}
        />
      ))}
    </svg>
  )
}

function liveWords({ t }: Words, state: LineState, time: (at: number) => string): string {
  switch (state.phase) {
    case 'live':
      return t('liveView.live')
    case 'waiting':
      return t('liveView.waiting')
    case 'refused':
      return t(`liveView.end.${state.why === 'tooManyOfYours' ? 'tooManyOfYours' : 'tooMany'}`)
    case 'lost': {
      const since = t('liveView.lost', { time: time(state.since ?? 0) })
      return state.trouble === null ? since : `${since} · ${t(`liveView.trouble.${state.trouble}`)}`
    }
  }
}

function stillWords({ t }: Words, at: number | undefined, time: (at: number) => string): string {
  return at === undefined ? t('liveView.waiting') : t('liveView.still', { time: time(at) })
}
