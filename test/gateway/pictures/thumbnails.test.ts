import sharp from 'sharp'
import { expect, test } from 'vitest'
import { createThumbnails } from '../../../gateway/pictures/thumbnails.ts'

const create = { width: 1600, height: 1200, channels: 3 as const, background: '#336699' }
const large = await sharp({ create }).jpeg().toBuffer()

function room(pictures: Record<string, Uint8Array>) {
  let read = 0
  const thumbnails = createThumbnails({
    async get(sha256) {
      read += 1
      return pictures[sha256]
    },
  })
  return { thumbnails, pictures, read: () => read }
}

test('is small, has the same shape, and is made once', async () => {
  const { thumbnails } = room({ a: large })
  const small = await thumbnails.get('a')
  const { width, height } = await sharp(small).metadata()
  expect([width, height]).toEqual([320, 240])
  expect(await thumbnails.get('a')).toBe(small)
})

test('one that retention took is gone', async () => {
  const { thumbnails, pictures } = room({ a: large })
  await thumbnails.get('a')
  delete pictures['a']
  expect(await thumbnails.get('a')).toBeUndefined()
})

test('what sharp cannot read is given as it is', async () => {
  const odd = Buffer.from('kept before anybody looked into it')
  expect(await room({ odd }).thumbnails.get('odd')).toBe(odd)
})

test('not more than some hundred are kept', async () => {
  const tiny = await sharp({ create: { ...create, width: 4, height: 4 } })
    .jpeg()
    .toBuffer()
  const all = Object.fromEntries(Array.from({ length: 502 }, (_, i) => [`p${i}`, tiny]))
  const { thumbnails } = room(all)
  const first = await thumbnails.get('p0')
  for (const name of Object.keys(all)) await thumbnails.get(name)
  expect(await thumbnails.get('p0')).not.toBe(first)
})
