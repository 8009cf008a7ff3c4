import sharp from 'sharp'
import {
  createOnvifCamera,
  type OnvifCamera,
  type OnvifCameraOptions,
} from '../../../simulators/camera/onvif-camera.ts'
import { type House, type HouseOptions, openHouse, type Person, villageA } from './house.ts'
import { seen } from './on-air.ts'

/** A house with simulated cameras on this machine. */

export const api = '/api/v1'
export const cameraLogin = { username: 'watch', password: 'Heron-Nest-9' }
/** Pan 0 of every camera here looks east. */
export const headingDeg = 90

/** Plain white, so that a mask shows. */
function whiteJpeg(width = 320, height = 180): Promise<Buffer> {
  const create = { width, height, channels: 3 as const, background: '#ffffff' }
  return sharp({ create }).jpeg().toBuffer()
}

/** The grey value at a place given as fractions. */
export async function greyAt(jpeg: Uint8Array, x: number, y: number): Promise<number> {
  const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true })
  return data[Math.floor(y * info.height) * info.width + Math.floor(x * info.width)] as number
}

export interface CameraHouse extends House {
  admin: Person
  /** On a free port; gone with the house. */
  camera(options?: Partial<OnvifCameraOptions>): Promise<OnvifCamera>
  /** What the dialog sends for it. */
  joining(id: string, camera: Pick<OnvifCamera, 'address'>): Record<string, unknown>
  /** Joins and waits until its events can come. */
  joined(id: string, options?: Partial<OnvifCameraOptions>): Promise<OnvifCamera>
}

export async function openCameraHouse(options: HouseOptions = {}): Promise<CameraHouse> {
  const house = await openHouse({ ...options, networks: ['127.0.0.0/8'] })
  const admin = await house.as('townAdmin-town')
  const cameras: OnvifCamera[] = []

  async function camera(options: Partial<OnvifCameraOptions> = {}): Promise<OnvifCamera> {
    const serial = `S${cameras.length}`
    const made = createOnvifCamera({
      identity: { name: serial, serial, place: { lon: 106.705, lat: 29.19, headingDeg } },
      ...cameraLogin,
      stillJpeg: () => whiteJpeg(),
      ...options,
    })
    cameras.push(made)
    await made.start()
    return made
  }

  function joining(id: string, { address }: Pick<OnvifCamera, 'address'>) {
    const place = { village: villageA, lon: 106.705, lat: 29.19 }
    const view = { headingDeg, fieldOfViewDeg: 60 }
    return { id, name: `瞭望 ${id}`, ...place, ...view, address: address(), ...cameraLogin }
  }

  return {
    ...house,
    admin,
    camera,
    joining,
    async joined(id, options) {
      const made = await camera(options)
      const { status, text } = await admin.post(`${api}/cameras`, joining(id, made))
      if (status !== 201) throw new Error(text)
      await seen<{ path: string; abilities: unknown }>(admin, `${api}/cameras/${id}`, (body) => {
        return body.path === 'up' && body.abilities !== null
      })
      return made
    },
    async stop() {
      await house.stop()
      await Promise.all(cameras.map((one) => one.stop()))
    },
  }
}
