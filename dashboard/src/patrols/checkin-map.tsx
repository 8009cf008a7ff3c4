import { useMemo } from 'react'
import type { CheckinView, DeviceView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import type { MapRing } from '../map/map-ground.ts'
import type { MapMark } from '../map/map-marks.tsx'
import type { MapSpot } from '../map/map-spots.tsx'
import { TownMap } from '../map/town-map.tsx'
import { pointName } from './checkins.ts'

const noDevices: readonly DeviceView[] = []
const noMarks: readonly MapMark[] = []

/** The point with its radius, and where the phone was with its error. */
export function CheckinMap({ checkin }: { checkin: CheckinView }) {
  const town = useTown()
  const { t } = town.words
  const { point, lon, lat, accuracyM } = checkin
  const { spots, rings } = useMemo(() => {
    const spots: MapSpot[] = []
    const rings: MapRing[] = []
    if (point !== null) {
      const at: [number, number] = [point.lon, point.lat]
      rings.push({ point: at, radiusM: point.radiusM, look: 'radius' })
      spots.push({ id: 'point', point: at, look: 'walked', label: point.name, isNamed: true })
    }
    if (lon !== null && lat !== null) {
      const at: [number, number] = [lon, lat]
      rings.push({ point: at, radiusM: accuracyM ?? 0, look: 'fix' })
      const label = t('checkin.fixHere', { n: Math.round(accuracyM ?? 0) })
      spots.push({ id: 'fix', point: at, look: 'fix', label, isNamed: true })
    }
    return { spots, rings }
  }, [point, lon, lat, accuracyM, t])
  const within = useMemo(() => spots.map((spot) => spot.point), [spots])
  if (spots.length === 0) return <p className="second checkin-map-none">{t('checkin.noMap')}</p>
  return (
    <div className="checkin-map">
      <TownMap
        places={town.places}
        devices={noDevices}
        marks={noMarks}
        spots={spots}
        rings={rings}
        focus={checkin.village}
        within={within}
        label={t('checkin.map', { name: pointName(checkin, t) })}
      />
    </div>
  )
}
