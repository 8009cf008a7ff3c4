/** What a live picture tells beside its bytes. */

/** H.264 in pieces of MP4, as the camera sent it; or MPEG-1, for whoever cannot show that. */
export const liveFormats = ['mp4', 'mpeg1'] as const

export type LiveFormat = (typeof liveFormats)[number]

/** Why there is no picture just now; it is tried again by itself. */
export const liveTroubles = [
  'wrongPassword',
  'unreachable',
  'notAllowed',
  'timeout',
  'unsupported',
  /** The camera answers and sends no picture. */
  'noPicture',
  /** The gateway's own part failed. */
  'inside',
] as const

export type LiveTrouble = (typeof liveTroubles)[number]

/** Why a viewer is sent away; after `needsMpeg1` it may come again with that format. */
export const liveEndings = [
  'needsMpeg1',
  'tooManyHere',
  'tooManyOfYours',
  'tooManyStreams',
  'tooSlow',
  'signedOut',
  'stopping',
] as const

export type LiveEnding = (typeof liveEndings)[number]

export type LiveMessage =
  /** A picture begins anew: what was before it is not continued. */
  | { kind: 'hello'; format: LiveFormat; codec: string | null }
  | { kind: 'lost'; since: number; trouble: LiveTrouble }
  | { kind: 'end'; why: LiveEnding }
