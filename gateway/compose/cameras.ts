import { randomUUID } from 'node:crypto'
import { localTime } from '../domain/town-time.ts'
import { createCameraDesk } from '../pipeline/camera-desk.ts'
import { createCameraHand } from '../pipeline/camera-hand.ts'
import { createVideoCoverage } from '../pipeline/video-coverage.ts'
import { createVideoPlanner } from '../pipeline/video-planner.ts'
import { onCommit } from '../storage/database.ts'
import { createDeviceStore } from '../storage/device-store.ts'
import { createEvidenceLog } from '../storage/evidence-log.ts'
import { hashSecret, newSecret } from '../storage/secrets.ts'
import { createVideoStore } from '../storage/video-store.ts'
import { createViewStore } from '../storage/view-store.ts'
import { createEvidence } from '../video/evidence.ts'
import { createFrameGrab } from '../video/frame-grab.ts'
import { createLiveness } from '../video/liveness.ts'
import { createRtspDoor } from '../video/rtsp-door.ts'
import { createSlew } from '../video/slew.ts'
import { cleanStill } from '../video/still-picture.ts'
import { createStills } from '../video/stills.ts'
import type { House, Stores } from './house.ts'
import type { Judgement } from './judgement.ts'
import type { Live } from './live.ts'
import type { Ways } from './ways.ts'

interface Others {
  watch: Judgement['watch']
  live: Live
}

/** What the house does with its cameras beside hearing them: stills, evidence, turning, rounds. */
export function createCameras(house: House, stores: Stores, ways: Ways, { watch, live }: Others) {
  const { db, key, clock, logger } = house
  const { cameraBook: book, devices, pictures } = stores
  const { cameras: link, guard, ingest } = ways
  const door = createRtspDoor()
  const stills = createStills({ link, grab: createFrameGrab({ link, door, guard }), book, clock })
  const hand = createCameraHand(clock)
  const evidenceLog = createEvidenceLog(db)
  const slew = createSlew({ link, hand, clock, logger, take: (shot) => evidence.add(shot) })
  const evidence = createEvidence({
    log: evidenceLog,
    stills,
    pictures,
    devices,
    book,
    clock,
    logger,
    cue: (cue) => slew.cue(cue),
    onCommit: (listener) => onCommit(db, listener),
  })
  const liveness = createLiveness({
    ingest,
    stills,
    devices,
    book,
    link,
    clock,
    logger,
    views: createViewStore({ db, now: () => clock.now() }),
    isAway: (camera) => slew.isAway(camera),
    hourOf: (at) => Math.floor(localTime(at, watch.town().timeZone).minute / 60),
  })
  const deviceStore = createDeviceStore({ db, clock })
  const store = createVideoStore({ db, newId: randomUUID })
  const timeZone = () => watch.town().timeZone
  const planner = createVideoPlanner({
    store,
    ingest,
    devices,
    clock,
    logger,
    timeZone,
    wholeTown: () => watch.town().places.find((place) => place.level === 'town')?.code,
  })
  const desk = createCameraDesk({
    link,
    book,
    hand,
    mappings: stores.eventMappings,
    devices,
    store: {
      addDevice: (device, hash) => stores.towns.addDevice(device, hash),
      place: (id, change) => deviceStore.place(id, change),
    },
    town: watch.town,
    addressProblem: async (address) => {
      const judgement = await guard.judge(address)
      return judgement.ok ? undefined : judgement.problem
    },
    newSecret,
    hashSecret: (secret) => hashSecret(key, secret),
    reload: () => watch.look(),
    preview: (jpeg) => cleanStill(jpeg, []),
  })

  return {
    desk,
    hand,
    book,
    link,
    stills,
    evidence: evidenceLog,
    mappings: stores.eventMappings,
    acceptView: (device: string) => liveness.accept(device),
    glance: (device: string) => ({
      stillAt: stills.last(device)?.at ?? null,
      pictureFaults: [...liveness.faults(device)],
      viewers: live.viewers(device),
    }),
    rounds: { store, planner, coverage: createVideoCoverage(store, timeZone) },
    async start() {
      await door.start()
      await evidence.start()
      await liveness.start()
      planner.start()
    },
    async stop() {
      await Promise.all([planner.stop(), liveness.stop(), evidence.stop(), slew.stop()])
      await stills.stop()
      await door.stop()
    },
  }
}

export type Cameras = ReturnType<typeof createCameras>
