import type OlMap from 'ol/Map.js'
import { createPortal } from 'react-dom'
import type { LonLat } from './map-geometry.ts'
import { useOverlay } from './map-marks.tsx'

/** Points that people go to. They are squares, so that nobody takes them for a device or an alarm. */

export interface MapSpot {
  id: string
  point: LonLat
  /** `walked`: filled. `unwalked`: hollow. `fix`: where a phone said it was. */
  look: 'walked' | 'unwalked' | 'fix'
  /** What stands in it, such as which it was in the order of visits. */
  mark?: string
  /** Its name, on hover and to a screen reader. */
  label: string
  /** The name is written beside it. */
  isNamed?: boolean
  /** Where the name stands; above without it. */
  side?: 'left' | 'right'
  isMain?: boolean
  onOpen?: (() => void) | undefined
}

export function MapSpots({ map, spots }: { map: OlMap; spots: readonly MapSpot[] }) {
  return spots.map((spot) => <Placed key={spot.id} map={map} spot={spot} />)
}

function Placed({ map, spot }: { map: OlMap; spot: MapSpot }) {
  const { look, mark, label, isNamed, isMain, side = 'above', onOpen } = spot
  const name = `map-spot is-${look}${isMain ? ' is-main' : ''}${mark ? ' has-mark' : ''}`
  return createPortal(
    <div className="map-mark">
      {onOpen ? (
        <button
          type="button"
          className={name}
          data-spot={spot.id}
          aria-label={label}
          title={label}
          onClick={onOpen}
        >
          {mark}
        </button>
      ) : (
        <i className={name} data-spot={spot.id} title={label}>
          {mark}
        </i>
      )}
      {(isNamed || isMain) && (
        <span className={`map-mark-label map-spot-label is-${side}`}>{label}</span>
      )}
    </div>,
    useOverlay(map, spot.point),
  )
}
