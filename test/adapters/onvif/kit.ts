import type { CameraAbilities } from '../../../gateway/domain/camera.ts'
import type { EventMapping } from '../../../gateway/domain/camera-event.ts'
import { defaultMappings } from '../../../gateway/domain/camera-event-defaults.ts'
import type { Device } from '../../../gateway/domain/device.ts'
import type {
  DecodeFailure,
  DeviceEvent,
  Observation,
} from '../../../gateway/domain/observation.ts'
import type { AdapterMeter, CameraContext, RawMessage } from '../../../gateway/ports/adapter.ts'
import type { CameraBook, CameraLogin, EventMappings } from '../../../gateway/ports/cameras.ts'

const village = '990101101201'

export interface JoinedCamera {
  id: string
  address: string
  login?: CameraLogin
  state?: Device['state']
}

function deviceOf({ id, address, state = 'active' }: JoinedCamera): Device {
  return {
    id,
    name: id,
    kind: 'camera',
    village,
    grid: null,
    position: [106.7, 29.18],
    adapter: 'onvif',
    address,
    headingDeg: 0,
    fieldOfViewDeg: 60,
    state,
  }
}

/** Somebody who waits until a condition holds; asked again after each thing that happens. */
function createWaiting() {
  const waiting = new Set<() => void>()
  return {
    happened() {
      for (const look of waiting) look()
    },
    until: async (what: string, holds: () => boolean, limitMs = 20_000): Promise<void> => {
      if (holds()) return
      await new Promise<void>((resolve, reject) => {
        const end = (error?: Error) => {
          waiting.delete(look)
          clearInterval(again)
          clearTimeout(late)
          if (error) reject(error)
          else resolve()
        }
        const look = () => {
          if (holds()) end()
        }
        const again = setInterval(look, 10)
        const late = setTimeout(() => end(new Error(`${what} did not come about`)), limitMs)
        waiting.add(look)
      })
    },
  }
}

/** A house around the adapter: registry, book, mappings and an ingest that keeps what it gets. */
export function createHouse(
  joined: readonly JoinedCamera[] = [],
  { addressProblem }: Partial<Pick<CameraContext, 'addressProblem'>> = {},
) {
  const devices = new Map(joined.map((camera) => [camera.id, deviceOf(camera)]))
  const logins = new Map<string, CameraLogin>()
  const versions = new Map<string, number>()
  const abilities = new Map<string, CameraAbilities>()
  const held = new Map<string, readonly string[]>()
  const blocked = new Set<string>()
  const observations: Observation[] = []
  const messages: RawMessage[] = []
  const unmapped: Parameters<EventMappings['noteUnmapped']>[0][] = []
  const counts: Record<string, number> = {}
  const lines: string[] = []
  const listeners = new Set<() => void>()
  const waiting = createWaiting()
  let mappings: readonly EventMapping[] = defaultMappings
  let failing: Error | undefined
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const onChange = (listener: () => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const setLogin = (id: string, login: CameraLogin) => {
    logins.set(id, login)
    versions.set(id, (versions.get(id) ?? 0) + 1)
  }
  for (const { id, login } of joined) if (login) setLogin(id, login)

  const book: CameraBook = {
    get(device) {
      const login = logins.get(device)
      if (!login) return undefined
      const known = abilities.get(device) ?? null
      return { device, username: login.username, abilities: known, masks: [] }
    },
    access(device) {
      const login = logins.get(device)
      const address = devices.get(device)?.address
      return login && address ? { address, ...login } : undefined
    },
    accessVersion: (device) => versions.get(device) ?? 0,
    async setLogin(device, login) {
      setLogin(device, login)
      tell()
    },
    async setAbilities(device, found) {
      abilities.set(device, found)
      waiting.happened()
      tell()
    },
    async setMasks() {},
    held: (device) => held.get(device) ?? [],
    async setHeld(device, types) {
      held.set(device, types)
    },
    async reload() {},
    onChange,
  }
  const meter: AdapterMeter = {
    count(name, by = 1) {
      counts[name] = (counts[name] ?? 0) + by
      waiting.happened()
    },
  }
  const say = (text: string) => {
    lines.push(text)
    waiting.happened()
  }
  const context: CameraContext = {
    ingest: {
      async accept(message: RawMessage, decoded: Observation[] | DecodeFailure) {
        if (failing) throw failing
        messages.push(message)
        if (!Array.isArray(decoded)) throw new Error('a camera message is never a failure')
        observations.push(...decoded)
        waiting.happened()
      },
      async probe() {},
    },
    devices: {
      get: (id) => devices.get(id),
      speaker: (id) => devices.get(id),
      all: () => [...devices.values()],
      isBlocked: (id) => blocked.has(id),
      standing: () => ({ blocked: null, oldSecretUntil: null }),
      admit: () => undefined,
      onChange,
    },
    pictures: {
      put: async () => '',
      get: async () => undefined,
      async *older() {},
      removeIf: async () => 0,
    },
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    meter,
    log: { info: say, warn: say },
    cameras: book,
    mappings: {
      current: () => mappings,
      save: async (next) => {
        mappings = next
      },
      noteUnmapped(seen) {
        unmapped.push(seen)
        waiting.happened()
      },
      unmapped: async () => [],
      forget: async () => {},
    },
    addressProblem: addressProblem ?? (async () => undefined),
  }

  return {
    context,
    book,
    observations,
    messages,
    unmapped,
    counts,
    lines,
    held,
    abilities,
    until: waiting.until,
    /** `type state`, `online` and `offline` of one camera, in order. */
    said: (device: string) =>
      observations
        .filter((one) => one.device === device)
        .map((one) => {
          if (one.kind === 'event') return `${one.type} ${one.state}`
          return one.kind === 'status' && one.online ? 'online' : 'offline'
        }),
    events: (device: string) =>
      observations.filter(
        (one): one is DeviceEvent => one.device === device && one.kind === 'event',
      ),
    fail(error: Error | undefined) {
      failing = error
    },
    setMappings(next: readonly EventMapping[]) {
      mappings = next
    },
    block(id: string) {
      blocked.add(id)
      tell()
    },
    add(camera: JoinedCamera) {
      devices.set(camera.id, deviceOf(camera))
      if (camera.login) setLogin(camera.id, camera.login)
      tell()
    },
    remove(id: string) {
      devices.delete(id)
      logins.delete(id)
      tell()
    },
  }
}

export type TestHouse = ReturnType<typeof createHouse>
