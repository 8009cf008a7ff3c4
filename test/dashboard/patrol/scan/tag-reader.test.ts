import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Scanned } from '../../../../dashboard/patrol/phone.ts'
import { hasTagReader, readTags, scannedOf } from '../../../../dashboard/patrol/scan/tag-reader.ts'

const url =
  'https://lianxun.example/tag?picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086'
const record = { recordType: 'url', data: new DataView(new TextEncoder().encode(url).buffer) }

afterEach(() => vi.unstubAllGlobals())

describe('a tag at the phone', () => {
  test('is its address, with the number of the chip', () =>
    expect(scannedOf({ serialNumber: '04:de:5f', message: { records: [record] } })).toEqual({
      kind: 'text',
      text: url,
      nfcUid: '04DE5F',
    }))
  test('without an address is its number', () =>
    expect(scannedOf({ serialNumber: '04:de:5f', message: { records: [] } })).toEqual({
      kind: 'nfc',
      uid: '04DE5F',
    }))
  test('with nothing is nothing', () =>
    expect(
      scannedOf({ serialNumber: '', message: { records: [{ recordType: 'text' }] } }),
    ).toBeNull())
})

describe('the tag reader', () => {
  class Reader extends EventTarget {
    scan = async () => undefined
  }
  test('is where the browser has one', async () => {
    expect(hasTagReader()).toBe(false)
    await expect(readTags(new AbortController().signal, () => undefined)).resolves.toBeUndefined()
    vi.stubGlobal('NDEFReader', Reader)
    expect(hasTagReader()).toBe(true)
  })
  test('tells of tags until it is over', async () => {
    const made: Reader[] = []
    vi.stubGlobal(
      'NDEFReader',
      class extends Reader {
        constructor() {
          super()
          made.push(this)
        }
      },
    )
    const over = new AbortController()
    const read: Scanned[] = []
    await readTags(over.signal, (scanned) => read.push(scanned))
    const touch = () =>
      made[0]?.dispatchEvent(
        Object.assign(new Event('reading'), { serialNumber: '04:01', message: { records: [] } }),
      )
    touch()
    over.abort()
    touch()
    expect(read).toEqual([{ kind: 'nfc', uid: '0401' }])
  })
  test('that somebody refused leaves the camera', async () => {
    vi.stubGlobal(
      'NDEFReader',
      class extends EventTarget {
        scan = () => Promise.reject(new Error('refused'))
      },
    )
    await expect(readTags(new AbortController().signal, () => undefined)).resolves.toBeUndefined()
  })
})
