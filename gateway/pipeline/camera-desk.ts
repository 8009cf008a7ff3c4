import { aimAlong } from '../domain/aim.ts'
import type { PrivacyMask, PtzVelocity } from '../domain/camera.ts'
import type { EventMapping } from '../domain/camera-event.ts'
import type { Device } from '../domain/device.ts'
import { ConflictError, InvalidError } from '../domain/errors.ts'
import type { Town } from '../domain/town.ts'
import {
  type CameraAccess,
  type CameraBook,
  CameraError,
  type CameraLink,
  type CameraLogin,
  type CameraMoves,
  type CameraProbe,
  type CameraProblem,
  type EventMappings,
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
  /** Replaces what events of cameras mean. */
  map(mappings: EventMapping[]): Promise<void>
  /** Rejects with CameraError when the camera did not do it; it is held all the same. */
  turn(device: Device, act: PtzAct, by: string): Promise<Held>
}

type ProbeOutcome =
  | { kind: 'answered'; probe: CameraProbe }
  | { kind: 'failed'; problem: CameraProblem; text: string }

interface NewCamera extends Omit<AdoptedDevice, 'kind' | 'adapter' | 'address'> {
  address: string
  headingDeg: number | null
  fieldOfViewDeg: number | null
  login: CameraLogin
}

interface CameraChange {
  login?: CameraLogin | undefined
  address?: string | undefined
  headingDeg?: number | null | undefined
  fieldOfViewDeg?: number | null | undefined
  masks?: PrivacyMask[] | undefined
}

type PtzAct =
  | ({ act: 'move' } & PtzVelocity)
  | { act: 'stop' }
  | { act: 'preset'; token: string }
  | { act: 'bearing'; bearingDeg: number }

export interface CameraDeskParts {
  link: CameraLink
  book: CameraBook & CameraMoves
  hand: CameraHand
  mappings: Pick<EventMappings, 'current' | 'save'>
  devices: DeviceRegistry
  store: Pick<TownStore, 'addDevice'> & Pick<DeviceStore, 'place'>
  town: () => Town
  addressProblem: (address: string) => Promise<string | undefined>
  newSecret: () => string
  hashSecret: (secret: string) => string
  /** Makes the house know what changed. */
  reload: () => Promise<void>
  /** A foreign picture, small and made anew. */
  preview: (jpeg: Uint8Array) => Promise<Uint8Array>
}

/** A key that is held down says so again before this. */
const longestMoveMs = 2_000

export function createCameraDesk(parts: CameraDeskParts): CameraDesk {
  const { link, book, hand, devices, store } = parts

  async function checkAddress(address: string): Promise<void> {
    const problem = await parts.addressProblem(address)
    if (problem !== undefined) throw new InvalidError(`address: ${problem}.`)
  }

  function checkMappings(wanted: readonly EventMapping[]): void {
    const known = new Set([
      ...parts.town().hazards.map(({ id }) => id),
      // What stood there may stay.
      ...parts.mappings.current().map(({ hazard }) => hazard),
    ])
    const ids = new Set<string>()
    for (const { id, hazard } of wanted) {
      if (ids.has(id)) throw new InvalidError(`items: there are two mappings ${id}.`)
      if (!known.has(hazard)) throw new InvalidError(`items: there is no hazard ${hazard}.`)
      ids.add(id)
    }
  }

  async function turnTowards(device: Device, bearingDeg: number): Promise<void> {
    const ptz = book.get(device.id)?.abilities?.ptz
    if (!ptz) throw new ConflictError('It is not known yet whether this camera turns.', null)
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

  /** Nobody sees what it is that answered, unless it is a picture. */
  async function previewOf(still: Uint8Array | null): Promise<Uint8Array | null> {
    if (still === null) return null
    return parts.preview(still).catch(() => null)
  }

  return {
    discover: (signal) => link.discover(signal),
    async probe(access, signal) {
      const problem = await parts.addressProblem(access.address)
      if (problem !== undefined) return { kind: 'failed', problem: 'notAllowed', text: problem }
      try {
        const probe = await link.probe(access, signal)
        return { kind: 'answered', probe: { ...probe, still: await previewOf(probe.still) } }
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
    async change(id, { login, masks, address, ...place }) {
      const isMove = address !== undefined && address !== devices.get(id)?.address
      if (isMove) {
        // Else whoever may set addresses could have the stored password tried anywhere.
        if (!login)
          throw new InvalidError('login: a new address needs user name and password anew.')
        await checkAddress(address)
      }
      if (masks !== undefined && !login && !book.get(id)) {
        throw new ConflictError(
          'Give this camera a login first; masks are drawn on its picture.',
          null,
        )
      }
      await store.place(id, place)
      if (isMove && login) await book.move(id, { address, ...login }, parts.reload)
      else {
        await parts.reload()
        if (login) await book.setLogin(id, login)
      }
      if (masks !== undefined) await book.setMasks(id, masks)
    },
    async map(wanted) {
      checkMappings(wanted)
      await parts.mappings.save(wanted)
      await parts.reload()
    },
    async turn(device, act, by) {
      // Nobody holds what cannot be held.
      const camera = book.get(device.id)
      if (!camera || camera.abilities?.ptz === null) {
        throw new ConflictError('This camera does not turn, or has no login yet.', null)
      }
      const held = hand.take(device.id, by)
      await doTurn(device, act)
      return held
    },
  }
}
