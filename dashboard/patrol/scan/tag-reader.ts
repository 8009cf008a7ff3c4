import type { Scanned } from '../phone.ts'

/** Tags held to the phone, where the browser reads them (Chrome on Android). */

interface TagRecord {
  recordType: string
  data?: DataView
}

interface TagReading extends Event {
  serialNumber: string
  message: { records: readonly TagRecord[] }
}

interface TagReader extends EventTarget {
  scan(options: { signal: AbortSignal }): Promise<void>
}

type TagReaders = new () => TagReader

const readers = () => (globalThis as { NDEFReader?: TagReaders }).NDEFReader

export const hasTagReader = () => readers() !== undefined

const hexOf = (serial: string) => serial.replaceAll(':', '').toUpperCase()

export function scannedOf({
  serialNumber,
  message,
}: Pick<TagReading, 'serialNumber' | 'message'>): Scanned | null {
  const uid = hexOf(serialNumber)
  const url = message.records.find(({ recordType, data }) => recordType === 'url' && data)
  if (url?.data) {
    const text = new TextDecoder().decode(url.data)
    return { kind: 'text', text, ...(uid === '' ? {} : { nfcUid: uid }) }
  }
  return uid === '' ? null : { kind: 'nfc', uid }
}

/** Reads until the signal; a person who refuses it has the camera. */
export async function readTags(signal: AbortSignal, onRead: (scanned: Scanned) => void) {
  const Reader = readers()
  if (!Reader) return
  const reader = new Reader()
  reader.addEventListener('reading', (event) => {
    const scanned = scannedOf(event as TagReading)
    if (scanned && !signal.aborted) onRead(scanned)
  })
  await reader.scan({ signal }).catch(() => undefined)
}
