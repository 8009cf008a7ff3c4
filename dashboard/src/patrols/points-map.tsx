import { useMemo } from 'react'
import type { DeviceView, PointView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import type { MapRing } from '../map/map-ground.ts'
import type { MapMark } from '../map/map-marks.tsx'
import type { MapSpot } from '../map/map-spots.tsx'
import { TownMap } from '../map/town-map.tsx'

const noDevices: readonly DeviceView[] = []
const noMarks: readonly MapMark[] = []
const aroundChosenM = 600

interface PointsMapProps {
  points: readonly PointView[]
  village: string | null
  chosen: string | null
  onChoose: (point: string | null) => void
}

export function PointsMap({ points, village, chosen, onChoose }: PointsMapProps) {
  const town = useTown()
  const { t } = town.words
  const spots = useMemo(
    () =>
      points.map(
        ({ id, name, lon, lat }): MapSpot => ({
          id,
          point: [lon, lat],
          look: 'walked',
          label: name,
          isMain: id === chosen,
          onOpen: () => onChoose(id === chosen ? null : id),
        }),
      ),
    [points, chosen, onChoose],
  )
  const rings = useMemo(
    () =>
      points.map(
        ({ lon, lat, radiusM }): MapRing => ({ point: [lon, lat], radiusM, look: 'radius' }),
      ),
    [points],
  )
  const one = points.find(({ id }) => id === chosen)
  return (
    <section className="panel points-map">
      <TownMap
        places={town.places}
        devices={noDevices}
        marks={noMarks}
        spots={spots}
        rings={rings}
        focus={village ?? undefined}
        around={one && { point: [one.lon, one.lat], metres: one.radiusM + aroundChosenM }}
        label={t('points.map')}
      />
    </section>
  )
}
