import { type Framer, FramerError, type Part } from './framer.ts'

/**
 * An MPEG transport stream (ISO/IEC 13818-1): packets of 188 bytes. ffmpeg marks the packet in
 * which a key picture begins; a viewer begins there, after the tables that say what is in it.
 */

const packetBytes = 188
const syncByte = 0x47
const tablesPid = 0
/** ffmpeg's first program; its tables are sent again and again, often before a key picture. */
const programPid = 0x1000

function pidOf(packet: Buffer): number {
  return packet.readUInt16BE(1) & 0x1fff
}

/** random_access_indicator (2.4.3.5). */
function beginsKey(packet: Buffer): boolean {
  const hasAdaptation = ((packet[3] as number) & 0x20) !== 0
  return hasAdaptation && (packet[4] as number) > 0 && ((packet[5] as number) & 0x40) !== 0
}

export function createTsFramer(): Framer {
  let rest: Buffer = Buffer.alloc(0)
  let isOpen = false
  const tables = new Map<number, Buffer>()

  return {
    push(chunk) {
      const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const end = whole.length - (whole.length % packetBytes)
      rest = whole.subarray(end)
      const parts: Part[] = []
      let from = 0
      let isKey = false
      const close = (to: number) => {
        if (to > from) parts.push({ kind: 'piece', bytes: whole.subarray(from, to), isKey })
        from = to
      }
      for (let at = 0; at < end; at += packetBytes) {
        const packet = whole.subarray(at, at + packetBytes)
        if (packet[0] !== syncByte) throw new FramerError('broken')
        const pid = pidOf(packet)
        if (pid === tablesPid || pid === programPid) tables.set(pid, packet)
        if (!isOpen && tables.size === 2) {
          isOpen = true
          parts.push({ kind: 'opening', bytes: Buffer.concat([...tables.values()]), codec: null })
        }
        if (!beginsKey(packet)) continue
        close(at)
        isKey = true
      }
      close(end)
      return parts
    },
  }
}
