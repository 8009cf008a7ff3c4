/** What a camera is and can do, whatever its protocol. */

/** One stream that a camera offers; `token` is the camera's own name for it. */
export interface StreamProfile {
  token: string
  name: string
  codec: 'h264' | 'h265' | 'jpeg' | 'unknown'
  width: number
  height: number
}

export interface PtzPreset {
  token: string
  name: string
  /** Degrees from the camera's heading, clockwise; null: the camera does not say. */
  panDeg: number | null
  tiltDeg: number | null
}

export interface PtzAbility {
  /** Moves for as long as it is told. */
  continuous: boolean
  /** Moves to a position that it is given. */
  absolute: boolean
  /**
   * Degrees that the ends of its generic space (−1…1) stand for; null: not calibrated, so a bearing
   * cannot become a position.
   */
  panRangeDeg: [number, number] | null
  tiltRangeDeg: [number, number] | null
  presets: PtzPreset[]
}

/** What was found when the camera was asked last. */
export interface CameraAbilities {
  maker: string
  model: string
  firmware: string
  serial: string
  profiles: StreamProfile[]
  /** Topics it says it may send, `ns:A/B/C` with the prefixes of the ONVIF documents. */
  topics: string[]
  events: boolean
  snapshot: boolean
  ptz: PtzAbility | null
  /** Device clock − gateway clock, ms. */
  clockOffsetMs: number
  probedAt: number
}

/** Corners as fractions of the picture, 0–1: what lies within is in no still, shown or stored. */
export type PrivacyMask = [number, number][]

/**
 * The way to a camera. `refused`: it does not accept our password, and nothing is tried until
 * somebody sets another. `down`: it does not answer; tried again with growing pauses.
 */
export type CameraPath = 'connecting' | 'up' | 'down' | 'refused'

/** Of the generic space: each −1…1. */
export interface PtzVelocity {
  pan: number
  tilt: number
  zoom: number
}

/** Degrees clockwise from the camera's heading, degrees up, zoom 0–1. */
export interface PtzPosition {
  panDeg: number
  tiltDeg: number
  zoom: number
}
