import type { Element } from '@xmldom/xmldom'
import type { StreamProfile } from '../../gateway/domain/camera.ts'
import { CameraError } from '../../gateway/ports/cameras.ts'
import { reachable, reachableStream } from './address.ts'
import type { CameraSession } from './session.ts'
import { type Service, services } from './soap.ts'
import { attributeOf, childAt, childrenOf, escapeXml, numberAt, textAt } from './xml.ts'

/** Profiles, stream and still addresses, of Media 2 where the camera has it (H.265 is told there). */
export interface MediaProfile extends StreamProfile {
  /** It can be turned by this profile's token. */
  hasPtz: boolean
}

type MediaService = Extract<Service, 'media' | 'media2'>

const maxProfiles = 32

function codecOf(text: string | undefined): StreamProfile['codec'] {
  const name = text?.toLowerCase().replace(/[^a-z0-9]/g, '') ?? ''
  if (name === 'h264') return 'h264'
  if (name === 'h265' || name === 'hevc') return 'h265'
  return name === 'jpeg' || name === 'mjpeg' ? 'jpeg' : 'unknown'
}

function profileOf(profile: Element): MediaProfile | undefined {
  const token = attributeOf(profile, 'token')
  const configurations = childAt(profile, 'Configurations')
  const encoder =
    childAt(profile, 'VideoEncoderConfiguration') ?? childAt(configurations, 'VideoEncoder')
  if (!token || !encoder) return undefined
  const turning = childAt(profile, 'PTZConfiguration') ?? childAt(configurations, 'PTZ')
  return {
    token: token.slice(0, 64),
    name: (textAt(profile, 'Name') ?? token).slice(0, 80),
    codec: codecOf(textAt(encoder, 'Encoding')),
    width: Math.max(0, Math.trunc(numberAt(encoder, 'Resolution', 'Width') ?? 0)),
    height: Math.max(0, Math.trunc(numberAt(encoder, 'Resolution', 'Height') ?? 0)),
    hasPtz: turning !== undefined,
  }
}

async function profilesOf(
  session: CameraSession,
  service: MediaService,
  signal: AbortSignal,
): Promise<MediaProfile[]> {
  const namespace = services[service]
  const all = service === 'media2' ? '<Type>All</Type>' : ''
  const content = await session.call({
    to: service,
    action: `${namespace}/GetProfiles`,
    body: `<GetProfiles xmlns="${namespace}">${all}</GetProfiles>`,
    signal,
  })
  const found = childrenOf(content, 'Profiles').slice(0, maxProfiles)
  return found.flatMap((profile) => profileOf(profile) ?? [])
}

async function serviceOf(session: CameraSession, signal: AbortSignal): Promise<MediaService> {
  return (await session.serviceAt('media2', signal)) === undefined ? 'media' : 'media2'
}

function cannot(error: unknown): boolean {
  return error instanceof CameraError && ['fault', 'unsupported'].includes(error.problem)
}

export async function readProfiles(
  session: CameraSession,
  signal: AbortSignal,
): Promise<MediaProfile[]> {
  const service = await serviceOf(session, signal)
  if (service === 'media') return await profilesOf(session, 'media', signal)
  try {
    const found = await profilesOf(session, 'media2', signal)
    if (found.length > 0) return found
  } catch (error) {
    // Listed, and not there: firmware in the making.
    if (!cannot(error)) throw error
  }
  return await profilesOf(session, 'media', signal)
}

interface UriRequest {
  name: 'GetStreamUri' | 'GetSnapshotUri'
  profile: string
  signal: AbortSignal
}

function uriBody(service: MediaService, { name, profile }: UriRequest): string {
  const namespace = services[service]
  const token = `<ProfileToken>${escapeXml(profile)}</ProfileToken>`
  if (name === 'GetSnapshotUri') return `<${name} xmlns="${namespace}">${token}</${name}>`
  if (service === 'media2') {
    return `<${name} xmlns="${namespace}"><Protocol>RTSP</Protocol>${token}</${name}>`
  }
  const schema = 'http://www.onvif.org/ver10/schema'
  const setup = `<StreamSetup><Stream xmlns="${schema}">RTP-Unicast</Stream><Transport xmlns="${schema}"><Protocol>RTSP</Protocol></Transport></StreamSetup>`
  return `<${name} xmlns="${namespace}">${setup}${token}</${name}>`
}

async function readUri(session: CameraSession, wanted: UriRequest): Promise<string> {
  const ask = async (service: MediaService) => {
    const content = await session.call({
      to: service,
      action: `${services[service]}/${wanted.name}`,
      body: uriBody(service, wanted),
      signal: wanted.signal,
    })
    const uri = textAt(content, 'MediaUri', 'Uri') ?? textAt(content, 'Uri')
    if (uri === undefined || uri.length > 1_000) {
      throw new CameraError('unsupported', `The camera answers ${wanted.name} without an address.`)
    }
    return uri
  }
  const service = await serviceOf(session, wanted.signal)
  if (service === 'media') return await ask('media')
  try {
    return await ask('media2')
  } catch (error) {
    if (!cannot(error)) throw error
    return await ask('media')
  }
}

/** rtsp:// at the host that the camera is reached at, without user and password. */
export async function readStreamUri(
  session: CameraSession,
  profile: string,
  signal: AbortSignal,
): Promise<string> {
  return reachableStream(
    await readUri(session, { name: 'GetStreamUri', profile, signal }),
    session.device,
  )
}

/** `unsupported`: it has none. */
async function readSnapshotUri(
  session: CameraSession,
  profile: string,
  signal: AbortSignal,
): Promise<string> {
  const uri = await readUri(session, { name: 'GetSnapshotUri', profile, signal })
  return reachable(uri, session.device)
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes.length > 100 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}

export async function readStill(
  session: CameraSession,
  profile: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const url = await readSnapshotUri(session, profile, signal)
  const { status, body } = await session.get(url, signal)
  if (status === 404 || status === 501) {
    throw new CameraError(
      'unsupported',
      `The camera has no still at the address it named (HTTP ${status}).`,
    )
  }
  if (status !== 200 || !isJpeg(body)) {
    const text = `What the camera gives as a still is no JPEG (HTTP ${status}, ${body.length} bytes).`
    throw new CameraError('fault', text)
  }
  return body
}

/** The one to look at: H.264 plays everywhere, and the first is the maker's main one. */
export function mainProfile<T extends StreamProfile>(profiles: readonly T[]): T | undefined {
  return (
    profiles.find(({ codec }) => codec === 'h264') ??
    profiles.find(({ codec }) => codec === 'h265') ??
    profiles[0]
  )
}
