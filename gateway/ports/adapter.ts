import type { DecodeFailure, Observation } from '../domain/observation.ts'
import type { CameraBook, CameraLink, EventMappings } from './cameras.ts'
import type { Clock } from './clock.ts'
import type { CommandLine } from './commands.ts'
import type { DeviceRegistry } from './device-registry.ts'
import type { PictureStore } from './picture-store.ts'
import type { Tls } from './tls.ts'

/** A message as it came off the wire, before anybody trusted it. */
export interface RawMessage {
  topic: string
  payload: Uint8Array
  receivedAt: number
}

/**
 * The door into the house. `accept` resolves when the batch (or its quarantine row) is committed
 * with fsync: only then may the adapter acknowledge. It rejects with StoreError when nothing was
 * stored; the adapter then must not acknowledge.
 */
export interface Ingest {
  accept(message: RawMessage, decoded: Observation[] | DecodeFailure): Promise<unknown>
  /** Resolves after a commit of its own that holds nothing: for an adapter's probe. */
  probe(): Promise<void>
}

/** One device's messages are held back since then; so many came late. */
export interface Throttle {
  since: number
  messages: number
}

/** Counts one adapter's work for /metrics; each name is a counter. */
export interface AdapterMeter {
  count(name: 'messages' | 'refused' | 'failures' | 'connections' | 'heldBack', by?: number): void
}

export interface AdapterContext {
  ingest: Ingest
  devices: DeviceRegistry
  pictures: PictureStore
  clock: Clock
  meter: AdapterMeter
  log: { info(text: string): void; warn(text: string): void }
  /** For adapters with a server of their own; undefined: there is no certificate. */
  tls?: Tls | undefined
}

/** What an adapter for cameras needs beside that: it calls them, so it must know where and as whom. */
export interface CameraContext extends AdapterContext {
  cameras: CameraBook
  mappings: EventMappings
  /** Why this address may not be called, as a sentence; asked before each connection is made. */
  addressProblem(address: string): Promise<string | undefined>
}

/**
 * One protocol. The supervisor calls `start` once; a throw of UnavailableError is retried with
 * back-off, RejectedError waits for a change of settings. After `stop` resolved no message is in
 * flight and no socket is open.
 */
export interface Adapter {
  readonly name: string
  start(): Promise<void>
  stop(): Promise<void>
  /** Decodes one message of this adapter again: for the replay of what stands in quarantine. */
  decode(message: RawMessage): Promise<Observation[] | DecodeFailure>
  /** False while the path to the devices is down; shown on /readyz and the health page. */
  connected(): boolean
  /** The port its own server listens on, for adapters that have one; undefined while stopped. */
  port?(): number | undefined
  /** The same for its TLS server. */
  securePort?(): number | undefined
  /** Devices that send more than they may, by id. */
  throttled?(): ReadonlyMap<string, Throttle>
  /** For adapters of cameras. */
  readonly cameras?: CameraLink
  /**
   * Sends a message to itself over its own wire; resolves when that was committed. Called one at a
   * time; rejects when it cannot be, or with the signal's reason.
   */
  probe?(signal: AbortSignal): Promise<void>
  /** For devices that can be told something. */
  commands?: CommandLine
}
