import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import type { PrivacyMask } from '../../../gateway/domain/camera.ts'
import { useTown } from '../app/town.ts'
import { Icon } from '../parts/icon.tsx'
import {
  type Corner,
  edgeMiddle,
  maskKeyOf,
  mostCorners,
  movedMask,
  withCorner,
  withNewCorner,
  withoutCorner,
} from './mask-shapes.ts'
import './mask-editor.css'

interface EditorProps {
  masks: readonly PrivacyMask[]
  onChange: (masks: PrivacyMask[]) => void
  /** Null: there is no picture to draw on. */
  still: string | null
  label: string
}

/** Areas on the picture: corners to drag, edges to click for a new corner, and keys for all of it. */
export function MaskEditor({ masks, onChange, still, label }: EditorProps) {
  const { t } = useTown().words
  const frame = useRef<HTMLDivElement>(null)
  const [broken, setBroken] = useState<string | null>(null)
  const replace = (index: number, mask: PrivacyMask) =>
    onChange(masks.map((one, at) => (at === index ? mask : one)))
  const placeOf = (event: { clientX: number; clientY: number }): Corner => {
    const box = frame.current?.getBoundingClientRect()
    if (!box) return [0, 0]
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
  }
  return (
    <div className="mask-editor">
      <div ref={frame} className="mask-frame">
        {still !== null && broken !== still ? (
          <img src={still} alt={label} draggable={false} onError={() => setBroken(still)} />
        ) : (
          <p className="mask-no-picture">{t('mask.noPicture')}</p>
        )}
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
          {masks.map((mask, index) => (
            <polygon key={index} points={mask.map((corner) => corner.join(',')).join(' ')} />
          ))}
        </svg>
        {masks.map((mask, index) => (
          <MaskHandles
            key={index}
            mask={mask}
            number={index + 1}
            placeOf={placeOf}
            onChange={(next) => replace(index, next)}
            onRemove={() => onChange(masks.filter((_, at) => at !== index))}
          />
        ))}
      </div>
    </div>
  )
}

interface HandlesProps {
  mask: PrivacyMask
  number: number
  placeOf: (event: { clientX: number; clientY: number }) => Corner
  onChange: (mask: PrivacyMask) => void
  onRemove: () => void
}

function MaskHandles({ mask, number, placeOf, onChange, onRemove }: HandlesProps) {
  const { t } = useTown().words
  const middle = middleOf(mask)
  return (
    <div role="group" aria-label={t('mask.area', { n: number })}>
      {mask.map((corner, index) => (
        <Handle
          key={index}
          at={corner}
          className="mask-corner"
          label={t('mask.corner', { n: number, corner: index + 1 })}
          placeOf={placeOf}
          onMove={(place) => onChange(withCorner(mask, index, place))}
          onKey={(key) => {
            if (key.kind === 'move')
              onChange(withCorner(mask, index, [corner[0] + key.dx, corner[1] + key.dy]))
            else
              onChange(key.kind === 'add' ? withNewCorner(mask, index) : withoutCorner(mask, index))
          }}
        />
      ))}
      {mask.length < mostCorners &&
        mask.map((_, index) => (
          <button
            key={index}
            type="button"
            className="mask-edge"
            style={styleOf(edgeMiddle(mask, index))}
            tabIndex={-1}
            aria-label={t('mask.addCorner', { n: number })}
            title={t('mask.addCorner', { n: number })}
            onClick={() => onChange(withNewCorner(mask, index))}
          />
        ))}
      <Handle
        at={middle}
        className="mask-middle"
        label={t('mask.move', { n: number })}
        placeOf={placeOf}
        onMove={([x, y]) => onChange(movedMask(mask, x - middle[0], y - middle[1]))}
        onKey={(key) => {
          if (key.kind === 'move') onChange(movedMask(mask, key.dx, key.dy))
          if (key.kind === 'remove') onRemove()
        }}
      >
        {number}
      </Handle>
      <button
        type="button"
        className="mask-remove"
        style={styleOf([middle[0], middle[1]])}
        aria-label={t('mask.remove', { n: number })}
        title={t('mask.remove', { n: number })}
        onClick={onRemove}
      >
        <Icon name="close" size={13} />
      </button>
    </div>
  )
}

function middleOf(mask: PrivacyMask): Corner {
  const sum = mask.reduce(([x, y], corner) => [x + corner[0], y + corner[1]] as Corner, [0, 0])
  return [sum[0] / mask.length, sum[1] / mask.length]
}

const styleOf = ([x, y]: Corner) => ({ left: `${x * 100}%`, top: `${y * 100}%` })

interface HandleProps {
  at: Corner
  className: string
  label: string
  placeOf: HandlesProps['placeOf']
  onMove: (place: Corner) => void
  onKey: (key: NonNullable<ReturnType<typeof maskKeyOf>>) => void
  children?: React.ReactNode
}

function Handle({ at, className, label, placeOf, onMove, onKey, children }: HandleProps) {
  function follow(event: PointerEvent): void {
    if (event.buttons > 0) onMove(placeOf(event))
  }
  function press(event: KeyboardEvent): void {
    const key = maskKeyOf(event.key, event.shiftKey)
    if (!key) return
    event.preventDefault()
    event.stopPropagation()
    onKey(key)
  }
  return (
    <button
      type="button"
      className={className}
      style={styleOf(at)}
      aria-label={label}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={follow}
      onKeyDown={press}
    >
      {children}
    </button>
  )
}
