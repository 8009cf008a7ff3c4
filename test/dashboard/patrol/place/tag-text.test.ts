import { assert, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTag, readUid } from '../../../../dashboard/patrol/place/tag-text.ts'

const origin = 'https://town.example'

describe('what a scanned text says', () => {
  test('a static code names its point, dots in the id and all', () => {
    expect(readTag(`${origin}/c/p101.k1.AbCd-_09`, origin)).toEqual({
      kind: 'qr',
      point: 'p101',
      url: `${origin}/c/p101.k1.AbCd-_09`,
      isHere: true,
      isOnce: false,
    })
    expect(readTag(`${origin}/c/p.1.east.k1.AbCd`, origin)?.point).toBe('p.1.east')
  })

  test('a rotating one counts once', () => {
    const read = readTag(`${origin}/c/p101.t.12345678`, origin)
    expect(read).toMatchObject({ kind: 'qrRotating', point: 'p101', isOnce: true })
  })

  test('a signed tag is read by the gateway alone', () => {
    const url = `${origin}/tag?picc_data=EF96&cmac=94EE`
    const read = { kind: 'nfc424', point: null, isOnce: true }
    expect(readTag(url, origin)).toMatchObject({ ...read, url })
    expect(readTag(`${origin}/tag?uid=04&ctr=000006&cmac=4B00`, origin)).toMatchObject(read)
  })

  test('the address of another name of the town is known as such', () => {
    expect(readTag('http://10.0.0.2:8080/c/p101.k1.AbCd', origin)?.isHere).toBe(false)
  })

  test.each([
    'hello',
    'javascript:alert(1)',
    `${origin}/console`,
    `${origin}/c/p101`,
    `${origin}/c/p101.k1`,
    `${origin}/c/p101.k1.AbCd/more`,
    `${origin}/tag?picc_data=EF96`,
    `${origin}/c/p101.k1.${'A'.repeat(1100)}`,
  ])('%s is not ours', (text) => {
    expect(readTag(text, origin)).toBeNull()
  })

  test('nothing that a camera reads breaks it', () => {
    assert(property(string({ unit: 'binary' }), (text) => readTag(text, origin) === null))
  })
})

test('a UID is written as tags are, whoever wrote it how', () => {
  expect(readUid('04:de:5f:1e:ac:c0:40')).toBe('04DE5F1EACC040')
  expect(readUid('04 3E 1C 8A')).toBe('043E1C8A')
  expect(readUid('04DE5')).toBeNull()
  expect(readUid('hello')).toBeNull()
})
