import type { SoapRequest } from './soap-read.ts'
import type { XmlElement } from './soap-write.ts'

/** What an operation gets to know of the call beside its own element. */
export interface Exchange {
  request: SoapRequest
  /** `http://host:port` as the client is to call the camera. */
  base: string
  /** Path and query it called. */
  path: string
  /** Aborted when the client has gone. */
  signal: AbortSignal
}

type Operation = (exchange: Exchange) => XmlElement | Promise<XmlElement>

/** By qualified name, `tds:GetHostname`. */
export type Operations = Readonly<Record<string, Operation>>

export const servicePaths = {
  device: '/onvif/device_service',
  media: '/onvif/media_service',
  events: '/onvif/event_service',
  ptz: '/onvif/ptz_service',
  imaging: '/onvif/imaging_service',
  snapshot: '/onvif/snapshot',
} as const

/** Tokens that the services speak of together. */
export const tokens = {
  source: 'VideoSource_1',
  sourceConfiguration: 'VideoSourceConfig_1',
  analytics: 'VideoAnalytics_1',
  ptzNode: 'PTZNode_1',
  ptzConfiguration: 'PTZConfig_1',
} as const

export interface CameraIdentity {
  /** As in its scopes. */
  name: string
  manufacturer: string
  model: string
  firmware: string
  serial: string
  hardware: string
  /** urn:uuid:… */
  uuid: string
  /** WGS-84 and the bearing of pan 0; undefined: it does not know. */
  place?: { lon: number; lat: number; headingDeg: number }
}
