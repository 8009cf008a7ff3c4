import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { UnavailableError } from '../../../gateway/domain/errors.ts'
import { createPictureCleaner } from '../../../gateway/pictures/clean-picture.ts'
import { pngOf } from '../../support/odd-pictures.ts'

/** What is left of a picture; how it comes over HTTP is in routes/picture-upload.test.ts. */

const green = (width = 40, height = 30) =>
  sharp({ create: { width, height, channels: 3, background: '#2e7d32' } })

async function cleaned(bytes: Buffer, type: 'image/jpeg' | 'image/png' | 'image/webp') {
  const result = await createPictureCleaner()(bytes, type)
  if (result.kind === 'refused') throw new Error(result.problem)
  return Buffer.from(result.jpeg)
}

describe('a cleaned picture', () => {
  it.each([
    [1, 40, 30],
    [3, 40, 30],
    [6, 30, 40],
    [8, 30, 40],
  ])('lying as %i is %i × %i', async (orientation, width, height) => {
    const original = await green().jpeg().withMetadata({ orientation }).toBuffer()
    const metadata = await sharp(await cleaned(original, 'image/jpeg')).metadata()
    expect([metadata.width, metadata.height, metadata.orientation]).toEqual([
      width,
      height,
      undefined,
    ])
  })

  it.each([
    ['wide', [5000, 100], [2560, 51]],
    ['high', [100, 5000], [51, 2560]],
    ['small', [10, 8], [10, 8]],
  ])('that is %s keeps its shape', async (_name, [width, height], size) => {
    const bytes = await green(width, height).png().toBuffer()
    const metadata = await sharp(await cleaned(bytes, 'image/png')).metadata()
    expect([metadata.width, metadata.height]).toEqual(size)
  })

  it('is what was there, to the eye', async () => {
    const { dominant } = await sharp(
      await cleaned(await green().webp().toBuffer(), 'image/webp'),
    ).stats()
    expect(Math.abs(dominant.g - 0x7d)).toBeLessThan(12)
  })

  it('of print colours is one of screens', async () => {
    const bytes = await green().toColourspace('cmyk').jpeg().toBuffer()
    expect((await sharp(await cleaned(bytes, 'image/jpeg')).metadata()).space).toBe('srgb')
  })

  it('of a film is its first picture', async () => {
    const frames = await sharp(await green(20, 20).png().toBuffer(), { animated: true })
      .webp()
      .toBuffer()
    expect((await sharp(await cleaned(frames, 'image/webp')).metadata()).pages).toBeUndefined()
  })

  it('twice is the same bytes', async () => {
    const bytes = await green().jpeg().toBuffer()
    const [first, again] = [await cleaned(bytes, 'image/jpeg'), await cleaned(bytes, 'image/jpeg')]
    expect(first.equals(again)).toBe(true)
  })
})

describe('when many come at once', () => {
  it('they wait for each other, so many and no more', async () => {
    const clean = createPictureCleaner()
    const bytes = await green().jpeg().toBuffer()
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => clean(bytes, 'image/jpeg')),
    )
    const taken = results.filter(({ status }) => status === 'fulfilled')
    expect(taken).toHaveLength(16)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(UnavailableError)
    }
    expect((await clean(bytes, 'image/jpeg')).kind).toBe('clean')
  })

  it('one that is refused holds up none of the others', async () => {
    const clean = createPictureCleaner()
    const bytes = await green().jpeg().toBuffer()
    const kinds = await Promise.all([
      clean(pngOf(9000, 9000), 'image/png'),
      clean(Buffer.from('x'), 'image/jpeg'),
      clean(bytes, 'image/jpeg'),
    ])
    expect(kinds.map(({ kind }) => kind)).toEqual(['refused', 'refused', 'clean'])
  })
})
