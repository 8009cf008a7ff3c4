import { describe, expect, test } from 'vitest'
import { ApiError } from '../../../dashboard/src/api/client.ts'
import { PictureRow, PictureStrip } from '../../../dashboard/src/parts/pictures.tsx'
import {
  type Attached,
  type Pictures,
  pastedPictures,
  pictureFault,
  sizeFault,
  uploadFault,
} from '../../../dashboard/src/parts/use-pictures.ts'
import { all, one, textOf } from '../markup.ts'
import { renderPart } from '../render.tsx'

const problem = (status: number) => ({ type: 'about:blank', title: '', status })

describe('what is wrong with a picture, before it is sent', () => {
  test.each([
    ['image/jpeg', null],
    ['image/png', null],
    ['image/webp', null],
    ['image/heic', 'pictures.unreadable'],
    ['application/pdf', 'pictures.unreadable'],
    ['', 'pictures.unreadable'],
  ] as const)('%s: %s', (type, fault) => expect(pictureFault({ type })).toBe(fault))
  test.each([
    [8 * 1024 * 1024, null],
    [8 * 1024 * 1024 + 1, 'pictures.tooLarge'],
  ] as const)('%d bytes, when it was made smaller: %s', (size, fault) =>
    expect(sizeFault({ size })).toBe(fault),
  )
})

describe('what is said when it did not arrive', () => {
  test.each([
    [new ApiError('invalid', problem(413)), 'pictures.tooLarge'],
    [new ApiError('invalid', problem(415)), 'pictures.unreadable'],
    [new ApiError('away', null), 'pictures.away'],
    [new ApiError('server', problem(500)), 'pictures.failed'],
    [new Error('x'), 'pictures.failed'],
  ] as const)('%s', (error, key) => expect(uploadFault(error)).toBe(key))
})

test('of a paste only the pictures are taken', () => {
  const file = (type: string) => ({ type }) as File
  const files = [file('image/png'), file('text/plain')]
  expect(pastedPictures({ files } as unknown as DataTransfer)).toEqual([files[0]])
  expect(pastedPictures(null)).toEqual([])
})

const attached = (part: Partial<Attached>): Attached => ({
  key: 1,
  url: 'blob:x',
  share: 0,
  sha256: null,
  failure: null,
  ...part,
})

function pictures(items: Attached[], isOverLimit = false): Pictures {
  const nothing = () => undefined
  return {
    items,
    isOverLimit,
    isSending: false,
    ids: [],
    add: nothing,
    remove: nothing,
    clear: nothing,
  }
}

describe('the strip of chosen pictures', () => {
  const strip = (items: Attached[], isOverLimit = false) =>
    renderPart(<PictureStrip pictures={pictures(items, isOverLimit)} />)

  test('how far one is, what is wrong with another', async () => {
    const drawn = await strip([
      attached({ share: 0.42 }),
      attached({ key: 2, failure: 'pictures.tooLarge' }),
      attached({ key: 3, sha256: 'a'.repeat(64), share: 1 }),
    ])
    expect(all(drawn, 'li').map((item) => textOf(item))).toEqual([
      '正在上传 42%',
      '超过 8 兆，请换小一点的图片',
      '',
    ])
    expect(textOf(one(drawn, '[role=alert]'))).toContain('8 兆')
  })
  test('each can be taken away, by its number', async () => {
    const drawn = await strip([attached({}), attached({ key: 2 })])
    expect(all(drawn, 'button').map((button) => button.attributes['aria-label'])).toEqual([
      '去掉图片 1',
      '去掉图片 2',
    ])
  })
  test('too many are said, not lost in silence', async () =>
    expect(textOf(await strip([attached({})], true))).toContain('最多 9 张图片'))
  test('nothing chosen is nothing drawn', async () =>
    expect(all(await strip([]), '.picture-strip')).toEqual([]))
})

test('kept pictures open whole and have names', async () => {
  const drawn = await renderPart(<PictureRow ids={['a'.repeat(64)]} />)
  expect(one(drawn, 'a').attributes).toMatchObject({
    href: `/api/v1/pictures/${'a'.repeat(64)}`,
    'aria-label': '图片 1',
  })
  expect(all(await renderPart(<PictureRow ids={[]} />), 'ul')).toEqual([])
})
