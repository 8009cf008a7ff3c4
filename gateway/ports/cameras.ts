import type {
  CameraAbilities,
  CameraPath,
  PrivacyMask,
  PtzPosition,
  PtzVelocity,
} from '../domain/camera.ts'
import type { EventMapping, UnmappedTopic } from '../domain/camera-event.ts'

/** Why a camera could not be asked; each is a text with advice on the screens too. */
export const cameraProblems = [
  'wrongPassword',
  'locked',
  'unreachable',
  'notAllowed',
  'noOnvif',
  'noEvents',
  'unsupported',
  'fault',
  'timeout',
] as const

export type CameraProblem = (typeof cameraProblems)[number]

/** A camera that did not do what was asked; `message` says what, and what to try. */
export class CameraError extends Error {
  override name = 'CameraError'
  readonly problem: CameraProblem
  constructor(problem: CameraProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}

export interface CameraLogin {
  username: string
  password: string
}

/** Where a camera is called, and as whom. */
export interface CameraAccess extends CameraLogin {
  address: string
}

/** A camera that answered to a search of the network. */
export interface FoundCamera {
  address: string
  /** Of its scopes; empty when it does not say. */
  name: string
  hardware: string
  /** Device id in this house; null: it has not joined. */
  device: string | null
}

export interface CameraProbe {
  abilities: CameraAbilities
  /** JPEG; null: it gave none. */
  still: Uint8Array | null
  /** What does not stop it from joining and yet should be known. */
  warnings: CameraProblem[]
}

export interface CameraStream {
  /** rtsp:// without user and password. */
  url: string
  login: CameraLogin
  codec: 'h264' | 'h265' | 'jpeg' | 'unknown'
}

/**
 * What an adapter for cameras does for the house. Each call is bounded in time, gives up with the
 * signal, and rejects with CameraError. A wrong password is tried once: after it each call rejects
 * with `wrongPassword` until the access changed.
 */
export interface CameraLink {
  /** WS-Discovery on the networks this machine is in; ends by itself after some seconds. */
  discover(signal: AbortSignal): Promise<FoundCamera[]>
  /** Asks a camera that need not have joined. */
  probe(access: CameraAccess, signal: AbortSignal): Promise<CameraProbe>
  /** JPEG from the camera's own snapshot address; `unsupported`: it has none. */
  still(device: string, signal: AbortSignal): Promise<Uint8Array>
  stream(device: string, signal: AbortSignal): Promise<CameraStream>
  /** Moves until `stop`, at most so long. */
  move(device: string, velocity: PtzVelocity, maxMs: number): Promise<void>
  stop(device: string): Promise<void>
  goToPreset(device: string, token: string): Promise<void>
  /** `unsupported` where it is not calibrated. */
  goTo(device: string, position: PtzPosition): Promise<void>
  position(device: string): Promise<PtzPosition & { moving: boolean }>
  path(device: string): CameraWay
}

export interface CameraWay {
  path: CameraPath
  since: number
  /** A sentence for the technician; null while all is well. */
  trouble: string | null
  problem: CameraProblem | null
}

/** What the house keeps of a camera beside what it keeps of each device. */
export interface Camera {
  device: string
  username: string
  abilities: CameraAbilities | null
  masks: PrivacyMask[]
}

/**
 * Cameras by device id, held in memory like the device registry. Passwords are sealed at rest and
 * opened by `access` alone. Devices with a camera's adapter and no row here have no login yet.
 */
export interface CameraBook {
  get(device: string): Camera | undefined
  /** Undefined: no address or no login. */
  access(device: string): CameraAccess | undefined
  /** Grows whenever address or login change, so that a refused camera is tried again. */
  accessVersion(device: string): number
  setLogin(device: string, login: CameraLogin): Promise<void>
  setAbilities(device: string, abilities: CameraAbilities): Promise<void>
  setMasks(device: string, masks: PrivacyMask[]): Promise<void>
  /** Event types that stood at the camera when this was last written: a restart asks it again. */
  held(device: string): readonly string[]
  setHeld(device: string, types: readonly string[]): Promise<void>
  reload(): Promise<void>
  /** Called after each change; returns how to stop. */
  onChange(listener: () => void): () => void
}

export interface CameraMoves {
  /**
   * Address and login change together: at no time, nor after a crash, is a password tried at an
   * address that it was not given for. `reload` makes the house know the new address.
   */
  move(device: string, access: CameraAccess, reload: () => Promise<void>): Promise<void>
}

/** Which events of cameras mean what. */
export interface EventMappings {
  /** In order; the first that fits counts. Synchronous: asked for each event. */
  current(): readonly EventMapping[]
  save(mappings: EventMapping[]): Promise<void>
  /** Counted in memory, written now and then. */
  noteUnmapped(seen: Omit<UnmappedTopic, 'firstAt' | 'count' | 'lastAt'> & { at: number }): void
  unmapped(): Promise<UnmappedTopic[]>
  forget(topic: string): Promise<void>
}
