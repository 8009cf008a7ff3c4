import type { PtzAbility } from '../../gateway/domain/camera.ts'
import type { CameraContext } from '../../gateway/ports/adapter.ts'
import {
  type CameraAccess,
  CameraError,
  type CameraLink,
  type CameraProbe,
  type CameraProblem,
  type CameraWay,
  type FoundCamera,
} from '../../gateway/ports/cameras.ts'
import { type CameraKeeper, isRefusal } from './camera-keeper.ts'
import type { OnvifSettings } from './config.ts'
import { describeCamera } from './describe.ts'
import { type Discovered, discoverDevices } from './discovery.ts'
import type { Exchange } from './exchange.ts'
import { mainProfile, readProfiles, readStill, readStreamUri } from './media.ts'
import { goToPosition, goToPreset, moveOn, readPosition, readPtz, stopMoving } from './ptz.ts'
import { type CameraSession, createSession } from './session.ts'
import { soapFaultOf } from './soap.ts'
import type { Timing } from './timing.ts'

/** What the house asks of cameras beside their events; see ports/cameras.ts. */
export interface CameraLinkParts {
  context: CameraContext
  settings: OnvifSettings
  exchange: Exchange
  timing: Timing
  keeperOf: (device: string) => CameraKeeper | undefined
  /** Aborts when the adapter stops. */
  ending: AbortSignal
}

/** All questions of a probe together. */
const probeMs = 30_000
const actMs = 8_000

function notJoined(device: string): CameraError {
  const text = `${device} has no login for its camera, or is out of service: give one on its page.`
  return new CameraError('unsupported', text)
}

function refusal({ problem, trouble }: CameraWay): CameraError {
  return new CameraError(problem ?? 'wrongPassword', trouble ?? 'The camera refuses our password.')
}

function bounded(parts: CameraLinkParts, ms: number, signal?: AbortSignal): AbortSignal {
  const late = new AbortController()
  const text = 'The camera took too long for all that was asked of it.'
  const timer = setTimeout(() => late.abort(new CameraError('timeout', text)), ms)
  timer.unref()
  return AbortSignal.any([late.signal, parts.ending, ...(signal ? [signal] : [])])
}

function createAsking(parts: CameraLinkParts) {
  const { keeperOf } = parts

  /** A refused password ends all asking at once, on this way and on that of the events. */
  return async function ask<T>(
    device: string,
    signal: AbortSignal,
    question: (session: CameraSession, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const keeper = keeperOf(device)
    if (!keeper) throw notJoined(device)
    const way = keeper.way()
    if (way.path === 'refused') throw refusal(way)
    try {
      return await question(keeper.session, signal)
    } catch (error) {
      if (isRefusal(error)) keeper.refuse(error)
      throw error
    }
  }
}

async function addressOf(
  { addresses, from }: Discovered,
  addressProblem: CameraContext['addressProblem'],
): Promise<string | undefined> {
  // The one that the answer came from is surely reached; cameras list others, link-local ones too.
  const sorted = [...addresses].sort((a, b) => Number(isAt(b, from)) - Number(isAt(a, from)))
  for (const address of sorted) {
    if ((await addressProblem(address)) === undefined) return address
  }
  return undefined
}

function isAt(address: string, host: string): boolean {
  return new URL(address).hostname === host
}

function createFinding({ context, settings, ending }: CameraLinkParts) {
  const { devices } = context

  function deviceAt(address: string): string | null {
    const sought = new URL(address)
    const found = devices.all().find(({ address: own }) => {
      if (own === null) return false
      const whole = /^[a-z]+:\/\//i.test(own) ? own : `http://${own}`
      return URL.canParse(whole) && new URL(whole).host === sought.host
    })
    return found?.id ?? null
  }

  return async function discover(signal: AbortSignal): Promise<FoundCamera[]> {
    const found = await discoverDevices({
      waitMs: settings.discoveryMs,
      targets: settings.discoveryTargets,
      signal: AbortSignal.any([signal, ending]),
    })
    const cameras = new Map<string, FoundCamera>()
    for (const one of found) {
      const address = await addressOf(one, (text) => context.addressProblem(text))
      if (address === undefined) continue
      const { name, hardware } = one
      cameras.set(address, { address, name, hardware, device: deviceAt(address) })
    }
    return [...cameras.values()].sort((a, b) => a.address.localeCompare(b.address))
  }
}

async function stillOf(session: CameraSession, signal: AbortSignal, token: string | undefined) {
  if (token === undefined) return null
  try {
    return await readStill(session, token, signal)
  } catch (error) {
    if (signal.aborted) throw error
    return null
  }
}

function createProbing(parts: CameraLinkParts) {
  const { exchange, settings, context } = parts
  const { clock } = context

  return async function probe(access: CameraAccess, given: AbortSignal): Promise<CameraProbe> {
    const problem = await context.addressProblem(access.address)
    if (problem !== undefined) throw new CameraError('notAllowed', problem)
    const signal = bounded(parts, probeMs, given)
    const session = createSession({ access, exchange, settings, clock })
    const warnings: CameraProblem[] = []
    await session.readClock(signal).catch((error: unknown) => {
      // Some do not know even this; whatever is no answer of a camera's is the end.
      if (!soapFaultOf(error)) throw error
    })
    const abilities = await describeCamera(session, {
      clock,
      signal,
      warn: (warning) => warnings.push(warning),
    })
    const token = abilities.snapshot ? mainProfile(abilities.profiles)?.token : undefined
    return { abilities, still: await stillOf(session, signal, token), warnings }
  }
}

interface Head {
  profile: string
  ability: PtzAbility
}

function createTurning(parts: CameraLinkParts, ask: ReturnType<typeof createAsking>) {
  const { context, timing } = parts
  /** What turns a camera, while its login stays what it is. */
  const heads = new Map<string, { version: number; head: Head }>()
  const ends = new Map<string, () => void>()

  async function headOf(device: string, session: CameraSession, signal: AbortSignal) {
    const version = context.cameras.accessVersion(device)
    const known = heads.get(device)
    if (known?.version === version) return known.head
    const profile = (await readProfiles(session, signal)).find(({ hasPtz }) => hasPtz)
    if (!profile) throw new CameraError('unsupported', 'The camera cannot be turned.')
    const ability = await readPtz(session, profile.token, signal)
    const head = { profile: profile.token, ability }
    heads.set(device, { version, head })
    return head
  }

  function turn<T>(
    device: string,
    act: (session: CameraSession, head: Head, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return ask(device, bounded(parts, actMs), async (session, signal) => {
      return await act(session, await headOf(device, session, signal), signal)
    })
  }

  function forgetEnd(device: string): void {
    ends.get(device)?.()
    ends.delete(device)
  }

  const halt = (device: string) =>
    turn(device, (session, { profile }, signal) => stopMoving(session, { profile, signal }))

  return {
    async move(device: string, velocity: Parameters<CameraLink['move']>[1], maxMs: number) {
      forgetEnd(device)
      await turn(device, (session, { profile }, signal) =>
        moveOn(session, { profile, signal }, { ...velocity, maxMs }),
      )
      // Some take no notice of the time they were given.
      ends.set(
        device,
        timing.after(maxMs, () => {
          ends.delete(device)
          halt(device).catch(() => {})
        }),
      )
    },
    async stop(device: string) {
      forgetEnd(device)
      await halt(device)
    },
    async goToPreset(device: string, token: string) {
      forgetEnd(device)
      await turn(device, (session, { profile }, signal) =>
        goToPreset(session, { profile, signal }, token),
      )
    },
    async goTo(device: string, position: Parameters<CameraLink['goTo']>[1]) {
      forgetEnd(device)
      await turn(device, (session, { profile, ability }, signal) =>
        goToPosition(session, { profile, signal }, { position, ability }),
      )
    },
    position: (device: string) =>
      turn(device, (session, { profile, ability }, signal) =>
        readPosition(session, { profile, signal }, ability),
      ),
    end: () => {
      for (const device of ends.keys()) forgetEnd(device)
    },
  }
}

/** `end` calls off what would still be sent. */
export function createCameraLink(parts: CameraLinkParts): { link: CameraLink; end: () => void } {
  const { context, settings, keeperOf } = parts
  const ask = createAsking(parts)
  const { end, ...turning } = createTurning(parts, ask)

  async function profileOf(device: string, session: CameraSession, signal: AbortSignal) {
    const known = mainProfile(context.cameras.get(device)?.abilities?.profiles ?? [])
    const profile = known ?? mainProfile(await readProfiles(session, signal))
    if (!profile) throw new CameraError('unsupported', 'The camera offers no picture.')
    return profile
  }

  const link: CameraLink = {
    ...turning,
    discover: createFinding(parts),
    probe: createProbing(parts),
    still: (device, given) =>
      ask(device, bounded(parts, settings.requestTimeoutMs * 2, given), async (session, signal) => {
        const { token } = await profileOf(device, session, signal)
        return await readStill(session, token, signal)
      }),
    stream: (device, given) =>
      ask(device, bounded(parts, settings.requestTimeoutMs * 2, given), async (session, signal) => {
        const { token, codec } = await profileOf(device, session, signal)
        const url = await readStreamUri(session, token, signal)
        const login = context.cameras.access(device)
        if (!login) throw notJoined(device)
        return { url, codec, login: { username: login.username, password: login.password } }
      }),
    path(device) {
      const way = keeperOf(device)?.way()
      if (way) return way
      const trouble = 'No login is known for this camera, or it is out of service.'
      return { path: 'down', since: context.clock.now(), trouble, problem: null }
    },
  }
  return { link, end }
}
