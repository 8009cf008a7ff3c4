import type { Device } from '../domain/device.ts'
import { ConflictError, InvalidError, NotFoundError } from '../domain/errors.ts'
import type { Actor } from '../domain/person.ts'
import { isInScope, type Place } from '../domain/place.ts'
import { roundState, type VideoLook, type VideoPlan } from '../domain/video-round.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type { PictureStore } from '../ports/picture-store.ts'
import type { PictureUploads } from '../ports/picture-uploads.ts'
import type { CountedRound, VideoStore } from '../ports/video-store.ts'
import type { ReportDesk } from './reports.ts'

/** What people do on video rounds: plan them, look camera by camera, report, sign, excuse. */
export interface VideoDesk {
  savePlan(id: string | undefined, plan: Omit<VideoPlan, 'id'>): Promise<VideoPlan>
  look(actor: Actor, round: CountedRound, look: NewLook, address?: string): Promise<void>
  sign(actor: Actor, round: CountedRound): Promise<void>
  excuse(round: CountedRound, reason: string): Promise<void>
}

interface NewLook extends Pick<VideoLook, 'camera' | 'verdict' | 'findings' | 'note'> {
  hazard: string | null
}

export interface VideoDeskParts {
  store: VideoStore
  devices: Pick<DeviceRegistry, 'get'>
  reportDesk: Pick<ReportDesk, 'report'>
  /** The camera's picture of now. */
  takeStill: (camera: string) => Promise<{ jpeg: Uint8Array }>
  pictures: PictureStore
  uploads: Pick<PictureUploads, 'add'>
  places: () => readonly Place[]
  /** Plans are looked through at once. */
  planned: () => Promise<void>
  clock: Clock
  newId: NewId
}

export function createVideoDesk(parts: VideoDeskParts): VideoDesk {
  const { store, devices, clock } = parts

  function checkOpen(round: CountedRound): void {
    const state = roundState(round, clock.now())
    if (state === 'due' || state === 'underWay') return
    const words = {
      planned: 'This round has not begun yet.',
      done: 'This round is signed already.',
      excused: 'This round was excused.',
      incomplete: 'The time of this round is over.',
      missed: 'The time of this round is over.',
    }
    throw new ConflictError(words[state], state)
  }

  function cameraOf(id: string, scope: string): Device {
    const device = devices.get(id)
    const isThere = device?.kind === 'camera' && isInScope(scope, device.grid ?? device.village)
    if (!isThere) throw new InvalidError(`cameras: there is no camera ${id} in ${scope}.`)
    return device
  }

  /** A camera that gives no picture is reported without one: the report must not wait for it. */
  async function pictureFor(actor: Actor, camera: string): Promise<string | null> {
    try {
      const { jpeg } = await parts.takeStill(camera)
      const sha256 = await parts.pictures.put(jpeg)
      await parts.uploads.add({ sha256, by: actor.id, at: clock.now() })
      return sha256
    } catch {
      return null
    }
  }

  /** What is done about it stands in its case; a look that says nothing of it would hide that. */
  async function checkNotReported(round: CountedRound, camera: string): Promise<void> {
    const looks = await store.looks(round.id)
    const before = looks.find((look) => look.camera === camera && look.verdict === 'reported')
    if (!before) return
    throw new ConflictError('This camera was reported in this round already.', before.case)
  }

  interface Reported {
    actor: Actor
    look: NewLook
    address: string | undefined
  }

  async function reportOf(round: CountedRound, { actor, look, address }: Reported) {
    const { camera, hazard, findings, note } = look
    if (hazard === null) throw new InvalidError('hazard: say what is reported.')
    const device = devices.get(camera)
    if (!device) throw new NotFoundError(`There is no camera ${camera} any more.`)
    const picture = await pictureFor(actor, camera)
    const text = [`${round.name} ${device.name}`, ...findings, note ?? '']
      .filter(Boolean)
      .join('；')
    const [lon, lat] = device.position
    const report = {
      hazard,
      text,
      lon,
      lat,
      severity: 'yellow' as const,
      source: 'desk' as const,
      externalId: `videoRound:${round.id}:${camera}`,
      pictures: picture === null ? [] : [picture],
    }
    const { caseId } = await parts.reportDesk.report(actor, report, address)
    return { case: caseId, picture }
  }

  return {
    async savePlan(id, plan) {
      if (!parts.places().some(({ code }) => code === plan.scope)) {
        throw new InvalidError(`scope: there is no place ${plan.scope}.`)
      }
      for (const camera of plan.cameras) cameraOf(camera, plan.scope)
      if (new Set(plan.cameras).size < plan.cameras.length) {
        throw new InvalidError('cameras: one of them is there twice.')
      }
      const saved = { id: id ?? parts.newId(), ...plan }
      await store.savePlan(saved, clock.now())
      await parts.planned()
      return saved
    },
    async look(actor, round, look, address) {
      checkOpen(round)
      if (!round.cameras.includes(look.camera)) {
        throw new InvalidError(`camera: ${look.camera} is not in this round.`)
      }
      await checkNotReported(round, look.camera)
      const wasReported =
        look.verdict === 'reported' ? await reportOf(round, { actor, look, address }) : undefined
      const { hazard: _hazard, ...said } = look
      await store.saveLook({
        round: round.id,
        at: clock.now(),
        by: actor.id,
        ...said,
        case: wasReported?.case ?? null,
        picture: wasReported?.picture ?? null,
      })
    },
    async sign(actor, round) {
      checkOpen(round)
      const seen = new Set((await store.looks(round.id)).map(({ camera }) => camera))
      // Nobody can look at a camera that has left the house since.
      const missing = round.cameras.filter((id) => !seen.has(id) && devices.get(id)).length
      if (missing > 0) {
        throw new ConflictError(`${missing} cameras of this round were not looked at yet.`, missing)
      }
      await store.sign(round.id, actor.id, clock.now())
    },
    async excuse(round, reason) {
      if (round.signedAt !== null) throw new ConflictError('This round is signed already.', 'done')
      await store.excuse(round.id, reason)
    },
  }
}
