import { aimAlong } from '../domain/aim.ts'
import type { PrivacyMask, PtzVelocity } from '../domain/camera.ts'
import type { Device } from '../domain/device.ts'
import { ConflictError, InvalidError } from '../domain/errors.ts'
import type { Town } from '../domain/town.ts'
import {
  type CameraAccess,
  type CameraBook,
  CameraError,
  type CameraLink,
  type CameraLogin,
  type CameraProbe,
  type CameraProblem,
  type FoundCamera,
} from '../ports/cameras.ts'
import type { DeviceRegistry, DeviceStore } from '../ports/device-registry.ts'
import type { TownStore } from '../ports/town-store.ts'
import { type AdoptedDevice, toDevice } from './adopt.ts'
import type { CameraHand, Held } from './camera-hand.ts'

/** What people do with cameras: find them, try them, let them join, set and turn them. */
export interface CameraDesk {
  discover(signal: AbortSignal): Promise<FoundCamera[]>
  /** Never rejects for what the camera did: that is the answer. */
  probe(access: CameraAccess, signal: AbortSignal): Promise<ProbeOutcome>
  join(camera: NewCamera): Promise<void>
  change(id: string, change: CameraChange): Promise<void>
  turn(device: Device, act: PtzAct, by: string): Promise<Held | undefined>
}

export type ProbeOutcome =
  | { kind: 'answered'; probe: CameraProbe }
  | { kind: 'failed'; problem: CameraProblem; text: string }

export interface NewCamera extends Omit<AdoptedDevice, 'kind' | 'adapter' | 'address'> {
  address: string
  headingDeg: number | null
  fieldOfViewDeg: number | null
  login: CameraLogin
}

export interface CameraChange {
  login?: CameraLogin | undefined
  address?: string | undefined
  headingDeg?: number | null | undefined
  fieldOfViewDeg?: number | null | undefined
  masks?: PrivacyMask[] | undefined
}

export type PtzAct =
  | ({ act: 'move' } & PtzVelocity)
  | { act: 'stop' }
  | { act: 'preset'; token: string }
  | { act: 'bearing'; bearingDeg: number }

export interface CameraDeskParts {
  link: CameraLink
  book: CameraBook
  hand: CameraHand
  devices: DeviceRegistry
  store: Pick<TownStore, 'addDevice'> & Pick<DeviceStore, 'place'>
  town: () => Town
  addressProblem: (address: string) => Promise<string | undefined>
  newSecret: () => string
  hashSecret: (secret: string) => string
  /** Makes the house know what changed. */
  reload: () => Promise<void>
}

/** A key that is held down says so again before this. */
const longestMoveMs = 2_000

export function createCameraDesk(parts: CameraDeskParts): CameraDesk {
  const { link, book, hand, devices, store } = parts

  async function checkAddress(address: string): Promise<void> {
    const problem = await parts.addressProblem(address)
    if (problem !== undefined) throw new InvalidError(`address: ${problem}.`)
  }

  async function turnTowards(device: Device, bearingDeg: number): Promise<void> {
    const ptz = book.get(device.id)?.abilities?.ptz
    if (!ptz) throw new ConflictError('This camera does not turn.', null)
    if (device.headingDeg === null) {
      throw new ConflictError('Its heading is not known: set it on the camera’s page.', null)
    }
    const aim = aimAlong(ptz, { headingDeg: device.headingDeg, bearingDeg })
    if (!aim) throw new ConflictError('It cannot look there, and no preset of it is near.', null)
    if (aim.kind === 'position') await link.goTo(device.id, aim.position)
    else await link.goToPreset(device.id, aim.token)
  }

  async function doTurn(device: Device, act: PtzAct): Promise<void> {
    switch (act.act) {
      case 'move':
        return link.move(device.id, act, longestMoveMs)
      case 'stop':
        return link.stop(device.id)
      case 'preset':
        return link.goToPreset(device.id, act.token)
      case 'bearing':
        return turnTowards(device, act.bearingDeg)
    }
  }

  return {
    async discover(signal) {
      const found = await link.discover(signal)
      const hosts = new Map(
        devices.all().flatMap(({ id, address }) => (address ? [[hostOf(address), id]] : [])),
      )
      return found.map((one) => ({ ...one, device: hosts.get(hostOf(one.address)) ?? null }))
    },
    async probe(access, signal) {
      const problem = await parts.addressProblem(access.address)
      if (problem !== undefined) return { kind: 'failed', problem: 'notAllowed', text: problem }
      try {
        return { kind: 'answered', probe: await link.probe(access, signal) }
      } catch (error) {
        if (!(error instanceof CameraError)) throw error
        return { kind: 'failed', problem: error.problem, text: error.message }
      }
    },
    async join({ login, headingDeg, fieldOfViewDeg, ...camera }) {
      await checkAddress(camera.address)
      const adopted = { ...camera, kind: 'camera', adapter: 'onvif' } as const
      const device = { ...toDevice(adopted, parts.town().places), headingDeg, fieldOfViewDeg }
      // A camera does not call us; nobody learns this secret.
      await store.addDevice(device, parts.hashSecret(parts.newSecret()))
      await parts.reload()
      await book.setLogin(camera.id, login)
    },
    async change(id, { login, masks, ...place }) {
      if (place.address !== undefined && place.address !== devices.get(id)?.address) {
        // Else whoever may set addresses could have the stored password tried anywhere.
        if (!login)
          throw new InvalidError('login: a new address needs user name and password anew.')
        await checkAddress(place.address)
      }
      await store.place(id, place)
      await parts.reload()
      if (masks !== undefined) await book.setMasks(id, masks)
      if (login !== undefined) await book.setLogin(id, login)
    },
    async turn(device, act, by) {
      const held = hand.take(device.id, by)
      try {
        await doTurn(device, act)
      } catch (error) {
        if (error instanceof CameraError) throw new ConflictError(error.message, error.problem)
        throw error
      }
      return held
    },
  }
}

/** Host and port: two cameras may stand behind one address. */
function hostOf(address: string): string {
  const text = address.includes('://') ? address : `http://${address}`
  return URL.canParse(text) ? new URL(text).host : address
}
