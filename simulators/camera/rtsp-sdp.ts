import type { Clip } from './h264.ts'
import { payloadType, rtpClockHz } from './rtp-packets.ts'

/** What DESCRIBE answers (RFC 4566; RFC 6184 §8.2.1; RFC 7798 §7.2.1). */

function formatLine(clip: Clip, withParameterSets: boolean): string {
  const sets = clip.parameterSets.map((set) => set.toString('base64'))
  if (clip.codec === 'h265') {
    const [vps, sps, pps] = sets
    return withParameterSets
      ? `a=fmtp:${payloadType} sprop-vps=${vps}; sprop-sps=${sps}; sprop-pps=${pps}`
      : `a=fmtp:${payloadType} tx-mode=SRST`
  }
  const profile = clip.parameterSets[0]!.subarray(1, 4).toString('hex').toUpperCase()
  const sprop = withParameterSets ? `; sprop-parameter-sets=${sets.join(',')}` : ''
  return `a=fmtp:${payloadType} packetization-mode=1; profile-level-id=${profile}${sprop}`
}

const trackName = 'trackID=0'

export function describeClip(
  clip: Clip,
  options: { address: string; withParameterSets: boolean },
): string {
  const encoding = clip.codec === 'h264' ? 'H264' : 'H265'
  const lines = [
    'v=0',
    `o=- 1 1 IN IP4 ${options.address}`,
    's=Camera',
    `c=IN IP4 ${options.address}`,
    't=0 0',
    'a=control:*',
    'a=range:npt=0-',
    `m=video 0 RTP/AVP ${payloadType}`,
    `a=rtpmap:${payloadType} ${encoding}/${rtpClockHz}`,
    formatLine(clip, options.withParameterSets),
    `a=framerate:${clip.fps}`,
    `a=control:${trackName}`,
  ]
  return `${lines.join('\r\n')}\r\n`
}
