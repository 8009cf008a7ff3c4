import type { Device } from '../domain/device.ts'
import { camerasThatSee, type Sighting, type Watcher } from '../domain/sight.ts'
import { createLoop } from '../pipeline/loop.ts'
import type { CameraBook } from '../ports/cameras.ts'
import { CameraError } from '../ports/cameras.ts'
import type { Clock } from '../ports/clock.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type { CaseHappening, EvidenceLog, StillCause } from '../ports/evidence.ts'
import type { PictureStore } from '../ports/picture-store.ts'
import type { Stills } from './stills.ts'

/**
 * When a case begins or grows, the cameras that can see the place take a picture: the alarm's own
 * camera at once, others that look there, and those that turn are asked to (slew to cue). Pictures
 * come after the case, never before it: nothing waits for a camera.
 */
export interface Evidence {
  start(): Promise<void>
  stop(): Promise<void>
  /** Adds this camera's picture of now to the case. */
  add(shot: Shot): Promise<void>
}

export interface Shot {
  camera: string
  caseId: string
  cause: StillCause
  bearingDeg: number | null
  maxAgeMs: number
}

export interface Cue {
  sighting: Sighting
  happening: CaseHappening
}

export interface EvidenceParts {
  log: EvidenceLog
  stills: Stills
  pictures: PictureStore
  devices: DeviceRegistry
  book: Pick<CameraBook, 'get'>
  /** Has a camera turn there and take its picture. */
  cue: (cue: Cue) => void
  onCommit: (listener: () => void) => () => void
  clock: Clock
  logger: { warn(text: string): void }
}

const batch = 100
/** A picture of later shows something else. */
const tooLateMs = 120_000
const camerasPerCase = 3
const mostPerMinute = 2
const mostPerCase = 30
/** Nothing to be seen of these. */
const invisible = new Set(['deviceFault', 'patrolMissed', 'dispute'])

export function createEvidence(parts: EvidenceParts): Evidence {
  const { log, stills, pictures, devices, book, clock } = parts
  const underWay = new Set<Promise<void>>()
  let position: number | undefined
  let unfollow: (() => void) | undefined

  async function add({ camera, caseId, cause, bearingDeg, maxAgeMs }: Shot): Promise<void> {
    const now = clock.now()
    if ((await log.countStills(camera, caseId, now - 60_000)) >= mostPerMinute) return
    if ((await log.countStills(camera, caseId, 0)) >= mostPerCase) return
    const { jpeg, at } = await stills.take(camera, maxAgeMs)
    const sha256 = await pictures.put(jpeg)
    const cameraName = devices.get(camera)?.name ?? camera
    await log.add({ camera, cameraName, caseId, at, sha256, cause, bearingDeg })
  }

  function watcherOf(device: Device): Watcher {
    return { ...device, ptz: book.get(device.id)?.abilities?.ptz ?? null }
  }

  function takeSoon(shot: Shot): void {
    const work = add(shot)
      .catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error)
        const isExpected = error instanceof CameraError
        if (!isExpected) parts.logger.warn(`no picture of case ${shot.caseId}: ${why}`)
      })
      .finally(() => underWay.delete(work))
    underWay.add(work)
  }

  function lookAt(happening: CaseHappening): void {
    const { at, hazard, isOpen, caseId } = happening
    if (!isNews(happening) || invisible.has(hazard) || !isOpen) return
    if (clock.now() - at > tooLateMs) return
    const shot = { caseId, cause: 'alarm' as const, maxAgeMs: 1_000 }
    const cameras = devices.all().filter((one) => book.get(one.id) && one.state === 'active')
    const own = cameras.find((camera) => camera.id === happening.device)
    // Where a camera saw something is not known, only along which bearing.
    // Of before the alarm there is nothing to see.
    if (own) return takeSoon({ ...shot, camera: own.id, bearingDeg: null, maxAgeMs: 0 })
    const sightings = camerasThatSee(happening.position, cameras.map(watcherOf), camerasPerCase)
    for (const sighting of sightings) {
      if (sighting.aim) parts.cue({ sighting, happening })
      else takeSoon({ ...shot, camera: sighting.camera, bearingDeg: sighting.bearingDeg })
    }
  }

  async function work(): Promise<number | null> {
    position ??= await log.position()
    const happenings = await log.after(position, batch)
    const last = happenings.at(-1)
    if (!last) return null
    for (const happening of happenings) lookAt(happening)
    // After a crash nothing is looked at twice; what was under way is too late anyhow.
    position = last.id
    await log.savePosition(position)
    return happenings.length === batch ? 0 : null
  }

  const loop = createLoop({
    work,
    failed(reason) {
      if (reason !== null) parts.logger.warn(`pictures of cases wait: ${reason}`)
    },
  })

  return {
    add,
    async start() {
      position = await log.position()
      unfollow = parts.onCommit(() => loop.wake())
      loop.start()
    },
    async stop() {
      unfollow?.()
      await loop.stop()
      await Promise.all(underWay)
    },
  }
}

/** What devices say comes as an alarm after the case was opened; a person's report is the opening. */
function isNews({ act, isByPerson }: CaseHappening): boolean {
  return act === 'alarm' || (act === 'opened' && isByPerson)
}
