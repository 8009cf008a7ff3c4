import type { CameraView } from '../api/types.ts'
import { useNow } from '../app/now.ts'
import { timeWithSeconds } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import { Icon, type IconName } from '../parts/icon.tsx'
import type { Direction, PtzHand } from './ptz-hand.ts'
import type { Ptz } from './use-ptz.ts'
import './ptz.css'

const buttons: readonly { direction: Direction; icon: IconName }[] = [
  { direction: 'up', icon: 'up' },
  { direction: 'left', icon: 'back' },
  { direction: 'right', icon: 'next' },
  { direction: 'down', icon: 'down' },
  { direction: 'out', icon: 'minus' },
  { direction: 'in', icon: 'plus' },
]

interface PadProps {
  camera: CameraView
  ptz: Ptz
  /** Digits of the keyboard go to presets. */
  hasDigits: boolean
}

/** Turning by mouse or finger: as long as a button is held. */
export function PtzPad({ camera, ptz, hasDigits }: PadProps) {
  const { t } = useTown().words
  const presets = camera.abilities?.ptz?.presets ?? []
  return (
    <section className="ptz" aria-label={t('ptz.label')}>
      <div className="ptz-pad">
        {buttons.map((button) => (
          <HoldButton key={button.direction} {...button} hand={ptz.hand} />
        ))}
      </div>
      {presets.length > 0 && (
        <ul className="ptz-presets" aria-label={t('ptz.presets')}>
          {presets.slice(0, mostPresets).map((preset, index) => (
            <li key={preset.token}>
              <button
                type="button"
                className="chip"
                onClick={() => ptz.hand.preset(preset.token)}
                aria-label={t('ptz.goTo', { name: presetName(preset.name, index) })}
              >
                {hasDigits && index < 9 && <kbd className="kbd">{index + 1}</kbd>}
                <span lang="und">{presetName(preset.name, index)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <HandNote camera={camera} />
      {ptz.failure !== null && (
        <p className="said" role="alert">
          {ptz.failure}
        </p>
      )}
    </section>
  )
}

const mostPresets = 24

const presetName = (name: string, index: number) => (name === '' ? String(index + 1) : name)

interface HoldProps {
  direction: Direction
  icon: IconName
  hand: PtzHand
}

function HoldButton({ direction, icon, hand }: HoldProps) {
  const { t } = useTown().words
  const press = () => hand.press(direction)
  const release = () => hand.release(direction)
  return (
    <button
      type="button"
      className={`ptz-button is-${direction}`}
      aria-label={t(`ptz.${direction}`)}
      title={t(`ptz.${direction}`)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        press()
      }}
      onPointerUp={release}
      onPointerCancel={release}
      onLostPointerCapture={release}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key === ' ' || event.key === 'Enter') {
          event.preventDefault()
          event.stopPropagation()
          press()
        }
      }}
      onKeyUp={(event) => {
        if (event.key === ' ' || event.key === 'Enter') release()
      }}
      onBlur={release}
    >
      <Icon name={icon} size={18} />
    </button>
  )
}

/** Whose hand is on it: nothing turns it by itself for so long. */
export function HandNote({ camera }: { camera: CameraView }) {
  const { session, words, zone } = useTown()
  const now = useNow()
  const { heldBy, heldUntil } = camera
  if (heldBy === null || heldUntil === null || heldUntil <= now) return null
  const time = timeWithSeconds(heldUntil, zone)
  return (
    <p className="second ptz-hand" role="status">
      {heldBy === session.person.username
        ? words.t('ptz.yours', { time })
        : words.t('ptz.heldBy', { name: heldBy, time })}
    </p>
  )
}
