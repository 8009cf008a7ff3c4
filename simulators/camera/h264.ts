/**
 * Takes apart an Annex B byte stream (ISO/IEC 14496-10 annex B; 23008-2 annex B for H.265) into
 * NAL units and pictures. Only what our own encoder writes is looked for: one slice a picture and
 * an access unit delimiter before each.
 */

export type VideoCodec = 'h264' | 'h265'

/** All NAL units of one picture, without start codes. */
export interface AccessUnit {
  nals: readonly Buffer[]
  isKey: boolean
}

export interface Clip {
  codec: VideoCodec
  width: number
  height: number
  fps: number
  /** The first one is a key frame. Played over and over. */
  units: readonly AccessUnit[]
  /** SPS and PPS, for H.265 VPS before them: each as it stands in the stream. */
  parameterSets: readonly Buffer[]
}

/** Splits at 00 00 01; the zero bytes before it belong to the start code, not to the unit. */
export function splitAnnexB(stream: Buffer): Buffer[] {
  const nals: Buffer[] = []
  let begin = -1
  for (let at = stream.indexOf('\0\0\u0001', 0, 'latin1'); ; ) {
    if (begin >= 0) {
      let end = at < 0 ? stream.length : at
      while (end > begin && stream[end - 1] === 0) end--
      if (end > begin) nals.push(stream.subarray(begin, end))
    }
    if (at < 0) return nals
    begin = at + 3
    at = stream.indexOf('\0\0\u0001', begin, 'latin1')
  }
}

type NalRole = 'delimiter' | 'parameterSet' | 'remark' | 'key' | 'picture' | 'other'

/** Table 7-1. */
function roleOfH264(nal: Buffer): NalRole {
  const type = nal[0]! & 0x1f
  if (type === 9) return 'delimiter'
  if (type === 7 || type === 8) return 'parameterSet'
  if (type === 6) return 'remark'
  if (type === 5) return 'key'
  return type === 1 ? 'picture' : 'other'
}

/** Table 7-1 of H.265: 16 to 21 are the random access pictures. */
function roleOfH265(nal: Buffer): NalRole {
  const type = (nal[0]! >> 1) & 0x3f
  if (type === 35) return 'delimiter'
  if (type >= 32 && type <= 34) return 'parameterSet'
  if (type === 39 || type === 40) return 'remark'
  if (type >= 16 && type <= 21) return 'key'
  return type <= 9 ? 'picture' : 'other'
}

function roleOf(codec: VideoCodec, nal: Buffer): NalRole {
  return codec === 'h264' ? roleOfH264(nal) : roleOfH265(nal)
}

/** Pictures in order; delimiters and remarks (SEI) are left out, parameter sets stay in front. */
export function accessUnits(codec: VideoCodec, nals: readonly Buffer[]): AccessUnit[] {
  const units: AccessUnit[] = []
  let waiting: Buffer[] = []
  for (const nal of nals) {
    const role = roleOf(codec, nal)
    if (role === 'parameterSet') waiting.push(nal)
    if (role !== 'key' && role !== 'picture') continue
    units.push({ nals: [...waiting, nal], isKey: role === 'key' })
    waiting = []
  }
  return units
}

/** The clip of an encoder's whole output. */
export function parseClip(
  codec: VideoCodec,
  stream: Buffer,
  shape: { width: number; height: number; fps: number },
): Clip {
  const units = accessUnits(codec, splitAnnexB(stream))
  const first = units[0]
  if (!first?.isKey) throw new Error(`the ${codec} encoder did not begin with a key frame`)
  const parameterSets = first.nals.filter((nal) => roleOf(codec, nal) === 'parameterSet')
  const expected = codec === 'h264' ? 2 : 3
  if (parameterSets.length !== expected)
    throw new Error(
      `the ${codec} encoder wrote ${parameterSets.length} of ${expected} parameter sets`,
    )
  return { codec, ...shape, units, parameterSets }
}
