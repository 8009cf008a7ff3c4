/**
 * As much of ISO/IEC 14496-12 as a live picture needs: cutting a stream into boxes, the codec's
 * name (RFC 6381) and size out of `moov`, and whether a fragment begins with a key frame.
 */

export interface Box {
  type: string
  /** With its header. */
  bytes: Buffer
}

const headerBytes = 8
const wideHeaderBytes = 16

export class BoxError extends Error {
  override name = 'BoxError'
}

export interface BoxCutter {
  /** The boxes that this chunk completes; throws BoxError on what is no box or too large. */
  push(chunk: Buffer): Box[]
}

export function createBoxCutter(mostBytes = 16_777_216): BoxCutter {
  let chunks: Buffer[] = []
  let held = 0

  /** All that is held as one, which is done only when something can be read from it. */
  function joined(): Buffer {
    const whole = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, held)
    chunks = [whole]
    return whole
  }

  let need = headerBytes
  return {
    push(chunk) {
      chunks.push(chunk)
      held += chunk.length
      const boxes: Box[] = []
      while (held >= need) {
        const whole = joined()
        const size = sizeOf(whole)
        if (size === undefined) {
          need = wideHeaderBytes
          continue
        }
        if (size < headerBytes || size > mostBytes) throw new BoxError(`a box of ${size} bytes`)
        need = size
        if (held < size) break
        boxes.push({ type: whole.toString('latin1', 4, 8), bytes: whole.subarray(0, size) })
        held -= size
        chunks = held > 0 ? [whole.subarray(size)] : []
        need = headerBytes
      }
      return boxes
    },
  }
}

/** Undefined: its header is not complete. */
function sizeOf(bytes: Buffer): number | undefined {
  const short = bytes.readUInt32BE(0)
  if (short !== 1) return short
  if (bytes.length < wideHeaderBytes) return undefined
  return Number(bytes.readBigUInt64BE(8))
}

/** Boxes that lie one after the other from `start`; ends at the first that does not fit. */
export function* boxesIn(bytes: Buffer, start = 0): Generator<Box> {
  let at = start
  while (at + headerBytes <= bytes.length) {
    const size = sizeOf(bytes.subarray(at))
    if (size === undefined || size < headerBytes || at + size > bytes.length) return
    yield { type: bytes.toString('latin1', at + 4, at + 8), bytes: bytes.subarray(at, at + size) }
    at += size
  }
}

function find(bytes: Buffer, path: readonly string[]): Buffer | undefined {
  const [type, ...rest] = path
  for (const box of boxesIn(bytes, headerBytes)) {
    if (box.type !== type) continue
    if (rest.length === 0) return box.bytes
    const found = find(box.bytes, rest)
    if (found) return found
  }
  return undefined
}

/** Of the first H.264 track; undefined: there is none. */
export function videoCodecOf(moov: Buffer): string | undefined {
  for (const trak of boxesIn(moov, headerBytes)) {
    if (trak.type !== 'trak') continue
    const stsd = find(trak.bytes, ['mdia', 'minf', 'stbl', 'stsd'])
    // A full box with the count of its entries before them.
    const entries = stsd ? boxesIn(stsd, headerBytes + 8) : []
    for (const entry of entries) {
      const codec = entry.type === 'avc1' || entry.type === 'avc3' ? avcName(entry) : undefined
      if (codec !== undefined) return codec
    }
  }
  return undefined
}

/** Fields of a visual sample entry before the boxes in it. */
const visualEntryBytes = 86

function avcName(entry: Box): string | undefined {
  for (const { type, bytes } of boxesIn(entry.bytes, visualEntryBytes)) {
    if (type !== 'avcC' || bytes.length < headerBytes + 4) continue
    const profile = bytes.toString('hex', headerBytes + 1, headerBytes + 4)
    return `${entry.type}.${profile.toUpperCase()}`
  }
  return undefined
}

/** tf_flags and tr_flags (8.8.7, 8.8.8). */
const defaults = { baseOffset: 1, description: 2, duration: 8, size: 0x10, flags: 0x20 }
const runs = { offset: 1, firstFlags: 4, duration: 0x100, size: 0x200, flags: 0x400 }
/** sample_is_non_sync_sample (8.8.3). */
const nonSync = 0x1_0000

/** Whether the first picture of a fragment needs none before it; false when it does not say. */
export function startsWithKey(moof: Buffer): boolean {
  for (const traf of boxesIn(moof, headerBytes)) {
    if (traf.type !== 'traf') continue
    const tfhd = find(traf.bytes, ['tfhd'])
    const trun = find(traf.bytes, ['trun'])
    const flags = trun && (flagsOfFirst(trun) ?? (tfhd && defaultFlags(tfhd)))
    return flags !== undefined && (flags & nonSync) === 0
  }
  return false
}

function wordAt(bytes: Buffer, at: number): number | undefined {
  return at + 4 <= bytes.length ? bytes.readUInt32BE(at) : undefined
}

function defaultFlags(tfhd: Buffer): number | undefined {
  const has = wordAt(tfhd, headerBytes) ?? 0
  if (!(has & defaults.flags)) return undefined
  let at = headerBytes + 8
  if (has & defaults.baseOffset) at += 8
  for (const field of [defaults.description, defaults.duration, defaults.size]) {
    if (has & field) at += 4
  }
  return wordAt(tfhd, at)
}

function flagsOfFirst(trun: Buffer): number | undefined {
  const has = wordAt(trun, headerBytes) ?? 0
  let at = headerBytes + 8
  if (has & runs.offset) at += 4
  if (has & runs.firstFlags) return wordAt(trun, at)
  if (!(has & runs.flags)) return undefined
  if (has & runs.duration) at += 4
  if (has & runs.size) at += 4
  return wordAt(trun, at)
}
