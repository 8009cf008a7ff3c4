import { randomBytes } from 'node:crypto'
import { assert, asyncProperty, constantFrom, nat, string } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { derivePatrolKeys } from '../../../gateway/patrol/patrol-keys.ts'
import { readerMac } from '../../../gateway/patrol/reader-mac.ts'
import { rotatingCode } from '../../../gateway/patrol/rotating-code.ts'
import { staticCode } from '../../../gateway/patrol/static-code.ts'
import { createTagBook } from '../../../gateway/patrol/tag-book.ts'
import { tap } from '../../../simulators/tags/ntag424.ts'

const origin = 'https://town.example'
const at = 1_790_000_010_000
const keys = derivePatrolKeys(Buffer.alloc(32, 9))
const uids: Record<string, string> = { p1: '04440E50454F31', p2: '043176813E02EA' }
const pointIds = new Set(['p1', 'p2', 'p3'])
const book = createTagBook({
  keys: async () => keys,
  points: {
    has: async (id) => pointIds.has(id),
    byUid: async (uid) => Object.keys(uids).find((id) => uids[id] === uid),
  },
})

function ntag(uid: string, of = keys) {
  const bytes = Buffer.from(uid, 'hex')
  return {
    uid,
    url: `${origin}/tag?picc_data=${'0'.repeat(32)}&cmac=${'0'.repeat(16)}`,
    keys: {
      metaRead: Buffer.from(of.metaRead).toString('hex'),
      fileRead: Buffer.from(of.fileReadOf(bytes)).toString('hex'),
    },
  }
}

const tapOf = (uid: string, counter: number) => tap(ntag(uid), counter, randomBytes(5))
const readUrl = (url: string, when = at) => book.read({ tag: 'url', url, at: when })
const printed = (point: string) => `${origin}/c/${staticCode(point, keys.code)}`
const shown = (point: string, when = at) =>
  `${origin}/c/${rotatingCode(point, keys.rotatingOf(point), when).code}`
const refused = (refusal: string, point: string | null = null) => ({
  kind: 'refused',
  refusal,
  point,
})

describe('the tag book', () => {
  it('knows an NTAG 424 by what only that tag can say, and which tap it was', async () => {
    expect(await readUrl(tapOf('04440E50454F31', 17))).toEqual({
      kind: 'genuine',
      point: 'p1',
      grade: 'cryptographic',
      once: { kind: 'counter', uid: '04440E50454F31', counter: 17 },
    })
  })

  it('knows a printed code as a copy that anybody may have', async () => {
    expect(await readUrl(printed('p3'))).toEqual({
      kind: 'genuine',
      point: 'p3',
      grade: 'static',
      once: null,
    })
  })

  it('knows a rotating code, and its step', async () => {
    expect(await readUrl(shown('p2'), at + 20_000)).toEqual({
      kind: 'genuine',
      point: 'p2',
      grade: 'dynamic',
      once: { kind: 'step', point: 'p2', step: Math.floor(at / 30_000) },
    })
    expect(await readUrl(shown('p2'), at + 90_000)).toEqual(refused('forged', 'p2'))
    const another = shown('p2').replace('/c/p2.', '/c/p1.')
    expect(await readUrl(another)).toEqual(refused('forged', 'p1'))
  })

  it.each(['043176813E02EA', '043176813e02ea', '04:31:76:81:3e:02:ea', '04-31-76-81-3E-02-EA'])(
    'knows a tag by its UID, as phones write it: %s',
    async (tag) => {
      const reading = { kind: 'genuine', point: 'p2', grade: 'static', once: null }
      expect(await book.read({ tag, at })).toEqual(reading)
    },
  )

  it('takes the word of a patroller for no more than that', async () => {
    const reading = { kind: 'genuine', point: 'p3', grade: 'manual', once: null }
    expect(await book.read({ tag: 'manual', point: 'p3', at })).toEqual(reading)
    expect(await book.read({ tag: 'manual', point: 'p9', at })).toEqual(refused('unknownTag'))
    expect(await book.read({ tag: 'manual', at })).toEqual(refused('unknownTag'))
  })

  it('believes the tag and not the patroller, when they differ', async () => {
    expect(await book.read({ tag: 'qr', url: printed('p3'), point: 'p1', at })).toMatchObject({
      point: 'p3',
    })
  })

  it('takes stickers that were printed under another address', async () => {
    const url = printed('p3').replace(origin, 'http://192.168.1.10:8080')
    expect(await readUrl(url)).toMatchObject({ kind: 'genuine', point: 'p3' })
  })
})

describe('the tag book refuses', () => {
  it('tags of ours that stand at no point', async () => {
    expect(await readUrl(tapOf('04AABBCCDDEEFF', 1))).toEqual(refused('unknownTag'))
    expect(await readUrl(printed('p9'))).toEqual(refused('unknownTag'))
    expect(await readUrl(shown('p9'))).toEqual(refused('unknownTag'))
    expect(await book.read({ tag: '04AABBCCDDEEFF', at })).toEqual(refused('unknownTag'))
  })

  it('tags and codes of another installation', async () => {
    const others = derivePatrolKeys(Buffer.alloc(32, 10))
    const tagged = tap(ntag('04440E50454F31', others), 1, randomBytes(5))
    expect(await readUrl(tagged)).toEqual(refused('forged'))
    const code = staticCode('p1', others.code)
    expect(await readUrl(`${origin}/c/${code}`)).toEqual(refused('forged', 'p1'))
  })

  it('one tag that speaks with the key of another', async () => {
    const { keys: stolen } = ntag('043176813E02EA')
    const url = tap({ ...ntag('04440E50454F31'), keys: stolen }, 5, randomBytes(5))
    expect(await readUrl(url)).toEqual(refused('forged'))
  })

  it('tags with the keys of the factory', async () => {
    const zero = '00'.repeat(16)
    const factory = { ...ntag('04440E50454F31'), keys: { metaRead: zero, fileRead: zero } }
    expect(await readUrl(tap(factory, 61, Buffer.alloc(5)))).toEqual(refused('forged'))
    const sample = '/tag?picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086'
    expect(await readUrl(origin + sample)).toEqual(refused('forged'))
  })

  it('the other half of a signature', async () => {
    // An odd byte in an even place is as good as any wrong one; all eight, shifted, are not ours.
    const url = tapOf('04440E50454F31', 3)
    const mac = url.slice(-16)
    expect(await readUrl(url.slice(0, -16) + mac.slice(2) + mac.slice(0, 2))).toEqual(
      refused('forged'),
    )
  })

  it.each([
    ['what is no address', 'hello'],
    ['an empty text', ''],
    ['a page of somebody else', 'https://example.com/menu'],
    ['our own start page', `${origin}/`],
    ['another way of reading', 'ftp://town.example/c/p1'],
    ['a script', `javascript:alert(1)//${origin}/c/p1`],
    ['a name before the host', 'https://town.example@evil.example/c/p1.0000.AA'],
    ['spaces', ` ${printed('p1')}`],
    ['more than fits a tag', `${printed('p1')}${'A'.repeat(600)}`],
    ['a path before it', printed('p1').replace('/c/', '/x/c/')],
  ])('as unknown: %s', async (_what, url) => {
    expect(await readUrl(url)).toEqual(refused('unknownTag'))
  })

  it.each([
    ['nothing after the address', `${origin}/c/x`],
    ['a code with something added', `${printed('p1')}?x=1`],
    ['a code with a fragment', `${printed('p1')}#x`],
    ['a tap with something added', `${tapOf('04440E50454F31', 1)}&x=1`],
    ['LRP mode', tapOf('04440E50454F31', 1).replace('picc_data=', `picc_data=${'0'.repeat(16)}`)],
  ])('as forged: %s', async (_what, url) => {
    expect(await readUrl(url)).toEqual(refused('forged'))
  })

  it('whatever text is shown, and never fails', async () => {
    await assert(
      asyncProperty(string(), string({ unit: 'binary' }), async (tag, text) => {
        for (const url of [text, `${origin}/c/${text}`, `${origin}/tag?${text}`]) {
          expect((await book.read({ tag, url, at })).kind).toBe('refused')
        }
      }),
    )
  })

  it('every address of which one character after the host was changed', async () => {
    const characters =
      '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_./?&=#% '.split('')
    const urls = [printed('p1'), shown('p2'), tapOf('04440E50454F31', 291)]
    await assert(
      asyncProperty(
        constantFrom(...urls),
        nat(),
        constantFrom(...characters),
        async (url, place, character) => {
          const index = origin.length + (place % (url.length - origin.length))
          const edited = url.slice(0, index) + character + url.slice(index + 1)
          const { kind } = await readUrl(edited)
          expect(kind).toBe(edited === url ? 'genuine' : 'refused')
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('every address of which one character was left out or stands twice', async () => {
    for (const url of [printed('p1'), shown('p2'), tapOf('04440E50454F31', 291)]) {
      for (let index = origin.length + 1; index < url.length; index++) {
        const shorter = url.slice(0, index) + url.slice(index + 1)
        const longer = url.slice(0, index) + url.slice(index - 1)
        expect((await readUrl(shorter)).kind).toBe('refused')
        expect((await readUrl(longer)).kind).toBe('refused')
      }
    }
  })
})

describe('a reader', () => {
  it('signs with its own key', async () => {
    const message = { device: 'v1-reader1', ts: at, tag: '04A39B12', counter: 17, patroller: '' }
    const mac = readerMac(keys.readerOf('v1-reader1'), message)
    expect(await book.isSignedByReader(message, mac)).toBe(true)
    expect(await book.isSignedByReader({ ...message, counter: 18 }, mac)).toBe(false)
    expect(await book.isSignedByReader({ ...message, device: 'v1-reader2' }, mac)).toBe(false)
    expect(await book.isSignedByReader(message, '')).toBe(false)
  })
})
