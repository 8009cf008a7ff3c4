import { useMemo, useState } from 'react'
import type { LonLat } from '../../../gateway/domain/place.ts'
import type { DeviceView, PointView } from '../api/types.ts'
import { useTown, villageOfScope } from '../app/town.ts'
import { placeAt } from '../cases/report-place.ts'
import type { MapRing } from '../map/map-ground.ts'
import type { MapMark } from '../map/map-marks.tsx'
import type { MapSpot } from '../map/map-spots.tsx'
import { TownMap } from '../map/town-map.tsx'

const noDevices: readonly DeviceView[] = []
const noMarks: readonly MapMark[] = []
const aroundM = 900

interface PointPlaceFieldProps {
  radiusM: number
  village: string | null
  /** What is there already, so that none is put on another. */
  others: readonly PointView[]
  value?: LonLat
  onChange?: (point: LonLat) => void
}

/** A click on the map; the circle shows what counts as being there. */
export function PointPlaceField(props: PointPlaceFieldProps) {
  const { radiusM, village, others, value, onChange } = props
  const town = useTown()
  const { t } = town.words
  const place = value ? placeAt(town.places, value) : null
  const spots = useMemo(
    () =>
      others.map(
        ({ id, name, lon, lat }): MapSpot => ({
          id,
          point: [lon, lat],
          look: 'unwalked',
          label: name,
        }),
      ),
    [others],
  )
  const rings = useMemo(
    (): MapRing[] => (value ? [{ point: value, radiusM, look: 'radius' }] : []),
    [value, radiusM],
  )
  // Where it stood when the dialog opened: the map does not run after every click.
  const [around] = useState(() => (value ? { point: value, metres: aroundM } : undefined))
  return (
    <div className="point-place">
      <div className="point-place-map">
        <TownMap
          places={town.places}
          devices={noDevices}
          marks={noMarks}
          spots={spots}
          rings={rings}
          focus={village ?? villageOfScope(town.session.person.scope) ?? undefined}
          around={around}
          picked={value}
          onPick={onChange}
          label={t('point.whereMissing')}
        >
          {value === undefined && <span className="map-note">{t('point.whereMissing')}</span>}
        </TownMap>
      </div>
      {value !== undefined && place && (
        <p className="second" role="status">
          {t('report.mapPoint', {
            place: place.name,
            lon: value[0].toFixed(5),
            lat: value[1].toFixed(5),
          })}
        </p>
      )}
    </div>
  )
}
