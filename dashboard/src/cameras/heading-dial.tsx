import { useRef } from 'react'
import { useTown } from '../app/town.ts'
import './heading-dial.css'

interface DialProps {
  value: number | null
  fieldOfViewDeg: number | null
  onChange: (headingDeg: number) => void
}

const turn = (deg: number) => ((Math.round(deg) % 360) + 360) % 360

/** A compass to drag: north is up, the wedge is what the lens sees. Arrows turn it by degrees. */
export function HeadingDial({ value, fieldOfViewDeg, onChange }: DialProps) {
  const { t } = useTown().words
  const dial = useRef<SVGSVGElement>(null)
  const heading = value ?? 0
  const half = Math.min(179, (fieldOfViewDeg ?? 60) / 2)

  function follow(event: { clientX: number; clientY: number }): void {
    const box = dial.current?.getBoundingClientRect()
    if (!box) return
    const dx = event.clientX - (box.left + box.width / 2)
    const dy = event.clientY - (box.top + box.height / 2)
    onChange(turn((Math.atan2(dx, -dy) * 180) / Math.PI))
  }

  function onKey(event: React.KeyboardEvent): void {
    const step = event.shiftKey ? 10 : 1
    const by = { ArrowRight: step, ArrowUp: step, ArrowLeft: -step, ArrowDown: -step }[event.key]
    if (by === undefined) return
    event.preventDefault()
    onChange(turn(heading + by))
  }

  return (
    <svg
      ref={dial}
      className={value === null ? 'heading-dial is-unset' : 'heading-dial'}
      viewBox="-60 -60 120 120"
      role="slider"
      tabIndex={0}
      aria-label={t('camera.heading')}
      aria-valuemin={0}
      aria-valuemax={359}
      aria-valuenow={heading}
      aria-valuetext={value === null ? t('camera.headingNone') : `${heading}°`}
      onKeyDown={onKey}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        follow(event)
      }}
      onPointerMove={(event) => event.buttons > 0 && follow(event)}
    >
      <circle r="44" className="heading-ring" />
      {[0, 90, 180, 270].map((deg) => (
        <line key={deg} y1="-44" y2="-38" transform={`rotate(${deg})`} className="heading-tick" />
      ))}
      <text y="-48" textAnchor="middle" className="heading-north">
        {t('map.north')}
      </text>
      {value !== null && (
        <>
          <path className="heading-wedge" d={wedgePath(half)} transform={`rotate(${heading})`} />
          <line y2="-38" transform={`rotate(${heading})`} className="heading-ray" />
        </>
      )}
      <circle r="4" className="heading-middle" />
    </svg>
  )
}

function wedgePath(halfDeg: number): string {
  const angle = (halfDeg * Math.PI) / 180
  const [x, y] = [38 * Math.sin(angle), -38 * Math.cos(angle)]
  return `M0 0 L${-x} ${y} A38 38 0 ${halfDeg > 90 ? 1 : 0} 1 ${x} ${y} Z`
}
