import { type Alarms, createAlarms } from './alarms.ts'
import { type BadManners, goodManners, parseManners } from './bad-manners.ts'
import { type CameraCounters, createCounting } from './camera-counters.ts'
import { type CameraListener, createCameraListener } from './camera-listener.ts'
import { createCameraEvents, type RaisedEvent } from './events.ts'
import { deviceOperations, scopesOf } from './onvif-device.ts'
import { type EventServiceOptions, eventOperations } from './onvif-events.ts'
import { imagingOperations } from './onvif-imaging.ts'
import { type Authentication, createDoorkeeper, usualAuthentication } from './onvif-login.ts'
import { type EncodedStream, mediaOperations, usualStreams } from './onvif-media.ts'
import { ptzOperations } from './onvif-ptz.ts'
import { type CameraIdentity, type Operations, servicePaths } from './onvif-service.ts'
import { createPtzHead, type PtzAbilities, type PtzHead, type PtzView, usualPtz } from './ptz.ts'
import { createPullPoints, type PullPoints } from './pull-points.ts'
import { createSoapEndpoint } from './soap-endpoint.ts'
import { realTiming, type Timing } from './timing.ts'

/**
 * A camera as the network sees it: ONVIF over SOAP (device, media, events with pull points, PTZ,
 * imaging) and a still over HTTP. It behaves by the book unless its manners are changed.
 */
export interface OnvifCamera {
  start: () => Promise<void>
  /** Cuts all connections; what is still in flight is lost, as with a real one. */
  stop: () => Promise<void>
  port: () => number
  /** Where clients find it. */
  address: () => string
  identity: CameraIdentity
  scopes: () => string[]
  /** Where it looks, for whoever draws the picture. */
  view: () => PtzView
  /** Undefined: it cannot be turned. */
  head: PtzHead | undefined
  raise: (event: RaisedEvent) => void
  alarms: Alarms
  manners: () => BadManners
  /** Merges; throws when a name or value is wrong. */
  behave: (change: Partial<BadManners>) => void
  /** Back to good manners. */
  behaveWell: () => void
  authentication: () => Authentication
  setAuthentication: (change: Partial<Authentication>) => void
  isLocked: () => boolean
  unlock: () => void
  /** Everything is cut and forgotten, the port closed; resolves when it is back. */
  reboot: (downMs: number) => Promise<void>
  isUp: () => boolean
  counters: () => CameraCounters
  /** Forgets the counts; what is open or pending goes on counting. */
  resetCounters: () => void
}

export interface OnvifCameraOptions {
  identity: Pick<CameraIdentity, 'name' | 'serial'> & Partial<CameraIdentity>
  username: string
  password: string
  host?: string
  /** 0 chooses a free one, which it keeps over reboots. */
  port?: number
  /** How long a reboot asked for over SOAP takes. */
  rebootMs?: number
  stillJpeg?: () => Promise<Buffer>
  rtspUrl?: string | (() => string)
  streams?: readonly EncodedStream[]
  /** `false`: fixed. */
  ptz?: Partial<PtzAbilities> | false
  authentication?: Partial<Authentication>
  manners?: Partial<BadManners>
  referenceParameters?: boolean
  maxPullPoints?: number
  timing?: Timing
}

/** So long the answer to SystemReboot has to get out. */
const lastWordsMs = 100

function uuidOf(serial: string): string {
  const hex = Buffer.from(serial).toString('hex').padEnd(12, '0').slice(-12)
  return `urn:uuid:4c580000-0000-4000-8000-${hex}`
}

function identityOf({ identity }: OnvifCameraOptions): CameraIdentity {
  return {
    manufacturer: 'Lianxun',
    model: 'SimCam',
    firmware: '1.0.0',
    hardware: 'SimCam',
    uuid: uuidOf(identity.serial),
    ...identity,
  }
}

function createParts(options: OnvifCameraOptions) {
  const timing = options.timing ?? realTiming
  let manners: BadManners = { ...goodManners, ...options.manners }
  const cameraNow = () => timing.now() + manners.clockOffsetMs
  const points: PullPoints = createPullPoints({
    timing,
    most: options.maxPullPoints ?? 10,
    properties: () => events.properties(),
  })
  const events = createCameraEvents({
    now: cameraNow,
    manners: () => manners,
    publish: (event) => points.publish(event),
  })
  const abilities = options.ptz === false ? undefined : { ...usualPtz, ...options.ptz }
  return {
    timing,
    cameraNow,
    points,
    events,
    abilities,
    head: abilities && createPtzHead(abilities, timing.now),
    counting: createCounting(() => points.open().length),
    doorkeeper: createDoorkeeper({
      timing,
      cameraNow,
      authentication: {
        ...usualAuthentication,
        ...options.authentication,
        username: options.username,
        password: options.password,
      },
    }),
    manners: () => manners,
    setManners(wanted: BadManners) {
      manners = wanted
    },
  }
}

type Parts = ReturnType<typeof createParts>

function operationsOf(
  options: OnvifCameraOptions,
  parts: Parts,
  { events, reboot }: { events: EventServiceOptions; reboot: () => void },
): Operations {
  const { head, abilities, cameraNow, doorkeeper } = parts
  const { rtspUrl = '' } = options
  const hasPtz = head !== undefined
  return {
    ...deviceOperations({
      identity: identityOf(options),
      cameraNow,
      username: () => doorkeeper.current().username,
      hasPtz,
      knowsPlace: abilities?.calibrated ?? true,
      reboot,
    }),
    ...mediaOperations({
      hasPtz,
      rtspUrl: () => (typeof rtspUrl === 'string' ? rtspUrl : rtspUrl()),
      hasSnapshot: options.stillJpeg !== undefined,
      encodings: options.streams ?? usualStreams,
    }),
    ...eventOperations(events),
    ...imagingOperations(),
    ...(head && abilities ? ptzOperations({ head, abilities, cameraNow }) : {}),
  }
}

/** The quiet states that a camera tells every new subscriber. */
function settle(alarms: Alarms) {
  alarms.motion(false)
  alarms.tamper(false)
  alarms.sceneChange(false)
  alarms.digitalInput(false)
  alarms.impairedVisibility(false)
}

interface Power {
  isUp: () => boolean
  on: () => Promise<void>
  off: () => Promise<void>
  reboot: (downMs: number) => Promise<void>
  /** After the answer to the request has got out. */
  rebootSoon: (downMs: number) => void
}

function createPower(parts: Parts, listener: CameraListener): Power {
  const { timing, points } = parts
  // Whoever switched last decides; a reboot that was overtaken does not come back.
  let switched = 0
  let isUp = false
  let callOff: (() => void) | undefined
  async function down() {
    isUp = false
    callOff?.()
    callOff = undefined
    points.removeAll()
    await listener.cut()
  }
  async function up() {
    await listener.open()
    isUp = true
  }
  async function reboot(downMs: number) {
    const mine = ++switched
    const gone = down()
    const rested = new Promise<void>((resolve) => {
      const cancel = timing.after(downMs, resolve)
      callOff = () => {
        cancel()
        resolve()
      }
    })
    await Promise.all([gone, rested])
    if (mine === switched) await up()
  }
  return {
    isUp: () => isUp,
    on() {
      switched++
      return up()
    },
    off() {
      switched++
      return down()
    },
    reboot,
    rebootSoon(downMs) {
      callOff = timing.after(lastWordsMs, () => void reboot(downMs).catch(() => undefined))
    },
  }
}

export function createOnvifCamera(options: OnvifCameraOptions): OnvifCamera {
  const parts = createParts(options)
  const { timing, points, counting, doorkeeper, manners, head } = parts
  const host = options.host ?? '127.0.0.1'
  const events: EventServiceOptions = {
    points,
    timing,
    cameraNow: parts.cameraNow,
    manners,
    counting,
    maxPullPoints: options.maxPullPoints ?? 10,
    referenceParameters: options.referenceParameters ?? false,
  }
  const operations = operationsOf(options, parts, {
    events,
    reboot: () => power.rebootSoon(options.rebootMs ?? 20_000),
  })
  const { stillJpeg } = options
  const parcel = { timing, manners, counting, doorkeeper, operations, events, stillJpeg }
  const handle = createSoapEndpoint(parcel)
  const listener = createCameraListener({
    host,
    port: options.port ?? 0,
    counting,
    isHalfOpen: () => manners().halfOpen,
    handle: (request, response) => void handle(request, response),
  })
  const power = createPower(parts, listener)
  const alarms = createAlarms(parts.events.raise, parts.cameraNow)
  settle(alarms)
  const identity = identityOf(options)

  return {
    start: power.on,
    stop: power.off,
    port: listener.port,
    address: () => `http://${host}:${listener.port()}${servicePaths.device}`,
    identity,
    scopes: () => scopesOf(identity, head !== undefined),
    view: () => head?.view() ?? { panDeg: 0, tiltDeg: 0, zoom: 0 },
    head,
    raise: parts.events.raise,
    alarms,
    manners,
    behave: (change) => parts.setManners({ ...manners(), ...parseManners(change) }),
    behaveWell: () => parts.setManners(goodManners),
    authentication: doorkeeper.current,
    setAuthentication: doorkeeper.change,
    isLocked: doorkeeper.isLocked,
    unlock: doorkeeper.unlock,
    reboot: power.reboot,
    isUp: power.isUp,
    counters: counting.counters,
    resetCounters: counting.reset,
  }
}
