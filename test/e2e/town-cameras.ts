import type { APIRequestContext } from 'playwright-core'
import { type CameraFleet, createCameraFleet } from '../../simulators/camera-fleet.ts'
import { readDevices } from '../../simulators/town.ts'

/** Simulated cameras of the sample town on ports that were free, and how they get their logins. */

export interface TownCameras {
  fleet: CameraFleet
  /** What to type to reach a camera. */
  address(id: string): string
  login: { username: string; password: string }
  /** As the administrator sets it for a camera that the town has registered. */
  sign(request: APIRequestContext, url: string, ids: readonly string[]): Promise<void>
  stop(): Promise<void>
}

const root = new URL('../../', import.meta.url).pathname

export async function startTownCameras(
  ids?: readonly string[],
  password = 'tower-over-the-ridge-4',
): Promise<TownCameras> {
  const devices = readDevices(`${root}examples/town`).filter(
    ({ id, kind }) => kind === 'camera' && (ids?.includes(id) ?? true),
  )
  const login = { username: 'admin', password }
  const fleet = createCameraFleet({
    devices,
    seed: 1,
    ...login,
    portOf: () => 0,
    rtspPort: 0,
  })
  await fleet.start()

  function address(id: string): string {
    const camera = fleet.cameras().get(id)
    if (!camera) throw new Error(`there is no simulated camera ${id}`)
    return camera.address()
  }

  return {
    fleet,
    address,
    login,
    async sign(request, url, signed) {
      for (const id of signed) {
        const answer = await request.fetch(`${url}/api/v1/cameras/${id}`, {
          method: 'PATCH',
          headers: { 'x-lianxun': '1' },
          data: { address: address(id), login },
        })
        if (!answer.ok()) throw new Error(`${id}: ${answer.status()} ${await answer.text()}`)
      }
    },
    stop: () => fleet.stop(),
  }
}
