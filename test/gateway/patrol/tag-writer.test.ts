import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { PatrolPoint, TagKind } from '../../../gateway/domain/patrol.ts'
import { derivePatrolKeys } from '../../../gateway/patrol/patrol-keys.ts'
import { createTagBook } from '../../../gateway/patrol/tag-book.ts'
import { createTagWriter } from '../../../gateway/patrol/tag-writer.ts'
import { tap } from '../../../simulators/tags/ntag424.ts'

const keys = derivePatrolKeys(Buffer.alloc(32, 9))
const writer = createTagWriter(async () => keys)
const base = 'https://town.example'
const uid = '04440E50454F31'
const at = 1_790_000_010_000

const pointOf = (tag: TagKind, over: Partial<PatrolPoint> = {}): PatrolPoint => ({
  id: 'p1',
  name: '青石村村口',
  grid: '990101101201001',
  lon: 106.7,
  lat: 29.18,
  radiusM: 60,
  tag,
  tagUid: null,
  hint: null,
  checklist: [],
  reader: null,
  ...over,
})

const book = createTagBook({
  keys: async () => keys,
  points: {
    has: async (id) => id === 'p1',
    byUid: async (said) => (said === uid ? 'p1' : undefined),
  },
})

/** The file as a writing app makes it of an address: length, then one URI record. */
function ndefFile(url: string): Buffer {
  const known = [
    [2, 'https://www.'],
    [1, 'http://www.'],
    [4, 'https://'],
    [3, 'http://'],
  ] as const
  const [code, prefix] = known.find(([, start]) => url.startsWith(start)) ?? [0, '']
  const text = Buffer.from(url.slice(prefix.length))
  const record = Buffer.concat([Buffer.of(0xd1, 1, text.length + 1, 0x55, code), text])
  const length = Buffer.alloc(2)
  length.writeUInt16BE(record.length)
  return Buffer.concat([length, record])
}

describe('what is written onto an NTAG 424', () => {
  const point = pointOf('nfc424', { tagUid: uid })

  it('makes taps that are read back as that point', async () => {
    const { url, keys: written } = await writer.setting(point, base)
    if (!written) throw new Error('no keys')
    const tapped = tap({ uid, url, keys: written }, 7, randomBytes(5))
    expect(await book.read({ tag: 'nfc424', url: tapped, at })).toEqual({
      kind: 'genuine',
      point: 'p1',
      grade: 'cryptographic',
      once: { kind: 'counter', uid, counter: 7 },
    })
    const { metaRead, fileRead, application } = written
    expect(new Set([metaRead, fileRead, application]).size).toBe(3)
    for (const key of [metaRead, fileRead, application]) expect(key).toMatch(/^[0-9A-F]{32}$/)
  })

  it.each([
    'https://town.example',
    'http://192.168.31.120:8080',
    'https://www.town.example',
    'http://www.town.example',
  ])('has its signs where the offsets say: %s', async (address) => {
    const { url, offsets } = await writer.setting(point, address)
    if (!offsets) throw new Error('no offsets')
    const file = ndefFile(url)
    const text = (from: number, length: number) => file.toString('latin1', from, from + length)
    expect(text(offsets.picc, 32)).toBe('0'.repeat(32))
    expect(text(offsets.picc - 'picc_data='.length, 'picc_data='.length)).toBe('picc_data=')
    expect(text(offsets.mac, 16)).toBe('0'.repeat(16))
    expect(text(offsets.mac - '&cmac='.length, '&cmac='.length)).toBe('&cmac=')
    expect(offsets.mac + 16).toBe(file.length)
    expect(offsets.macInput).toBe(offsets.mac)
    // An NTAG 424's NDEF file holds 256 bytes.
    expect(file.length).toBeLessThan(256)
  })

  it.each([null, '04A39B12', '04440E50454F3122'])(
    'needs its UID, seven bytes, and says so: %s',
    async (tagUid) => {
      await expect(writer.setting(pointOf('nfc424', { tagUid }), base)).rejects.toThrow(
        /14 digits of the tag at 青石村村口/,
      )
    },
  )
})

describe('what other tags say', () => {
  it.each(['qr', 'nfcUid'] as const)('%s: a signed address, and no keys', async (tag) => {
    const point = pointOf(tag, { tagUid: uid })
    const setting = await writer.setting(point, base)
    expect(setting).toMatchObject({ point: 'p1', tag, keys: null, offsets: null, readerKey: null })
    expect(await book.read({ tag, url: setting.url, at })).toMatchObject({ grade: 'static' })
    expect(await writer.printed(point, base)).toBe(setting.url)
  })

  it('a screen opens a page of its own', async () => {
    const { url } = await writer.setting(pointOf('qrRotating'), base)
    expect(url).toBe('https://town.example/patrols/code/p1')
  })

  it('a reader has its own key', async () => {
    const setting = await writer.setting(pointOf('reader', { reader: 'v1-reader1' }), base)
    const key = Buffer.from(keys.readerOf('v1-reader1')).toString('hex').toUpperCase()
    expect(setting).toMatchObject({ keys: null, offsets: null, readerKey: key })
    expect((await writer.setting(pointOf('reader'), base)).readerKey).toBeNull()
  })

  it('on paper there is a code for whatever can be copied anyway, and beside an NTAG 424', async () => {
    const printed = (point: PatrolPoint) => writer.printed(point, base)
    expect(await printed(pointOf('nfc424', { tagUid: uid }))).toMatch(/\/c\/p1\./)
    expect(await printed(pointOf('qrRotating'))).toBeNull()
    expect(await printed(pointOf('reader'))).toBeNull()
  })
})

describe('the code of a screen', () => {
  it('is read back as that point, until it says', async () => {
    const { url, until } = await writer.code(pointOf('qrRotating'), base, at)
    expect(until).toBe((Math.floor(at / 30_000) + 1) * 30_000)
    expect(await book.read({ tag: 'qrRotating', url, at: until - 1 })).toEqual({
      kind: 'genuine',
      point: 'p1',
      grade: 'dynamic',
      once: { kind: 'step', point: 'p1', step: Math.floor(at / 30_000) },
    })
    const next = await writer.code(pointOf('qrRotating'), base, until)
    expect(next.url).not.toBe(url)
  })

  it('is there for points with a screen only', async () => {
    await expect(writer.code(pointOf('qr'), base, at)).rejects.toThrow(/no rotating code/)
  })
})
