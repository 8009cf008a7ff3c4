import type OlMap from 'ol/Map.js'
import Overlay from 'ol/Overlay.js'
import { fromLonLat } from 'ol/proj.js'
import { useEffect, useMemo } from 'react'
import { createPortal } from 'react-dom'
import type { Severity } from '../../../gateway/domain/severity.ts'
import { Badge, type BadgeState } from '../parts/badge.tsx'
import type { LonLat } from './map-geometry.ts'

/** Badges on the map are the badges of the lists: elements above the canvas, so they scale and read alike. */

export interface MapMark {
  id: string
  point: LonLat
  severity: Severity
  state: BadgeState
  label?: string
  /** The one the page is about. */
  isMain?: boolean
  onOpen?: (() => void) | undefined
}

export function MapMarks({ map, marks }: { map: OlMap; marks: readonly MapMark[] }) {
  return marks.map((mark) => <Placed key={mark.id} map={map} mark={mark} />)
}

/** Where a person has just pointed. */
export function Picked({ map, point }: { map: OlMap; point: LonLat }) {
  return createPortal(<i className="map-picked" />, useOverlay(map, point))
}

export function useOverlay(map: OlMap, [lon, lat]: LonLat): HTMLElement {
  const element = useMemo(() => document.createElement('div'), [])
  useEffect(() => {
    const overlay = new Overlay({
      element,
      position: fromLonLat([lon, lat]),
      positioning: 'center-center',
      stopEvent: false,
    })
    map.addOverlay(overlay)
    return () => {
      map.removeOverlay(overlay)
    }
  }, [map, element, lon, lat])
  return element
}

function Placed({ map, mark }: { map: OlMap; mark: MapMark }) {
  const element = useOverlay(map, mark.point)
  const badge = <Badge severity={mark.severity} size={mark.isMain ? 28 : 20} state={mark.state} />
  return createPortal(
    <div className={mark.isMain ? 'map-mark is-main' : 'map-mark'}>
      {mark.onOpen ? (
        <button
          type="button"
          className="map-mark-button"
          aria-label={mark.label}
          title={mark.label}
          onClick={mark.onOpen}
        >
          {badge}
        </button>
      ) : (
        badge
      )}
      {mark.isMain && mark.label && <span className="map-mark-label">{mark.label}</span>}
    </div>,
    element,
  )
}
