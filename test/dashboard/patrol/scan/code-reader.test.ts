import { afterEach, describe, expect, test, vi } from 'vitest'
import { openCodeReader } from '../../../../dashboard/patrol/scan/code-reader.ts'

const frame = vi.hoisted(() => vi.fn(async () => 'own'))
vi.mock('../../../../dashboard/patrol/scan/frame-reader.ts', () => ({
  createFrameReader: () => frame,
}))
const video = {} as HTMLVideoElement

afterEach(() => vi.unstubAllGlobals())

function native(formats: string[], detect: () => Promise<{ rawValue: string }[]>) {
  vi.stubGlobal(
    'BarcodeDetector',
    class {
      static getSupportedFormats = async () => formats
      detect = detect
    },
  )
}

describe('a code is read', () => {
  test('by the phone’s own reader', async () => {
    native(['qr_code'], async () => [{ rawValue: 'native' }])
    const { read } = await openCodeReader()
    expect(await read(video)).toBe('native')
  })
  test('and nothing where nothing is', async () => {
    native(['qr_code'], async () => [])
    expect(await (await openCodeReader()).read(video)).toBeNull()
  })
  test('by ours where there is none', async () => {
    expect(await (await openCodeReader()).read(video)).toBe('own')
  })
  test('by ours where the phone’s reads other codes only', async () => {
    native(['ean_13'], async () => [{ rawValue: 'native' }])
    expect(await (await openCodeReader()).read(video)).toBe('own')
  })
  test('by ours once the phone’s has failed, as those do without their service', async () => {
    native(['qr_code'], () => Promise.reject(new Error('Barcode detection service unavailable.')))
    const { read } = await openCodeReader()
    expect(await read(video)).toBeNull()
    expect(await read(video)).toBe('own')
  })
})
