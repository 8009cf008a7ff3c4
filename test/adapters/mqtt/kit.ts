import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { generate, type Packet, parser } from 'mqtt-packet'
import { createMqttAdapter, type MqttAdapter } from '../../../adapters/mqtt/adapter.ts'
import type { MqttConfig } from '../../../adapters/mqtt/config.ts'
import type { Device } from '../../../gateway/domain/device.ts'
import type { DecodeFailure, Observation } from '../../../gateway/domain/observation.ts'
import type { AdapterContext, RawMessage } from '../../../gateway/ports/adapter.ts'
import type { DeviceRegistry } from '../../../gateway/ports/device-registry.ts'
import { hashSecret, verifyHash } from '../../../gateway/storage/secrets.ts'

export const village = '990101101201'

function deviceOf(id: string, overrides: Partial<Device> = {}): Device {
  return {
    id,
    name: id,
    kind: 'airStation',
    village,
    grid: null,
    position: [106.7, 29.18],
    adapter: 'mqtt',
    address: null,
    headingDeg: null,
    fieldOfViewDeg: null,
    state: 'active',
    ...overrides,
  }
}

/** The secret of device `x` is `secret-x`, till `change` gives it another or `block` shuts it out. */
function registryOf(ids: readonly string[]) {
  const key = Buffer.alloc(32, 7)
  const hashOf = (id: string) => hashSecret(key, `secret-${id}`)
  const known = new Map(ids.map((id) => [id, { device: deviceOf(id), hash: hashOf(id) }]))
  const blocked = new Set<string>()
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const registry: DeviceRegistry = {
    get: (id) => known.get(id)?.device,
    speaker: (id) => known.get(id)?.device,
    all: () => [...known.values()].map(({ device }) => device),
    isBlocked: (id) => blocked.has(id),
    standing: () => ({ blocked: null, oldSecretUntil: null }),
    admit(id, secret) {
      const hash = known.get(id)?.hash
      if (!verifyHash(key, secret, hash) || blocked.has(id)) return undefined
      return { holds: () => known.get(id)?.hash === hash && !blocked.has(id) }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return {
    registry,
    block(id: string) {
      blocked.add(id)
      tell()
    },
    change(id: string, secret: string) {
      known.set(id, { device: deviceOf(id), hash: hashSecret(key, secret) })
      tell()
    },
    remove(id: string) {
      known.delete(id)
      tell()
    },
    /** As a reload does that found nothing new. */
    tell,
  }
}

interface Accepted {
  message: RawMessage
  decoded: Observation[] | DecodeFailure
}

/** An ingest whose commits the test decides: it holds them while `gate` is closed. */
export function fakeHouse(ids: readonly string[] = ['a', 'b']) {
  const accepted: Accepted[] = []
  const stored: Accepted[] = []
  const pictures = new Map<string, Uint8Array>()
  const counts: Record<string, number> = {}
  const lines: string[] = []
  const held: (() => void)[] = []
  let closed = false
  let failing: Error | undefined
  let probes = 0
  const devices = registryOf(ids)

  const context: AdapterContext = {
    ingest: {
      async accept(message, decoded) {
        accepted.push({ message, decoded })
        if (failing) throw failing
        if (closed) await new Promise<void>((resolve) => held.push(resolve))
        stored.push({ message, decoded })
      },
      async probe() {
        if (failing) throw failing
        if (closed) await new Promise<void>((resolve) => held.push(resolve))
        probes += 1
      },
    },
    devices: devices.registry,
    pictures: {
      async put(jpeg) {
        const name = createHash('sha256').update(jpeg).digest('hex')
        pictures.set(name, jpeg)
        return name
      },
      get: async (name) => pictures.get(name),
      async *older() {},
      removeIf: async () => 0,
    },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    meter: {
      count: (name, by = 1) => {
        counts[name] = (counts[name] ?? 0) + by
      },
    },
    log: { info: (text) => lines.push(text), warn: (text) => lines.push(text) },
  }
  return {
    context,
    devices,
    /** Probes that were committed. */
    probes: () => probes,
    accepted,
    stored,
    pictures,
    counts,
    lines,
    closeGate: () => {
      closed = true
    },
    openGate: () => {
      closed = false
      for (const resolve of held.splice(0)) resolve()
    },
    failWith: (error: Error | undefined) => {
      failing = error
    },
    /** What came in but for what connections say of themselves. */
    messages: () => accepted.filter(({ message }) => !message.topic.endsWith('/status')),
    payloads: () =>
      accepted
        .filter(({ message }) => !message.topic.endsWith('/status'))
        .map(({ message }) => Buffer.from(message.payload).toString()),
    statuses: (device: string) =>
      accepted
        .filter(({ message }) => message.topic === `lianxun/${village}/${device}/status`)
        .map(({ message }) => Buffer.from(message.payload).toString()),
  }
}

export type House = ReturnType<typeof fakeHouse>

export async function startEmbedded(
  house: House,
  overrides: Partial<Extract<MqttConfig, { mode: 'embedded' }>> = {},
): Promise<MqttAdapter & { listening: number }> {
  const adapter = createMqttAdapter(
    { mode: 'embedded', host: '127.0.0.1', port: 0, ...overrides },
    house.context,
  )
  await adapter.start()
  const listening = adapter.port()
  if (listening === undefined) throw new Error('the embedded broker does not listen')
  return { ...adapter, listening }
}

/** Waits for a condition on real processes and sockets, bounded. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for: ${what}`)
    await delay(10)
  }
}

export function topicOf(device: string, kind = 'telemetry', place = village): string {
  return `lianxun/${place}/${device}/${kind}`
}

type ConnectOverrides = Partial<Extract<Packet, { cmd: 'connect' }>>

/** A client that says exactly what the test wants, byte by byte. */
export interface RawClient {
  socket: Socket
  received: Packet[]
  closed: Promise<void>
  isClosed(): boolean
  send(packet: Packet): void
  write(bytes: Uint8Array): void
  /** Resolves with the next packet of that kind, or rejects when the connection ends before. */
  next(cmd: Packet['cmd']): Promise<Packet>
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1' })
  const received: Packet[] = []
  const reader = parser()
  const taken: Partial<Record<Packet['cmd'], number>> = {}
  let isClosed = false
  reader.on('packet', (packet) => received.push(packet))
  socket.on('data', (chunk) => reader.parse(chunk))
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true
      resolve()
    })
  })
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
  return {
    socket,
    received,
    closed,
    isClosed: () => isClosed,
    send: (packet) => socket.write(generate(packet)),
    write: (bytes) => socket.write(bytes),
    async next(cmd) {
      const index = taken[cmd] ?? 0
      const found = () => received.filter((packet) => packet.cmd === cmd)[index]
      await until(`${cmd} number ${index + 1}`, () => found() !== undefined || isClosed)
      const packet = found()
      if (packet === undefined) throw new Error(`the connection ended before ${cmd}`)
      taken[cmd] = index + 1
      return packet
    },
  }
}

export function connectPacket(device: string, overrides: ConnectOverrides = {}): Packet {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: device,
    keepalive: 0,
    username: device,
    password: Buffer.from(`secret-${device}`),
    ...overrides,
  }
}

export function publishPacket(
  topic: string,
  payload: string | Buffer,
  overrides: Partial<Extract<Packet, { cmd: 'publish' }>> = {},
): Packet {
  return {
    cmd: 'publish',
    topic,
    payload,
    qos: 1,
    dup: false,
    retain: false,
    messageId: 1,
    ...overrides,
  }
}

/** Connected and accepted. */
export async function loggedIn(
  port: number,
  device: string,
  overrides: ConnectOverrides = {},
): Promise<RawClient> {
  const client = await rawClient(port)
  client.send(connectPacket(device, overrides))
  const connack = await client.next('connack')
  if (connack.cmd !== 'connack' || connack.returnCode !== 0) throw new Error('not accepted')
  return client
}
