import type { CameraAbilities, PtzAbility, StreamProfile } from '../../gateway/domain/camera.ts'
import { CameraError, type CameraProblem } from '../../gateway/ports/cameras.ts'
import type { Clock } from '../../gateway/ports/clock.ts'
import { readTopicSet } from './decode.ts'
import { type MediaProfile, mainProfile, readProfiles } from './media.ts'
import { readPtz } from './ptz.ts'
import type { CameraSession } from './session.ts'
import { services, soapFaultOf } from './soap.ts'
import { escapeXml, textAt } from './xml.ts'

/** What a camera is and can do. What one of its services does not know is left out, not fatal. */
interface Asking {
  clock: Clock
  signal: AbortSignal
  /** Told what does not stop the camera from joining. */
  warn?: (problem: CameraProblem) => void
}

/** Faults are answers; that it cannot be reached or let in is none. */
function isAnswer(error: unknown): boolean {
  const answers: CameraProblem[] = ['fault', 'unsupported', 'noEvents', 'noOnvif']
  return error instanceof CameraError && answers.includes(error.problem)
}

async function orElse<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (!isAnswer(error)) throw error
    return otherwise
  }
}

async function readIdentity(session: CameraSession, signal: AbortSignal) {
  const content = await session.call({
    to: 'device',
    action: `${services.device}/GetDeviceInformation`,
    body: `<GetDeviceInformation xmlns="${services.device}"/>`,
    signal,
  })
  const text = (name: string) => (textAt(content, name) ?? '').slice(0, 80)
  return {
    maker: text('Manufacturer'),
    model: text('Model'),
    firmware: text('FirmwareVersion'),
    serial: text('SerialNumber'),
  }
}

async function readTopics(session: CameraSession, signal: AbortSignal): Promise<string[] | null> {
  if ((await session.serviceAt('events', signal)) === undefined) return null
  const content = await session.call({
    to: 'events',
    action: `${services.events}/EventPortType/GetEventPropertiesRequest`,
    body: `<GetEventProperties xmlns="${services.events}"/>`,
    isRouted: true,
    signal,
  })
  return readTopicSet(content)
}

async function readTurning(
  session: CameraSession,
  profiles: readonly MediaProfile[],
  signal: AbortSignal,
): Promise<PtzAbility | null> {
  const profile = profiles.find(({ hasPtz }) => hasPtz)
  if (!profile || (await session.serviceAt('ptz', signal)) === undefined) return null
  return await orElse<PtzAbility | null>(readPtz(session, profile.token, signal), null)
}

async function hasSnapshot(session: CameraSession, profile: string, signal: AbortSignal) {
  const service = (await session.serviceAt('media', signal)) === undefined ? 'media2' : 'media'
  const namespace = services[service]
  const asked = session.call({
    to: service,
    action: `${namespace}/GetSnapshotUri`,
    body: `<GetSnapshotUri xmlns="${namespace}"><ProfileToken>${escapeXml(profile)}</ProfileToken></GetSnapshotUri>`,
    signal,
  })
  return await orElse(
    asked.then(() => true),
    false,
  )
}

function plain({ token, name, codec, width, height }: MediaProfile): StreamProfile {
  return { token, name, codec, width, height }
}

/** Asks one thing after the other, so that a small camera is never asked two at once. */
export async function describeCamera(
  session: CameraSession,
  { clock, signal, warn = () => {} }: Asking,
): Promise<CameraAbilities> {
  const unnamed = { maker: '', model: '', firmware: '', serial: '' }
  const identity = await readIdentity(session, signal).catch((error: unknown) => {
    if (!soapFaultOf(error)) throw error
    return unnamed
  })
  const profiles = await orElse(readProfiles(session, signal), [])
  const topics = await orElse(readTopics(session, signal), null)
  if (topics === null) warn('noEvents')
  const main = mainProfile(profiles)
  if (!main) warn('unsupported')
  return {
    ...identity,
    profiles: profiles.map(plain),
    topics: topics ?? [],
    events: topics !== null,
    snapshot: main ? await hasSnapshot(session, main.token, signal) : false,
    ptz: await readTurning(session, profiles, signal),
    clockOffsetMs: session.offsetMs(),
    probedAt: clock.now(),
  }
}
