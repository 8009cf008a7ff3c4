import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { devicesQuery } from '../api/queries.ts'
import type { CameraView } from '../api/types.ts'
import { useTown } from '../app/town.ts'
import type { Sight } from '../map/map-features.ts'
import { TownMap } from '../map/town-map.tsx'
import { failureWords } from '../parts/failure-words.ts'
import { type Aimed, AimFields } from './aim-fields.tsx'
import { useCameraChange } from './use-camera-change.ts'

const reachM = 1_500
const usualFieldDeg = 60

/** What a lens sees on the map; nothing where nobody said where it looks. */
export function viewSights(point: [number, number], aimed: Aimed): Sight[] {
  const { headingDeg, fieldOfViewDeg } = aimed
  if (headingDeg === null) return []
  const halfAngleDeg = (fieldOfViewDeg ?? usualFieldDeg) / 2
  return [{ from: point, bearingDeg: headingDeg, halfAngleDeg, reachM }]
}

interface AimProps {
  camera: CameraView
  isEditable: boolean
}

/** Where it stands and looks: alarms of sensors turn to the cameras that can see the place. */
export function CameraAim({ camera, isEditable }: AimProps) {
  const town = useTown()
  const { t } = town.words
  const devices = useQuery(devicesQuery).data
  const kept: Aimed = { headingDeg: camera.headingDeg, fieldOfViewDeg: camera.fieldOfViewDeg }
  const [draft, setDraft] = useState<Aimed | null>(null)
  const save = useCameraChange(camera.id, () => setDraft(null))
  const { headingDeg, fieldOfViewDeg } = draft ?? kept
  const { lon, lat } = camera
  const own = useMemo(() => devices?.filter(({ id }) => id === camera.id) ?? [], [devices, camera])
  const active = useMemo(() => new Set([camera.id]), [camera.id])
  const around = useMemo(
    () => ({ point: [lon, lat] as [number, number], metres: 1_700 }),
    [lon, lat],
  )
  const sights = useMemo(
    () => viewSights([lon, lat], { headingDeg, fieldOfViewDeg }),
    [lon, lat, headingDeg, fieldOfViewDeg],
  )
  return (
    <section className="panel camera-panel camera-aim">
      <h2 className="panel-title">{t('camera.aim')}</h2>
      <div className="camera-map">
        <TownMap
          places={town.places}
          devices={own}
          active={active}
          marks={[]}
          sights={sights}
          around={around}
          label={t('map.device', { name: camera.name })}
        >
          {headingDeg === null && <span className="map-note">{t('camera.headingNone')}</span>}
        </TownMap>
      </div>
      {isEditable ? (
        <>
          <AimFields value={{ headingDeg, fieldOfViewDeg }} onChange={setDraft} />
          {save.isError && (
            <p className="said" role="alert">
              {failureWords(save.error, t)}
            </p>
          )}
          <div className="camera-acts">
            <Button
              type="primary"
              disabled={draft === null}
              loading={save.isPending}
              onClick={() => draft && save.mutate(draft)}
            >
              {t('camera.save')}
            </Button>
            {draft !== null && <Button onClick={() => setDraft(null)}>{t('dialog.cancel')}</Button>}
          </div>
        </>
      ) : (
        <dl className="pairs">
          <dt>{t('camera.heading')}</dt>
          <dd>{headingDeg === null ? t('camera.headingNone') : `${headingDeg}°`}</dd>
          <dt>{t('camera.fieldOfView')}</dt>
          <dd>{fieldOfViewDeg === null ? '—' : `${fieldOfViewDeg}°`}</dd>
        </dl>
      )}
    </section>
  )
}
