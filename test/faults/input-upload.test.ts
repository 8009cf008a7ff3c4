import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asPage, asZip, pngOf, withComment } from '../support/odd-pictures.ts'
import { openTownGateway, type Person, type TownGateway } from '../support/town-gateway.ts'

/** Upload: polyglot, 50 MB, EXIF with position: refused or written anew, and the gateway goes on. */

const mebibyte = 1_048_576
const tooLargeSaid = 'The picture is larger than 8 MB. Make it smaller, then send it again.'
let gateway: TownGateway
let worker: Person
let jpeg: Buffer
let png: Buffer
let webp: Buffer

beforeAll(async () => {
  gateway = await openTownGateway()
  worker = await gateway.as('grid01')
  const picture = () =>
    sharp({ create: { width: 320, height: 240, channels: 3, background: '#2e7d32' } })
  jpeg = await picture().jpeg().toBuffer()
  png = await picture().png().toBuffer()
  webp = await picture().webp().toBuffer()
})

afterAll(() => gateway?.remove())

function send(body: Buffer, type = 'image/jpeg') {
  return gateway.ask('/api/v1/pictures', {
    method: 'POST',
    headers: { cookie: worker.cookie, 'x-lianxun': '1', 'content-type': type },
    body,
  })
}

async function expectRefused(body: Buffer, type: string, said: RegExp): Promise<void> {
  const answer = await send(body, type)
  expect([answer.status, answer.body.type]).toEqual([415, 'urn:lianxun:notAPicture'])
  expect(answer.body.detail).toMatch(said)
  // Says what was wrong and what to do.
  expect(answer.body.detail.split('. ').length).toBeGreaterThan(1)
}

describe('a polyglot is refused', () => {
  const more = /is a picture and something else at once/
  test.each<[string, () => Buffer, string]>([
    ['JPEG and archive', () => asZip(jpeg), 'image/jpeg'],
    ['PNG and archive', () => asZip(png), 'image/png'],
    ['WebP and archive', () => asZip(webp), 'image/webp'],
    ['JPEG and page', () => asPage(jpeg), 'image/jpeg'],
    ['PNG and page', () => asPage(png), 'image/png'],
    ['WebP and page', () => asPage(webp), 'image/webp'],
    ['JPEG and page in its comment', () => withComment(jpeg, '--><ScRiPt>x()'), 'image/jpeg'],
    ['JPEG and program of a server', () => withComment(jpeg, '<?php x(); ?>'), 'image/jpeg'],
    ['JPEG and PDF', () => withComment(jpeg, '\n%PDF-1.7\n'), 'image/jpeg'],
  ])('%s', (_name, make, type) => expectRefused(make(), type, more))
})

describe('what is no picture is refused', () => {
  test.each<[string, () => Buffer, string, RegExp]>([
    ['nothing', () => Buffer.alloc(0), 'image/jpeg', /is no picture|not sent as/],
    ['text', () => Buffer.from('hello'), 'image/jpeg', /is no picture/],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'image/png', /no pict/],
    ['GIF', () => Buffer.from('GIF89a\x01\0\x01\0\0\0\0;'), 'image/webp', /is no picture/],
    ['a first marker', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'image/jpeg', /cut off/],
    ['PNG said to be JPEG', () => png, 'image/jpeg', /said to be image\/jpeg and is png/],
    ['JPEG said to be WebP', () => jpeg, 'image/webp', /said to be image\/webp and is jpeg/],
    ['half a JPEG', () => jpeg.subarray(0, jpeg.length / 2), 'image/jpeg', /cut off or damaged/],
    ['half a PNG', () => png.subarray(0, png.length / 2), 'image/png', /cut off or damaged/],
    ['half a WebP', () => webp.subarray(0, webp.length / 2), 'image/webp', /cut off or damaged/],
    ['a JPEG without its end', () => jpeg.subarray(0, -2), 'image/jpeg', /cut off or damaged/],
    ['too few pixels for its size', () => pngOf(400, 400), 'image/png', /cut off or damaged/],
    ['10,000 megapixels', () => pngOf(100_000, 100_000), 'image/png', /cut off|50 megapixels/],
    ['60 megapixels', () => pngOf(10_000, 6_000), 'image/png', /50 megapixels/],
  ])('%s', (_name, make, type, said) => expectRefused(make(), type, said))

  test.each([
    'image/svg+xml',
    'image/gif',
    'text/html',
    'application/json',
    'multipart/form-data; boundary=x',
  ])('as %s', async (type) => {
    await expectRefused(jpeg, type, /Content-Type image\/jpeg, image\/png, image\/webp/)
  })
})

describe('what is too large is refused', () => {
  test.each([
    ['50 MB', 50 * mebibyte],
    ['one byte over 8 MB', 8 * mebibyte + 1],
  ])('%s', async (_name, bytes) => {
    const answer = await send(Buffer.concat([jpeg, Buffer.alloc(bytes - jpeg.length)]))
    expect([answer.status, answer.body.detail]).toEqual([413, tooLargeSaid])
  })

  test('other routes take no more than before, whatever it is called', async () => {
    const answer = await gateway.ask('/api/v1/cases', {
      method: 'POST',
      headers: { cookie: worker.cookie, 'x-lianxun': '1', 'content-type': 'image/jpeg' },
      body: Buffer.concat([jpeg, Buffer.alloc(mebibyte)]),
    })
    expect([413, 415]).toContain(answer.status)
  })
})

describe('what a phone sends is taken', () => {
  test('8 MB with zeros behind the picture', async () => {
    const answer = await send(Buffer.concat([jpeg, Buffer.alloc(8 * mebibyte - jpeg.length)]))
    expect(answer.status).toBe(201)
  })

  test('a film or a second picture behind the first falls away', async () => {
    const film = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42'), Buffer.alloc(5000, 7)])
    const names = []
    for (const behind of [film, jpeg]) {
      const { status, body } = await send(Buffer.concat([jpeg, behind]))
      expect(status).toBe(201)
      names.push(body.sha256)
    }
    expect(names).toEqual([(await send(jpeg)).body.sha256, names[0]])
  })

  test('EXIF with position: stripped, turned upright, re-encoded', async () => {
    const original = await sharp(jpeg)
      .withExif({
        IFD0: { Make: 'PhoneMaker', Model: 'X1', Artist: '张三' },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '29/1 11/1 27/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '106/1 42/1 20/1',
        },
      })
      .withMetadata({ orientation: 8 })
      .toBuffer()
    expect((await sharp(original).metadata()).exif).toBeDefined()
    const { status, body } = await send(original)
    expect(status).toBe(201)
    const response = await fetch(
      `http://127.0.0.1:${gateway.http}/api/v1/pictures/${body.sha256}`,
      {
        headers: { cookie: worker.cookie },
      },
    )
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    const kept = Buffer.from(await response.arrayBuffer())
    const metadata = await sharp(kept).metadata()
    expect([metadata.width, metadata.height]).toEqual([240, 320])
    expect([metadata.exif, metadata.xmp, metadata.iptc]).toEqual([undefined, undefined, undefined])
    expect(kept.equals(original)).toBe(false)
    expect(kept.includes('GPS')).toBe(false)
    expect(kept.includes('PhoneMaker')).toBe(false)
  })
})

test('afterwards the gateway takes pictures and reports as before', async () => {
  const { status, body } = await send(webp, 'image/webp')
  expect(status).toBe(201)
  const report = {
    hazard: 'environment',
    text: '路边垃圾',
    lon: 106.705543,
    lat: 29.190586,
    pictures: [body.sha256],
  }
  const made = await worker.send('POST', '/api/v1/cases', report)
  expect(made.status).toBe(201)
  expect((await gateway.ask('/readyz')).status).toBe(200)
})
