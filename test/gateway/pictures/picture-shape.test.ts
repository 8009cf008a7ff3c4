import * as fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  type PictureKind,
  pictureKind,
  pictureKinds,
  pictureProblem,
} from '../../../gateway/pictures/picture-shape.ts'
import { asPage, asZip, withComment } from '../../support/odd-pictures.ts'

const made = {} as Record<PictureKind, Buffer>
let progressive: Buffer

beforeAll(async () => {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 30 }
  const picture = () =>
    sharp({ create: { width: 60, height: 40, channels: 3, background: '#000', noise } })
  made.jpeg = await picture()
    .jpeg()
    .withExif({ IFD0: { Make: 'PhoneMaker' } })
    .toBuffer()
  made.png = await picture().png().toBuffer()
  made.webp = await picture().webp().toBuffer()
  progressive = await picture().jpeg({ progressive: true }).toBuffer()
})

describe('the kind', () => {
  it.each(pictureKinds)('%s is told by the first bytes', (kind) => {
    expect(pictureKind(made[kind])).toBe(kind)
    expect(pictureProblem(kind, made[kind])).toBeNull()
  })

  it('of anything else is none', () => {
    for (const text of ['', 'GIF89a', '<svg/>', '%PDF-1.7', 'RIFF\0\0\0\0WAVE', 'PK\x03\x04']) {
      expect(pictureKind(Buffer.from(text, 'latin1'))).toBeUndefined()
    }
  })

  it('of any bytes is found without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const kind = pictureKind(Buffer.from(bytes))
        expect([undefined, ...pictureKinds]).toContain(kind)
      }),
    )
  })
})

describe('a whole picture', () => {
  it('may have several scans', () => {
    expect(pictureProblem('jpeg', progressive)).toBeNull()
  })

  it('may have fill bytes before its markers, and zeros behind', () => {
    const filled = Buffer.concat([
      made.jpeg.subarray(0, 2),
      Buffer.from([0xff, 0xff]),
      made.jpeg.subarray(2),
      Buffer.alloc(1000),
    ])
    expect(pictureProblem('jpeg', filled)).toBeNull()
  })
})

describe('a picture that is cut off', () => {
  it.each(pictureKinds)('anywhere is seen (%s)', (kind) => {
    const whole = made[kind]
    fc.assert(
      fc.property(fc.integer({ min: 1, max: whole.length - 1 }), (length) => {
        expect(pictureProblem(kind, whole.subarray(0, length))).toMatch(/cut off or damaged/)
      }),
    )
  })

  it.each(pictureKinds)('or damaged is never a fault of ours (%s)', (kind) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: made[kind].length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        (at, byte) => {
          const damaged = Buffer.from(made[kind])
          damaged[at] = byte
          const problem = pictureProblem(kind, damaged)
          expect(problem === null || /[.!?]$/.test(problem)).toBe(true)
        },
      ),
    )
  })

  it('to any bytes at all is never a fault of ours', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...pictureKinds),
        fc.uint8Array({ maxLength: 400 }),
        (kind, bytes) => {
          const begun = Buffer.concat([made[kind].subarray(0, 12), Buffer.from(bytes)])
          expect(['string', 'object']).toContain(typeof pictureProblem(kind, begun))
        },
      ),
    )
  })
})

describe('a picture that is something else too', () => {
  const more = /something else at once/

  it.each(pictureKinds)('an archive behind it is seen (%s)', (kind) => {
    expect(pictureProblem(kind, asZip(made[kind]))).toMatch(more)
  })

  it('an archive’s end that is none is no archive', () => {
    const chance = Buffer.from('PK\x05\x06 and so on, for more than 22 bytes', 'latin1')
    expect(pictureProblem('jpeg', Buffer.concat([made.jpeg, chance]))).toBeNull()
  })

  it.each(pictureKinds)('a page behind it is seen (%s)', (kind) => {
    expect(pictureProblem(kind, asPage(made[kind]))).toMatch(more)
  })

  it.each(['<script>', '<HTML>', '<?php', '<svg onload=x>', '<!doctype html>', '%PDF-1.4'])(
    '%s in a comment is seen',
    (comment) => {
      expect(pictureProblem('jpeg', withComment(made.jpeg, `x ${comment} y`))).toMatch(more)
    },
  )

  it('XMP, as every phone writes it, is not', () => {
    const xmp =
      '<?xpacket begin="" id="W5M0"?><x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta><?xpacket end="w"?>'
    expect(pictureProblem('jpeg', withComment(made.jpeg, xmp))).toBeNull()
  })

  it('a film or another picture behind it is not', () => {
    for (const behind of [Buffer.from('\0\0\0\x18ftypmp42isom'), made.jpeg]) {
      expect(pictureProblem('jpeg', Buffer.concat([made.jpeg, behind]))).toBeNull()
    }
  })
})
