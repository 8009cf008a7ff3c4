import type { PtzAbility } from '../../../gateway/domain/camera.ts'
import { camerasThatSee, type Watcher } from '../../../gateway/domain/sight.ts'
import type { AlarmView, CameraView, CaseView } from '../api/types.ts'

/** Which camera is looked through live beside an alarm: its own, or the nearest that can see the place. */

export interface LiveChoice {
  camera: CameraView
  /** It raised the alarm itself. */
  isOwn: boolean
  /** From it to the place; null: nobody can tell. */
  bearingDeg: number | null
}

/** Where its turning ends is the gateway's to know: a camera that turns to bearings is taken to see all round. */
function abilityOf({ abilities }: CameraView): PtzAbility | null {
  const ptz = abilities?.ptz
  if (!ptz) return null
  return { ...ptz, panRangeDeg: ptz.absolute ? [-180, 180] : null, tiltRangeDeg: null }
}

function watcherOf(camera: CameraView): Watcher {
  return {
    id: camera.id,
    position: [camera.lon, camera.lat],
    headingDeg: camera.headingDeg,
    fieldOfViewDeg: camera.fieldOfViewDeg,
    ptz: abilityOf(camera),
  }
}

export function liveCameraOf(
  one: Pick<CaseView, 'lon' | 'lat'>,
  alarm: Pick<AlarmView, 'device' | 'cause'> | null,
  cameras: readonly CameraView[],
): LiveChoice | null {
  const able = cameras.filter(({ path }) => path === 'up')
  const own = able.find(({ id }) => id === alarm?.device)
  if (own) return { camera: own, isOwn: true, bearingDeg: alarm?.cause.bearingDeg ?? null }
  const [nearest] = camerasThatSee([one.lon, one.lat], able.map(watcherOf), 1)
  const camera = able.find(({ id }) => id === nearest?.camera)
  if (!nearest || !camera) return null
  return { camera, isOwn: false, bearingDeg: nearest.bearingDeg }
}
