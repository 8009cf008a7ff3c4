import { type Operations, servicePaths, tokens } from './onvif-service.ts'
import { faults } from './soap-fault.ts'
import { textAt } from './soap-read.ts'
import { element, withAttributes, type XmlElement } from './soap-write.ts'

/** The media service (version 1): two profiles over one picture. */
export interface MediaServiceOptions {
  hasPtz: boolean
  /** Without user and password. */
  rtspUrl: () => string
  hasSnapshot: boolean
  encodings: readonly EncodedStream[]
}

export interface EncodedStream {
  token: string
  name: string
  width: number
  height: number
  frameRate: number
  kbits: number
}

export const usualStreams: readonly EncodedStream[] = [
  { token: 'Profile_1', name: 'MainStream', width: 1280, height: 720, frameRate: 10, kbits: 2048 },
  { token: 'Profile_2', name: 'SubStream', width: 640, height: 360, frameRate: 10, kbits: 512 },
]

const session = 'PT60S'

function sourceConfiguration(name: string, most: EncodedStream): XmlElement {
  const bounds = withAttributes(element('tt:Bounds'), {
    x: 0,
    y: 0,
    width: most.width,
    height: most.height,
  })
  return withAttributes(
    element(
      name,
      element('tt:Name', tokens.sourceConfiguration),
      element('tt:UseCount', 2),
      element('tt:SourceToken', tokens.source),
      bounds,
    ),
    { token: tokens.sourceConfiguration },
  )
}

function encoderConfiguration(name: string, stream: EncodedStream): XmlElement {
  const multicast = element(
    'tt:Multicast',
    element('tt:Address', element('tt:Type', 'IPv4'), element('tt:IPv4Address', '0.0.0.0')),
    element('tt:Port', 0),
    element('tt:TTL', 1),
    element('tt:AutoStart', false),
  )
  return withAttributes(
    element(
      name,
      element('tt:Name', stream.name),
      element('tt:UseCount', 1),
      element('tt:Encoding', 'H264'),
      element(
        'tt:Resolution',
        element('tt:Width', stream.width),
        element('tt:Height', stream.height),
      ),
      element('tt:Quality', 5),
      element(
        'tt:RateControl',
        element('tt:FrameRateLimit', stream.frameRate),
        element('tt:EncodingInterval', 1),
        element('tt:BitrateLimit', stream.kbits),
      ),
      element(
        'tt:H264',
        element('tt:GovLength', stream.frameRate * 2),
        element('tt:H264Profile', 'Main'),
      ),
      multicast,
      element('tt:SessionTimeout', session),
    ),
    { token: `Encoder_${stream.token}` },
  )
}

export function ptzConfiguration(name: string): XmlElement {
  const spaces = 'http://www.onvif.org/ver10/tptz'
  return withAttributes(
    element(
      name,
      element('tt:Name', tokens.ptzConfiguration),
      element('tt:UseCount', 2),
      element('tt:NodeToken', tokens.ptzNode),
      element(
        'tt:DefaultAbsolutePantTiltPositionSpace',
        `${spaces}/PanTiltSpaces/PositionGenericSpace`,
      ),
      element('tt:DefaultAbsoluteZoomPositionSpace', `${spaces}/ZoomSpaces/PositionGenericSpace`),
      element(
        'tt:DefaultContinuousPanTiltVelocitySpace',
        `${spaces}/PanTiltSpaces/VelocityGenericSpace`,
      ),
      element('tt:DefaultContinuousZoomVelocitySpace', `${spaces}/ZoomSpaces/VelocityGenericSpace`),
      element('tt:DefaultPTZTimeout', 'PT5S'),
    ),
    { token: tokens.ptzConfiguration },
  )
}

function profile(name: string, stream: EncodedStream, options: MediaServiceOptions): XmlElement {
  const [most = stream] = options.encodings
  return withAttributes(
    element(
      name,
      element('tt:Name', stream.name),
      sourceConfiguration('tt:VideoSourceConfiguration', most),
      encoderConfiguration('tt:VideoEncoderConfiguration', stream),
      options.hasPtz ? ptzConfiguration('tt:PTZConfiguration') : undefined,
    ),
    { token: stream.token, fixed: true },
  )
}

function range(name: string, least: number, most: number): XmlElement {
  return element(name, element('tt:Min', least), element('tt:Max', most))
}

function encoderOptions({ encodings }: MediaServiceOptions): XmlElement {
  const sizes = encodings.map(({ width, height }) =>
    element('tt:ResolutionsAvailable', element('tt:Width', width), element('tt:Height', height)),
  )
  return element(
    'trt:GetVideoEncoderConfigurationOptionsResponse',
    element(
      'trt:Options',
      range('tt:QualityRange', 1, 10),
      element(
        'tt:H264',
        sizes,
        range('tt:GovLengthRange', 1, 100),
        range('tt:FrameRateRange', 1, 25),
        range('tt:EncodingIntervalRange', 1, 1),
        element('tt:H264ProfilesSupported', 'Main'),
      ),
    ),
  )
}

function videoSource([most]: readonly EncodedStream[]): XmlElement {
  return withAttributes(
    element(
      'trt:VideoSources',
      element('tt:Framerate', most?.frameRate),
      element(
        'tt:Resolution',
        element('tt:Width', most?.width),
        element('tt:Height', most?.height),
      ),
    ),
    { token: tokens.source },
  )
}

function uriAnswer(name: string, uri: string): XmlElement {
  return element(
    `trt:${name}`,
    element(
      'trt:MediaUri',
      element('tt:Uri', uri),
      element('tt:InvalidAfterConnect', false),
      element('tt:InvalidAfterReboot', false),
      element('tt:Timeout', session),
    ),
  )
}

function mediaCapabilities(hasSnapshot: boolean): XmlElement {
  const streaming = { RTPMulticast: false, RTP_TCP: true, RTP_RTSP_TCP: true }
  return element(
    'trt:GetServiceCapabilitiesResponse',
    withAttributes(
      element(
        'trt:Capabilities',
        withAttributes(element('trt:ProfileCapabilities'), { MaximumNumberOfProfiles: 2 }),
        withAttributes(element('trt:StreamingCapabilities'), streaming),
      ),
      { SnapshotUri: hasSnapshot },
    ),
  )
}

function list(name: string, content: readonly XmlElement[]): XmlElement {
  return element(`trt:${name}Response`, content)
}

export function mediaOperations(options: MediaServiceOptions): Operations {
  const { encodings, hasSnapshot } = options
  const streamOf = (token: string | undefined) => {
    const found = encodings.find((stream) => stream.token === token)
    if (!found) throw faults.invalid('NoProfile', 'The profile token does not exist')
    return found
  }
  const encoderOf = (token: string | undefined) => {
    const found = encodings.find((stream) => `Encoder_${stream.token}` === token)
    if (!found) throw faults.invalid('NoConfig', 'The configuration token does not exist')
    return found
  }
  return {
    'trt:GetServiceCapabilities': () => mediaCapabilities(hasSnapshot),
    'trt:GetProfiles': () =>
      list(
        'GetProfiles',
        encodings.map((stream) => profile('trt:Profiles', stream, options)),
      ),
    'trt:GetProfile': ({ request }) =>
      list('GetProfile', [
        profile('trt:Profile', streamOf(textAt(request.operation, 'trt:ProfileToken')), options),
      ]),
    'trt:GetVideoSources': () => list('GetVideoSources', [videoSource(encodings)]),
    'trt:GetVideoSourceConfigurations': () =>
      list(
        'GetVideoSourceConfigurations',
        encodings.slice(0, 1).map((stream) => sourceConfiguration('trt:Configurations', stream)),
      ),
    'trt:GetVideoEncoderConfigurations': () =>
      list(
        'GetVideoEncoderConfigurations',
        encodings.map((stream) => encoderConfiguration('trt:Configurations', stream)),
      ),
    'trt:GetVideoEncoderConfiguration': ({ request }) => {
      const stream = encoderOf(textAt(request.operation, 'trt:ConfigurationToken'))
      return list('GetVideoEncoderConfiguration', [
        encoderConfiguration('trt:Configuration', stream),
      ])
    },
    'trt:GetVideoEncoderConfigurationOptions': () => encoderOptions(options),
    'trt:GetAudioSources': () => list('GetAudioSources', []),
    'trt:GetAudioEncoderConfigurations': () => list('GetAudioEncoderConfigurations', []),
    'trt:GetStreamUri': ({ request }) => {
      streamOf(textAt(request.operation, 'trt:ProfileToken'))
      return uriAnswer('GetStreamUriResponse', options.rtspUrl())
    },
    'trt:GetSnapshotUri': ({ request, base }) => {
      if (!hasSnapshot) throw faults.notSupported('GetSnapshotUri')
      const { token } = streamOf(textAt(request.operation, 'trt:ProfileToken'))
      return uriAnswer(
        'GetSnapshotUriResponse',
        `${base}${servicePaths.snapshot}?profile=${encodeURIComponent(token)}`,
      )
    },
  }
}
