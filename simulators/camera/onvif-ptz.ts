import type { Element } from '@xmldom/xmldom'
import { ptzConfiguration } from './onvif-media.ts'
import { type Operations, tokens } from './onvif-service.ts'
import {
  fromGeneric,
  type PtzAbilities,
  type PtzHead,
  type PtzView,
  spanDeg,
  toGeneric,
} from './ptz.ts'
import { faults, soapFault } from './soap-fault.ts'
import { attributeOf, childAt, durationMs, numberFrom, textAt } from './soap-read.ts'
import { element, withAttributes, type XmlElement } from './soap-write.ts'

/** The PTZ service over a head. Positions in the generic space, and in degrees when calibrated. */
const panTilt = 'http://www.onvif.org/ver10/tptz/PanTiltSpaces'
const zooms = 'http://www.onvif.org/ver10/tptz/ZoomSpaces'
const degrees = `${panTilt}/SphericalPositionSpaceDegrees`
const usualTimeoutMs = 5000
const timeoutMostMs = 60_000

export interface PtzServiceOptions {
  head: PtzHead
  abilities: PtzAbilities
  cameraNow: () => number
}

type Range = readonly [number, number]

function range(name: string, [low, high]: Range): XmlElement {
  return element(name, element('tt:Min', low), element('tt:Max', high))
}

function space(name: string, uri: string, x: Range, y?: Range): XmlElement {
  return element(
    `tt:${name}`,
    element('tt:URI', uri),
    range('tt:XRange', x),
    y ? range('tt:YRange', y) : undefined,
  )
}

function spaces(abilities: PtzAbilities): XmlElement {
  const full: Range = [-1, 1]
  const { absolute, calibrated, panRangeDeg, tiltRangeDeg } = abilities
  const positions = [
    space('AbsolutePanTiltPositionSpace', `${panTilt}/PositionGenericSpace`, full, full),
    ...(calibrated
      ? [space('AbsolutePanTiltPositionSpace', degrees, panRangeDeg, tiltRangeDeg)]
      : []),
    space('AbsoluteZoomPositionSpace', `${zooms}/PositionGenericSpace`, [0, 1]),
  ]
  return element(
    'tt:SupportedPTZSpaces',
    absolute ? positions : undefined,
    space('RelativePanTiltTranslationSpace', `${panTilt}/TranslationGenericSpace`, full, full),
    space('RelativeZoomTranslationSpace', `${zooms}/TranslationGenericSpace`, full),
    space('ContinuousPanTiltVelocitySpace', `${panTilt}/VelocityGenericSpace`, full, full),
    space('ContinuousZoomVelocitySpace', `${zooms}/VelocityGenericSpace`, full),
  )
}

function node(name: string, abilities: PtzAbilities): XmlElement {
  return withAttributes(
    element(
      name,
      element('tt:Name', 'Head'),
      spaces(abilities),
      element('tt:MaximumNumberOfPresets', 64),
      element('tt:HomeSupported', true),
    ),
    { token: tokens.ptzNode, FixedHomePosition: false },
  )
}

function rounded(value: number): number {
  return Number(value.toFixed(6))
}

function position(name: string, view: PtzView, abilities: PtzAbilities): XmlElement {
  const { pan, tilt, zoom } = toGeneric(view, abilities)
  return element(
    name,
    withAttributes(element('tt:PanTilt'), {
      x: rounded(pan),
      y: rounded(tilt),
      space: `${panTilt}/PositionGenericSpace`,
    }),
    withAttributes(element('tt:Zoom'), {
      x: rounded(zoom),
      space: `${zooms}/PositionGenericSpace`,
    }),
  )
}

interface Vector {
  x: number | undefined
  y: number | undefined
  zoom: number | undefined
  space: string | undefined
}

function coordinate(found: Element | undefined, name: string): number | undefined {
  const text = attributeOf(found, name)
  const value = numberFrom(text)
  if (text !== undefined && value === undefined) {
    throw faults.invalid('InvalidPosition', `${name} is not a number`)
  }
  return value
}

function vectorOf(parent: Element | undefined): Vector {
  const turn = childAt(parent, 'tt:PanTilt')
  return {
    x: coordinate(turn, 'x'),
    y: coordinate(turn, 'y'),
    zoom: coordinate(childAt(parent, 'tt:Zoom'), 'x'),
    space: attributeOf(turn, 'space'),
  }
}

function within(value: number | undefined, [low, high]: Range): number | undefined {
  if (value === undefined || (value >= low && value <= high)) return value
  throw faults.invalid('InvalidPosition', 'The position lies out of bounds')
}

function absoluteTarget(vector: Vector, abilities: PtzAbilities): Partial<PtzView> {
  const { panRangeDeg, tiltRangeDeg, calibrated } = abilities
  const isDegrees = vector.space === degrees
  const isGeneric = !vector.space || vector.space.endsWith('/PositionGenericSpace')
  if (!isGeneric && !(isDegrees && calibrated)) {
    throw faults.invalid('SpaceNotSupported', 'The space is not supported')
  }
  const bounds = (inDegrees: Range): Range => (isDegrees ? inDegrees : [-1, 1])
  const x = within(vector.x, bounds(panRangeDeg))
  const y = within(vector.y, bounds(tiltRangeDeg))
  const zoom = within(vector.zoom, [0, 1])
  const deg = (value: number, of: Range) => (isDegrees ? value : fromGeneric(value, of))
  return {
    ...(x === undefined ? {} : { panDeg: deg(x, panRangeDeg) }),
    ...(y === undefined ? {} : { tiltDeg: deg(y, tiltRangeDeg) }),
    ...(zoom === undefined ? {} : { zoom }),
  }
}

function timeoutOf(text: string | undefined): number {
  if (text === undefined) return usualTimeoutMs
  const ms = durationMs(text)
  if (ms === undefined || ms > timeoutMostMs) {
    throw faults.invalid('TimeoutNotSupported', 'The timeout is not within limits')
  }
  return ms
}

function unknownPreset() {
  return faults.invalid('NoToken', 'The preset token does not exist')
}

function presetOperations({ head, abilities }: PtzServiceOptions): Operations {
  return {
    'tptz:GetPresets': () =>
      element(
        'tptz:GetPresetsResponse',
        head
          .presets()
          .map(({ token, name, view }) =>
            withAttributes(
              element(
                'tptz:Preset',
                element('tt:Name', name),
                abilities.absolute ? position('tt:PTZPosition', view, abilities) : undefined,
              ),
              { token },
            ),
          ),
      ),
    'tptz:SetPreset': ({ request }) => {
      const wanted = textAt(request.operation, 'tptz:PresetToken')
      const name = textAt(request.operation, 'tptz:PresetName') ?? ''
      const token = head.savePreset(name, wanted)
      if (token === undefined && wanted !== undefined) throw unknownPreset()
      if (token === undefined) {
        throw soapFault(['ter:Action', 'ter:TooManyPresets'], 'There is no room for a preset', {
          side: 'Receiver',
        })
      }
      return element('tptz:SetPresetResponse', element('tptz:PresetToken', token))
    },
    'tptz:RemovePreset': ({ request }) => {
      const token = textAt(request.operation, 'tptz:PresetToken') ?? ''
      if (!head.removePreset(token)) throw unknownPreset()
      return element('tptz:RemovePresetResponse')
    },
    'tptz:GotoPreset': ({ request }) => {
      const token = textAt(request.operation, 'tptz:PresetToken') ?? ''
      if (!head.goToPreset(token)) throw unknownPreset()
      return element('tptz:GotoPresetResponse')
    },
  }
}

function moveOperations({ head, abilities }: PtzServiceOptions): Operations {
  return {
    'tptz:AbsoluteMove': ({ request }) => {
      if (!abilities.absolute) throw faults.notSupported('AbsoluteMove')
      const wanted = vectorOf(childAt(request.operation, 'tptz:Position'))
      head.moveTo(absoluteTarget(wanted, abilities))
      return element('tptz:AbsoluteMoveResponse')
    },
    'tptz:RelativeMove': ({ request }) => {
      const { x = 0, y = 0, zoom = 0 } = vectorOf(childAt(request.operation, 'tptz:Translation'))
      head.moveBy({
        panDeg: spanDeg(x, abilities.panRangeDeg),
        tiltDeg: spanDeg(y, abilities.tiltRangeDeg),
        zoom,
      })
      return element('tptz:RelativeMoveResponse')
    },
    'tptz:ContinuousMove': ({ request }) => {
      const { x = 0, y = 0, zoom = 0 } = vectorOf(childAt(request.operation, 'tptz:Velocity'))
      const timeout = timeoutOf(textAt(request.operation, 'tptz:Timeout'))
      head.drift({ pan: x, tilt: y, zoom }, timeout)
      return element('tptz:ContinuousMoveResponse')
    },
    'tptz:Stop': () => {
      head.stop()
      return element('tptz:StopResponse')
    },
  }
}

function statusAnswer({ head, abilities, cameraNow }: PtzServiceOptions): XmlElement {
  const state = head.isMoving() ? 'MOVING' : 'IDLE'
  return element(
    'tptz:GetStatusResponse',
    element(
      'tptz:PTZStatus',
      abilities.absolute ? position('tt:Position', head.view(), abilities) : undefined,
      element('tt:MoveStatus', element('tt:PanTilt', state), element('tt:Zoom', state)),
      element('tt:UtcTime', new Date(cameraNow()).toISOString()),
    ),
  )
}

export function ptzOperations(options: PtzServiceOptions): Operations {
  const { head, abilities } = options
  let home: PtzView = head.view()
  return {
    ...presetOperations(options),
    ...moveOperations(options),
    'tptz:GetServiceCapabilities': () =>
      element(
        'tptz:GetServiceCapabilitiesResponse',
        withAttributes(element('tptz:Capabilities'), { MoveStatus: true, StatusPosition: true }),
      ),
    'tptz:GetNodes': () => element('tptz:GetNodesResponse', node('tptz:PTZNode', abilities)),
    'tptz:GetNode': () => element('tptz:GetNodeResponse', node('tptz:PTZNode', abilities)),
    'tptz:GetConfigurations': () =>
      element('tptz:GetConfigurationsResponse', ptzConfiguration('tptz:PTZConfiguration')),
    'tptz:GetConfiguration': () =>
      element('tptz:GetConfigurationResponse', ptzConfiguration('tptz:PTZConfiguration')),
    'tptz:GetConfigurationOptions': () =>
      element(
        'tptz:GetConfigurationOptionsResponse',
        element(
          'tptz:PTZConfigurationOptions',
          element('tt:Spaces', spaces(abilities).children),
          element('tt:PTZTimeout', element('tt:Min', 'PT1S'), element('tt:Max', 'PT60S')),
        ),
      ),
    'tptz:GetStatus': () => statusAnswer(options),
    'tptz:SetHomePosition': () => {
      home = head.view()
      return element('tptz:SetHomePositionResponse')
    },
    'tptz:GotoHomePosition': () => {
      head.moveTo(home)
      return element('tptz:GotoHomePositionResponse')
    },
  }
}
