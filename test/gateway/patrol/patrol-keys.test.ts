import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createPatrolKeyRing, derivePatrolKeys } from '../../../gateway/patrol/patrol-keys.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const uid = (text: string) => Buffer.from(text, 'hex')
const tag = uid('04440E50454F31')

describe('keys of patrols', () => {
  it('are the same for the same secret: stickers and tags hold after a restart', () => {
    const secret = randomBytes(32)
    const [one, other] = [derivePatrolKeys(secret), derivePatrolKeys(Buffer.from(secret))]
    expect(other.code).toEqual(one.code)
    expect(other.metaRead).toEqual(one.metaRead)
    expect(other.fileReadOf(tag)).toEqual(one.fileReadOf(tag))
    expect(other.readerOf('r1')).toEqual(one.readerOf('r1'))
  })

  it('never change from one version to the next: they are written into tags', () => {
    const keys = derivePatrolKeys(Buffer.alloc(32, 1))
    expect({
      kid: keys.code.kid,
      metaRead: hex(keys.metaRead),
      fileRead: hex(keys.fileReadOf(tag)),
      application: hex(keys.applicationOf(tag)),
    }).toMatchInlineSnapshot(`
      {
        "application": "1846bf42dee3e70af0094774d168fc31",
        "fileRead": "463f70df8215de05b371c86bf50a1bf4",
        "kid": "8cda",
        "metaRead": "5ffedc4939c964350a939efb8ebff3c8",
      }
    `)
  })

  it('are each for one use, one tag, one point, one reader', () => {
    const keys = derivePatrolKeys(randomBytes(32))
    const all = [
      keys.code.key,
      keys.metaRead,
      keys.fileReadOf(tag),
      keys.fileReadOf(uid('04440E50454F32')),
      keys.applicationOf(tag),
      keys.rotatingOf('p101'),
      keys.rotatingOf('p102'),
      keys.readerOf('p101'),
    ]
    expect(new Set(all.map(hex)).size).toBe(all.length)
    expect(keys.code.kid).toMatch(/^[0-9a-f]{4}$/)
  })

  it.each([
    ['all zero', Buffer.alloc(32)],
    ['too short', Buffer.alloc(16, 1)],
  ])('come from no secret that is %s', (_what, secret) => {
    expect(() => derivePatrolKeys(secret)).toThrow(/not all zero/)
  })

  it('are loaded once, and again after a failure', async () => {
    let asked = 0
    const ring = createPatrolKeyRing(async () => {
      if (++asked === 1) throw new Error('the disk is away')
      return Buffer.alloc(32, 1)
    })
    await expect(ring()).rejects.toThrow('the disk is away')
    const [one, other] = await Promise.all([ring(), ring()])
    expect(one).toBe(other)
    expect(asked).toBe(2)
  })
})
