import type { zhLive } from './zh-live.ts'

/** The words of live pictures in English. */
export const enLive: Record<keyof typeof zhLive, string> = {
  'liveView.of': 'Live picture of {camera}',
  'liveView.stillOf': 'Still of {camera}',
  'liveView.live': 'Live',
  'liveView.waiting': 'Connecting',
  'liveView.still': 'Still of {time}',
  'liveView.lost': 'No picture since {time}',
  'liveView.end.tooMany': 'Too many are looking; it is tried again by itself',
  'liveView.end.tooManyOfYours': 'You have too many pictures open, close some',
  'liveView.trouble.wrongPassword':
    'the camera refuses the password, the administrator must set it',
  'liveView.trouble.unreachable': 'the camera cannot be reached, check power and cable',
  'liveView.trouble.notAllowed': 'its address is outside the allowed networks',
  'liveView.trouble.timeout': 'the camera does not answer',
  'liveView.trouble.unsupported': 'the camera’s kind of picture cannot be used',
  'liveView.trouble.noPicture': 'the camera sends no picture',
  'liveView.trouble.inside': 'the server cannot relay it, see its log',
}
