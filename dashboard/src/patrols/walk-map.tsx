import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { patrolPointsQuery } from '../api/patrol-queries.ts'
import type { DeviceView, PatrolRoundView } from '../api/types.ts'
import { timeOfDay } from '../app/time.ts'
import { useTown } from '../app/town.ts'
import type { MapMark } from '../map/map-marks.tsx'
import type { MapSpot } from '../map/map-spots.tsx'
import { TownMap } from '../map/town-map.tsx'
import { visitOrder } from './walks.ts'

const noDevices: readonly DeviceView[] = []
const noMarks: readonly MapMark[] = []

interface WalkMapProps {
  round: PatrolRoundView
  chosen: string | null
  onChoose: (point: string | null) => void
}

/** Points with which they were in the order of visits. No line between them: nobody is followed. */
export function WalkMap({ round, chosen, onChoose }: WalkMapProps) {
  const town = useTown()
  const { t } = town.words
  const points = useQuery(patrolPointsQuery).data
  const spots = useMemo((): MapSpot[] => {
    const order = visitOrder(round)
    return round.points.flatMap(({ id, name, visitedAt }) => {
      const place = points?.find((one) => one.id === id)
      // A point that was removed since has no place any more.
      if (!place) return []
      const n = order.get(id)
      const time = timeOfDay(visitedAt ?? 0, town.zone)
      return [
        {
          id,
          point: [place.lon, place.lat],
          look: n === undefined ? 'unwalked' : 'walked',
          ...(n !== undefined && { mark: String(n) }),
          label:
            n === undefined
              ? t('walk.spotUnvisited', { name })
              : t('walk.spotVisited', { name, n, time }),
          isMain: id === chosen,
          onOpen: () => onChoose(id === chosen ? null : id),
        },
      ]
    })
  }, [round, points, chosen, onChoose, t, town.zone])
  const within = useMemo(() => spots.map(({ point }) => point), [spots])
  return (
    <section className="panel walk-map">
      <TownMap
        places={town.places}
        devices={noDevices}
        marks={noMarks}
        spots={spots}
        focus={round.village}
        within={within}
        label={t('walk.map', { name: round.name })}
      />
    </section>
  )
}
