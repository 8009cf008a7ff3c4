import { useMemo } from 'react'
import type { CaseDetail, CaseView, DeviceView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import type { MapMark } from '../map/map-marks.tsx'
import type { MapSpot } from '../map/map-spots.tsx'
import { TownMap } from '../map/town-map.tsx'
import { badgeState } from '../parts/badge.tsx'
import { useNearestPoint } from '../patrols/nearest-point.ts'
import { distanceWords } from './distance.ts'

interface CaseMapProps {
  one: CaseView
  detail: CaseDetail | undefined
  devices: readonly DeviceView[]
  others?: readonly CaseView[]
  onOpen?: (id: string) => void
}

const none: readonly CaseView[] = []

/** Where: the case, the devices that saw it, the directions they saw it in. */
export function CaseMap({ one, detail, devices, others = none, onOpen }: CaseMapProps) {
  const town = useTown()
  const { t } = town.words
  const evidence = useMemo(
    () => detail?.evidence ?? (one.lastAlarm ? [one.lastAlarm] : []),
    [detail?.evidence, one.lastAlarm],
  )
  const active = useMemo(() => new Set(evidence.map((alarm) => alarm.device)), [evidence])
  const sights = useMemo(
    () =>
      evidence
        .filter((alarm) => alarm.cause.bearingDeg !== undefined)
        .map((alarm) => ({
          from: [alarm.lon, alarm.lat] as [number, number],
          bearingDeg: alarm.cause.bearingDeg ?? 0,
        })),
    [evidence],
  )
  const title = town.title(one)
  const marks = useMemo((): MapMark[] => {
    const near = others
      .filter((other) => other.id !== one.id)
      .map((other) => ({
        id: other.id,
        point: [other.lon, other.lat] as [number, number],
        severity: other.severity,
        state: badgeState(other),
        label: town.title(other),
        onOpen: onOpen && (() => onOpen(other.id)),
      }))
    return [
      ...near,
      {
        id: one.id,
        point: [one.lon, one.lat],
        severity: one.severity,
        state: badgeState(one),
        label: one.lastAlarm?.deviceName ?? town.place(one.grid ?? one.village),
        isMain: true,
      },
    ]
  }, [others, one, onOpen, town])
  const spots = useNearestSpot(one)
  const lines = new Set(sights.map((sight) => sight.from.join())).size
  return (
    <div className="case-map">
      <TownMap
        places={town.places}
        devices={devices}
        marks={marks}
        sights={sights}
        spots={spots}
        active={active}
        focus={one.village}
        label={t('map.case', { title })}
      >
        {lines === 1 && <span className="map-note">{t('map.oneLine')}</span>}
      </TownMap>
    </div>
  )
}

/** From where somebody could go there. */
function useNearestSpot(one: CaseView): MapSpot[] {
  const { t } = useTown().words
  const nearest = useNearestPoint(one)
  const { id, name, lon = 0, lat = 0 } = nearest?.point ?? {}
  const metres = Math.round(nearest?.metres ?? 0)
  return useMemo(
    () =>
      id === undefined
        ? []
        : [
            {
              id,
              point: [lon, lat],
              look: 'walked',
              label: t('where.fromHere', { name: name ?? '', distance: distanceWords(t, metres) }),
              isNamed: true,
              // Away from the case, whose own words stand below it.
              side: lon < one.lon ? 'left' : 'right',
            },
          ],
    [id, name, lon, lat, one.lon, metres, t],
  )
}
