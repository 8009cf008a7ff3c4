import { setTimeout as delay } from 'node:timers/promises'
import { type CameraFleet, createCameraFleet } from '../camera-fleet.ts'
import { readDevices } from '../town.ts'
import { freePort } from './ports.ts'
import type { CameraAccess } from './town-copy.ts'

/** Where they usually are; the next free ones otherwise. */
const usualPorts = { rtsp: 18_554, control: 18_099 }
/** Drawing a clip keeps the processor busy for a second: others get their turn between two. */
const restMs = 500

/** The town's cameras in this process; the gateway calls them, as it does in a real town. */
export async function createDemoCameras(options: {
  town: string
  access: CameraAccess
  seed: number
}): Promise<CameraFleet> {
  const { town, access, seed } = options
  return createCameraFleet({
    devices: readDevices(town),
    seed,
    ...access,
    rtspPort: await freePort(usualPorts.rtsp),
    controlPort: await freePort(usualPorts.control),
  })
}

/** So that the first look at any of them is quick. Resolves with what went wrong, if anything did. */
export async function warmUp(cameras: CameraFleet): Promise<string | undefined> {
  try {
    for (const { clip } of cameras.cameras().values()) {
      await clip.ready()
      await delay(restMs)
    }
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
