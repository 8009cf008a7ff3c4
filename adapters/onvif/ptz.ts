import type { Element } from '@xmldom/xmldom'
import type {
  PtzAbility,
  PtzPosition,
  PtzPreset,
  PtzVelocity,
} from '../../gateway/domain/camera.ts'
import { CameraError } from '../../gateway/ports/cameras.ts'
import { writeShortDuration } from './camera-time.ts'
import type { CameraSession } from './session.ts'
import { services } from './soap.ts'
import {
  allBelow,
  attributeOf,
  childAt,
  childrenOf,
  escapeXml,
  numberAt,
  numberOf,
  textAt,
} from './xml.ts'

/**
 * Turning. Positions go over the wire in the generic space (−1…1), which every camera has; degrees
 * are known where the camera also offers the spherical space, whose ends are the same (PTZ, "Coordinate
 * systems").
 */

type Range = [number, number]

const schema = 'http://www.onvif.org/ver10/schema'
const namespace = services.ptz
const sphericalSpace = /\/SphericalPositionSpaceDegrees$/
const genericSpace = /\/PositionGenericSpace$/
const maxPresets = 300

async function call(
  session: CameraSession,
  name: string,
  { content, signal }: { content: string; signal: AbortSignal },
): Promise<Element> {
  const action = `${namespace}/${name}`
  const body = `<${name} xmlns="${namespace}">${content}</${name}>`
  return await session.call({ to: 'ptz', action, body, signal })
}

function profileToken(profile: string): string {
  return `<ProfileToken>${escapeXml(profile)}</ProfileToken>`
}

function rangeOf(space: Element | undefined, axis: 'XRange' | 'YRange'): Range | null {
  const low = numberAt(space, axis, 'Min')
  const high = numberAt(space, axis, 'Max')
  return low === undefined || high === undefined || !(high > low) ? null : [low, high]
}

/** Degrees for a place in the generic space. */
export function toDegrees(part: number, [low, high]: Range): number {
  return low + ((part + 1) / 2) * (high - low)
}

/** The other way, to the end that is nearer where it cannot look. */
export function toGeneric(degrees: number, [low, high]: Range): number {
  const around = [degrees, degrees - 360, degrees + 360]
  const within = around.find((one) => one >= low && one <= high)
  const nearest = (one: number) => Math.min(Math.abs(one - low), Math.abs(one - high))
  const chosen = within ?? around.sort((a, b) => nearest(a) - nearest(b))[0] ?? degrees
  const part = (2 * (chosen - low)) / (high - low) - 1
  return Math.min(1, Math.max(-1, part))
}

interface GenericPosition {
  pan: number | undefined
  tilt: number | undefined
  zoom: number | undefined
}

function genericOf(position: Element | undefined): GenericPosition {
  const turn = childAt(position, 'PanTilt')
  const space = attributeOf(turn, 'space')
  const isGeneric = space === undefined || genericSpace.test(space)
  return {
    pan: isGeneric ? numberOf(turn, 'x') : undefined,
    tilt: isGeneric ? numberOf(turn, 'y') : undefined,
    zoom: numberOf(childAt(position, 'Zoom'), 'x'),
  }
}

function presetOf(preset: Element, pan: Range | null, tilt: Range | null): PtzPreset | undefined {
  const token = attributeOf(preset, 'token')
  if (!token || token.length > 64) return undefined
  const at = genericOf(childAt(preset, 'PTZPosition'))
  return {
    token,
    name: (textAt(preset, 'Name') ?? token).slice(0, 80),
    panDeg: pan && at.pan !== undefined ? toDegrees(at.pan, pan) : null,
    tiltDeg: tilt && at.tilt !== undefined ? toDegrees(at.tilt, tilt) : null,
  }
}

async function readPresets(
  session: CameraSession,
  wanted: { profile: string; pan: Range | null; tilt: Range | null; signal: AbortSignal },
): Promise<PtzPreset[]> {
  const { profile, pan, tilt, signal } = wanted
  try {
    const content = await call(session, 'GetPresets', { content: profileToken(profile), signal })
    const found = childrenOf(content, 'Preset').slice(0, maxPresets)
    return found.flatMap((preset) => presetOf(preset, pan, tilt) ?? [])
  } catch (error) {
    if (error instanceof CameraError && ['fault', 'unsupported'].includes(error.problem)) return []
    throw error
  }
}

function uriOf(space: Element): string {
  return textAt(space, 'URI') ?? ''
}

export async function readPtz(
  session: CameraSession,
  profile: string,
  signal: AbortSignal,
): Promise<PtzAbility> {
  const content = await call(session, 'GetNodes', { content: '', signal })
  const node = childrenOf(content, 'PTZNode')[0]
  const spaces = childAt(node, 'SupportedPTZSpaces')
  const positions = childrenOf(spaces, 'AbsolutePanTiltPositionSpace')
  const spherical = positions.find((space) => sphericalSpace.test(uriOf(space)))
  const pan = rangeOf(spherical, 'XRange')
  const tilt = rangeOf(spherical, 'YRange')
  return {
    continuous: childAt(spaces, 'ContinuousPanTiltVelocitySpace') !== undefined,
    absolute: positions.some((space) => genericSpace.test(uriOf(space))),
    panRangeDeg: pan,
    tiltRangeDeg: tilt,
    presets: await readPresets(session, { profile, pan, tilt, signal }),
  }
}

function vector({ pan, tilt, zoom }: PtzVelocity): string {
  return `<PanTilt xmlns="${schema}" x="${pan}" y="${tilt}"/><Zoom xmlns="${schema}" x="${zoom}"/>`
}

export interface Turning {
  profile: string
  signal: AbortSignal
}

export async function moveOn(
  session: CameraSession,
  { profile, signal }: Turning,
  wanted: PtzVelocity & { maxMs: number },
): Promise<void> {
  const timeout = `<Timeout>${writeShortDuration(wanted.maxMs)}</Timeout>`
  const content = `${profileToken(profile)}<Velocity>${vector(wanted)}</Velocity>${timeout}`
  await call(session, 'ContinuousMove', { content, signal })
}

export async function stopMoving(session: CameraSession, { profile, signal }: Turning) {
  const content = `${profileToken(profile)}<PanTilt>true</PanTilt><Zoom>true</Zoom>`
  await call(session, 'Stop', { content, signal })
}

export async function goToPreset(
  session: CameraSession,
  { profile, signal }: Turning,
  token: string,
): Promise<void> {
  const content = `${profileToken(profile)}<PresetToken>${escapeXml(token)}</PresetToken>`
  await call(session, 'GotoPreset', { content, signal })
}

function notCalibrated(): CameraError {
  const text =
    'The camera does not say which direction its positions stand for: it can be turned by hand and to its presets only.'
  return new CameraError('unsupported', text)
}

export async function goToPosition(
  session: CameraSession,
  { profile, signal }: Turning,
  { position, ability }: { position: PtzPosition; ability: PtzAbility },
): Promise<void> {
  const { panRangeDeg, tiltRangeDeg, absolute } = ability
  if (!absolute || !panRangeDeg || !tiltRangeDeg) throw notCalibrated()
  const tilt = Math.min(tiltRangeDeg[1], Math.max(tiltRangeDeg[0], position.tiltDeg))
  const generic = {
    pan: Number(toGeneric(position.panDeg, panRangeDeg).toFixed(6)),
    tilt: Number(toGeneric(tilt, tiltRangeDeg).toFixed(6)),
    zoom: Math.min(1, Math.max(0, position.zoom)),
  }
  const content = `${profileToken(profile)}<Position>${vector(generic)}</Position>`
  await call(session, 'AbsoluteMove', { content, signal })
}

export async function readPosition(
  session: CameraSession,
  { profile, signal }: Turning,
  { panRangeDeg, tiltRangeDeg }: PtzAbility,
): Promise<PtzPosition & { moving: boolean }> {
  const content = await call(session, 'GetStatus', { content: profileToken(profile), signal })
  const status = childAt(content, 'PTZStatus')
  const { pan, tilt, zoom } = genericOf(childAt(status, 'Position'))
  if (!panRangeDeg || !tiltRangeDeg || pan === undefined || tilt === undefined)
    throw notCalibrated()
  const moves = allBelow(childAt(status, 'MoveStatus'), 'PanTilt').concat(
    allBelow(childAt(status, 'MoveStatus'), 'Zoom'),
  )
  return {
    panDeg: toDegrees(pan, panRangeDeg),
    tiltDeg: toDegrees(tilt, tiltRangeDeg),
    zoom: zoom ?? 0,
    moving: moves.some((one) => one.textContent?.trim().toUpperCase() === 'MOVING'),
  }
}
