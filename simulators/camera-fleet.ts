import { randomBytes } from 'node:crypto'
import { distanceM } from '../gateway/domain/place.ts'
import { type CameraControl, createCameraControl } from './camera/camera-control.ts'
import { createClipEncoder } from './camera/h264-encode.ts'
import { createOnvifCamera, type OnvifCamera } from './camera/onvif-camera.ts'
import { createDiscoveryResponder, type DiscoveryResponder } from './camera/onvif-discovery.ts'
import { createPicture, type Picture } from './camera/picture.ts'
import { type ClipSource, createClipSource } from './camera/picture-clip.ts'
import { type RtspServer, startRtspServer } from './camera/rtsp-server.ts'
import { hash } from './random.ts'
import type { Burning, Play, Sighted } from './scenarios/play.ts'
import { bearingDeg, type TownDevice } from './town.ts'
import type { VirtualClock } from './virtual-clock.ts'

/**
 * The cameras of a town in one process: each with its own ONVIF port (the one in devices.csv), its
 * own picture and its own path on one RTSP server. What a scenario puts before a camera is seen in
 * its picture, and said by its recognition as an ONVIF event.
 */
export interface CameraFleet {
  start(): Promise<void>
  stop(): Promise<void>
  /** Adds what the scenario shows to cameras. */
  play(play: Play): void
  /** Follows the clock until `stop`. */
  run(clock: VirtualClock): void
  /** Brings pictures and events up to a moment of scenario time. */
  advance(nowMs: number): void
  cameras(): ReadonlyMap<string, SimulatedCamera>
  login(): { username: string; password: string }
  /** Ports of what the cameras share; 0: not there. */
  ports(): { rtsp: number; discovery: number; control: number }
}

export interface SimulatedCamera extends OnvifCamera {
  device: TownDevice
  picture: Picture
  clip: ClipSource
  rtspUrl: () => string
}

export interface CameraFleetOptions {
  devices: readonly TownDevice[]
  seed: number
  username?: string
  /** Made when not given; show it where other secrets are shown. */
  password?: string
  host?: string
  /** Usually the port in the device's address. */
  portOf?: (device: TownDevice) => number
  rtspPort?: number
  /** WS-Discovery; undefined: none. Usually 3702, and a machine may forbid it. */
  discoveryPort?: number
  /** For people; undefined: none. */
  controlPort?: number
}

const tickMs = 200
/** Haze hides what is further away. */
const sightM = 6000
const usualRtspPort = 18_554
/** At zoom 1 the field of view is so many times narrower. */
const zoomMost = 10
/** What its one profile offers is what the stream gives. */
const stream = {
  token: 'Profile_1',
  name: 'MainStream',
  width: 640,
  height: 360,
  frameRate: 10,
  kbits: 1024,
}
const classes = { smoke: 'Smoke', fire: 'Fire' } as const

function portIn({ id, address }: TownDevice): number {
  const port = URL.canParse(address) ? Number(new URL(address).port) : 0
  if (port > 0) return port
  throw new Error(`camera ${id} has no address with a port in devices.csv`)
}

function aim(picture: Picture, { view }: Pick<OnvifCamera, 'view'>) {
  const { panDeg, tiltDeg, zoom } = view()
  picture.look({ panDeg, tiltDeg, zoom: 1 + zoom * (zoomMost - 1) })
}

interface Surroundings {
  options: CameraFleetOptions
  encoder: ReturnType<typeof createClipEncoder>
  login: { username: string; password: string }
  rtspPort: () => number
}

function createSimulatedCamera(device: TownDevice, around: Surroundings): SimulatedCamera {
  const { options, encoder, login, rtspPort } = around
  const { seed, host = '127.0.0.1', portOf = portIn } = options
  const { id, name, headingDeg, fieldOfViewDeg, position } = device
  const { width: streamWidth, height: streamHeight } = stream
  const picture = createPicture({
    name,
    headingDeg,
    fieldOfViewDeg,
    seed,
    streamWidth,
    streamHeight,
  })
  const rtspUrl = () => `rtsp://${host}:${rtspPort()}/${id}`
  const [lon, lat] = position
  const onvif = createOnvifCamera({
    identity: {
      name,
      serial: `SIM-${id}`,
      uuid: `urn:uuid:4c580000-0000-4000-8000-${hash(id).toString(16).padStart(12, '0')}`,
      place: { lon, lat, headingDeg },
    },
    ...login,
    host,
    port: portOf(device),
    rtspUrl,
    streams: [stream],
    stillJpeg() {
      aim(picture, onvif)
      return picture.stillJpeg(Date.now())
    },
  })
  return { ...onvif, device, picture, clip: createClipSource({ picture, encoder }), rtspUrl }
}

/** A look-out that scans all around stops where it sees something, and returns after it. */
function lookThere({ head, device }: SimulatedCamera, { state, bearingDeg }: Sighted) {
  if (!head || head.isMoving()) return
  const fromHeading = ((bearingDeg - device.headingDeg + 540) % 360) - 180
  const fromView = ((fromHeading - head.view().panDeg + 540) % 360) - 180
  if (state === 'clear') head.moveTo({ panDeg: 0, tiltDeg: 0, zoom: 0 })
  else if (Math.abs(fromView) > device.fieldOfViewDeg / 2) head.moveTo({ panDeg: fromHeading })
}

/** The camera's recognition; it stays until it is cleared. */
function recognise(camera: SimulatedCamera, sighted: Sighted) {
  const { alarms } = camera
  lookThere(camera, sighted)
  const isThere = sighted.state === 'active'
  const seen = { classes: [classes[sighted.type]], object: sighted.type }
  if (isThere) alarms.objectDetected(seen.classes)
  alarms.objectsInside(isThere, seen)
}

/** In steps: each is a picture of its own that has to be encoded. */
const inSteps = (share: number) => Math.round(Math.min(1, Math.max(0, share)) * 5) / 5

function show({ picture, device }: SimulatedCamera, all: readonly Burning[]) {
  const fires = all
    .map(({ place, smoke, flames }) => ({
      bearingDeg: bearingDeg(device.position, place),
      distanceM: distanceM(device.position, place),
      smoke: inSteps(smoke),
      flames: inSteps(flames),
    }))
    .filter((fire) => fire.smoke > 0 && fire.distanceM < sightM)
  picture.show({ fires })
}

/** What the cameras share: a stream server, an answer to searches, a door for people. */
function createSharedServices(options: CameraFleetOptions, cameras: Map<string, SimulatedCamera>) {
  const { host = '127.0.0.1', discoveryPort, controlPort } = options
  const ports = { rtsp: 0, discovery: 0, control: 0 }
  let rtsp: RtspServer | undefined
  let discovery: DiscoveryResponder | undefined
  let control: CameraControl | undefined
  return {
    ports,
    async start(auth: { username: string; password: string }) {
      const streams = [...cameras].map(([id, { clip }]) => ({ path: `/${id}`, source: clip }))
      rtsp = await startRtspServer({ port: options.rtspPort ?? usualRtspPort, host, auth, streams })
      ports.rtsp = rtsp.port
      if (discoveryPort !== undefined) {
        const found = () =>
          [...cameras.values()]
            .filter((camera) => camera.isUp())
            .map(({ identity, scopes, address }) => {
              return { uuid: identity.uuid, scopes: scopes(), addresses: [address()] }
            })
        discovery = createDiscoveryResponder({ cameras: found, port: discoveryPort })
        ports.discovery = await discovery.start()
      }
      if (controlPort !== undefined) {
        control = createCameraControl({ cameras: () => cameras, port: controlPort })
        ports.control = await control.start()
      }
    },
    async stop() {
      await Promise.all([rtsp?.stop(), discovery?.stop(), control?.stop()])
    },
  }
}

export function createCameraFleet(options: CameraFleetOptions): CameraFleet {
  const { username = 'admin', password = randomBytes(12).toString('base64url') } = options
  const login = { username, password }
  const cameras = new Map<string, SimulatedCamera>()
  const shared = createSharedServices(options, cameras)
  const encoder = createClipEncoder()
  const around = { options, encoder, login, rtspPort: () => shared.ports.rtsp }
  for (const device of options.devices.filter((one) => one.kind === 'camera')) {
    cameras.set(device.id, createSimulatedCamera(device, around))
  }
  const plays: Play[] = []
  let script: Sighted[] = []
  let timer: NodeJS.Timeout | undefined

  function advance(nowMs: number) {
    const due = script.filter((one) => one.atMs <= nowMs).sort((a, b) => a.atMs - b.atMs)
    if (due.length > 0) script = script.filter((one) => one.atMs > nowMs)
    for (const sighted of due) {
      const camera = cameras.get(sighted.camera.id)
      if (camera) recognise(camera, sighted)
    }
    const burning = plays.flatMap((play) => play.burning?.(nowMs) ?? [])
    for (const camera of cameras.values()) show(camera, burning)
    // The stream is encoded anew for each view: it follows when the head has come to rest.
    for (const camera of cameras.values()) {
      if (!camera.head?.isMoving()) aim(camera.picture, camera)
    }
  }

  return {
    async start() {
      await shared.start(login)
      await Promise.all([...cameras.values()].map((camera) => camera.start()))
    },
    async stop() {
      clearInterval(timer)
      await Promise.all([...cameras.values()].map((camera) => camera.stop()))
      await shared.stop()
      await encoder.stop()
    },
    play(play) {
      plays.push(play)
      script.push(...(play.sighted ?? []))
    },
    run(clock) {
      clearInterval(timer)
      timer = setInterval(() => advance(clock.now()), tickMs)
    },
    advance,
    cameras: () => cameras,
    login: () => login,
    ports: () => ({ ...shared.ports }),
  }
}
