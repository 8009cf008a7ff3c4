import type { CameraView, PlaceView } from '../api/types.ts'

/** Which cameras of the list are shown, and in which order. Pure. */

export const cameraStates = ['up', 'connecting', 'down', 'refused', 'noLogin'] as const
export type ShownState = (typeof cameraStates)[number] | 'all' | 'faulty'

export interface CameraFilter {
  state: ShownState
  village?: string | undefined
}

export function isShown(camera: CameraView, { state, village }: CameraFilter): boolean {
  if (village !== undefined && camera.village !== village) return false
  if (state === 'all') return true
  if (state === 'faulty') return camera.pictureFaults.length > 0
  return camera.path === state
}

export interface VillageCameras {
  village: string
  cameras: CameraView[]
}

const byName = (a: CameraView, b: CameraView) =>
  a.name.localeCompare(b.name, 'zh', { numeric: true }) || (a.id < b.id ? -1 : 1)

/** In the order of the town's villages; what belongs to none comes last. */
export function byVillage(
  cameras: readonly CameraView[],
  places: readonly PlaceView[],
): VillageCameras[] {
  const order = places.filter(({ level }) => level === 'village').map(({ code }) => code)
  const rank = (code: string) => (order.includes(code) ? order.indexOf(code) : order.length)
  const codes = [...new Set(cameras.map(({ village }) => village))]
  return codes
    .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((village) => ({
      village,
      cameras: cameras.filter((one) => one.village === village).toSorted(byName),
    }))
}
