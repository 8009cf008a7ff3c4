import type { z } from 'zod'
import type { CameraAbilities } from '../domain/camera.ts'
import type { Device } from '../domain/device.ts'
import type { CameraWay } from '../ports/cameras.ts'
import { wordsFor } from './camera-trouble.ts'
import type { cameraViewSchema } from './schemas/cameras.ts'
import type { HttpServices } from './services.ts'

type CameraView = z.output<typeof cameraViewSchema>

/** Without what only the gateway needs. */
export function abilitiesView(abilities: CameraAbilities | null): CameraView['abilities'] {
  if (abilities === null) return null
  const { ptz } = abilities
  return {
    ...abilities,
    ptz: ptz && { continuous: ptz.continuous, absolute: ptz.absolute, presets: ptz.presets },
  }
}

/** The whole sentence names host and user. */
function troubleOf({ trouble, problem }: CameraWay, maySeeLogin: boolean): string | null {
  if (maySeeLogin || trouble === null) return trouble
  return problem && wordsFor(problem)
}

/** A device as a camera, with the way to it and what is known of its picture. */
export function cameraView(
  { cameras }: Pick<HttpServices, 'cameras'>,
  device: Device,
  maySeeLogin: boolean,
): CameraView {
  const { book, link } = cameras
  const camera = book.get(device.id)
  const way = link.path(device.id)
  const held = cameras.hand.heldBy(device.id)
  return {
    id: device.id,
    name: device.name,
    village: device.village,
    grid: device.grid,
    lon: device.position[0],
    lat: device.position[1],
    headingDeg: device.headingDeg,
    fieldOfViewDeg: device.fieldOfViewDeg,
    address: maySeeLogin ? device.address : null,
    username: maySeeLogin ? (camera?.username ?? null) : null,
    path: camera ? way.path : 'noLogin',
    pathSince: camera ? way.since : null,
    problem: camera ? way.problem : null,
    trouble: camera ? troubleOf(way, maySeeLogin) : null,
    abilities: abilitiesView(camera?.abilities ?? null),
    masks: camera?.masks ?? [],
    ...cameras.glance(device.id),
    heldBy: held?.by ?? null,
    heldUntil: held?.until ?? null,
  }
}
