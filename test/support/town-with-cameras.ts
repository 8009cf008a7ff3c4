import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import {
  type CameraFleet,
  createCameraFleet,
  type SimulatedCamera,
} from '../../simulators/camera-fleet.ts'
import { readDevices } from '../../simulators/town.ts'
import { openTownGateway, type TownGateway } from './town-gateway.ts'

/** The real gateway as a process, and the sample town's cameras in this one, to be made to misbehave. */

export interface TownWithCameras {
  gateway: TownGateway
  fleet: CameraFleet
  camera(id: string): SimulatedCamera
  remove(): Promise<void>
}

const town = path.join(import.meta.dirname, '../../examples/town')

/** In devices.csv: where each camera is now, and how one logs in to it. */
async function tellOf(fleet: CameraFleet, folder: string): Promise<void> {
  const file = path.join(folder, 'devices.csv')
  const { username, password } = fleet.login()
  const [header = '', ...rows] = (await readFile(file, 'utf8')).trimEnd().split(/\r?\n/)
  const told = rows.map((row) => {
    const camera = fleet.cameras().get(row.split(',')[0] ?? '')
    if (!camera) return row
    return `${row.replace(/http:[^,]+/, camera.address())},${username}:${password}`
  })
  await writeFile(file, `${[`${header},login`, ...told].join('\n')}\n`)
}

export async function openTownWithCameras(): Promise<TownWithCameras> {
  const fleet = createCameraFleet({
    devices: readDevices(town),
    seed: 1,
    portOf: () => 0,
    rtspPort: 0,
  })
  await fleet.start()
  try {
    const gateway = await openTownGateway({
      settings: { LIANXUN_CAMERA_NETWORKS: '127.0.0.0/8' },
      prepare: (folder) => tellOf(fleet, folder),
    })
    return {
      gateway,
      fleet,
      camera(id) {
        const found = fleet.cameras().get(id)
        if (!found) throw new Error(`there is no camera ${id}`)
        return found
      },
      async remove() {
        await gateway.remove()
        await fleet.stop()
      },
    }
  } catch (error) {
    await fleet.stop()
    throw error
  }
}
