import { describe, expect, it } from 'vitest'
import { tap } from '../../simulators/tags/ntag424.ts'

const zero = '00'.repeat(16)
const url = `https://town.example/tag?picc_data=${zero}&cmac=${'00'.repeat(8)}`

describe('a simulated NTAG 424', () => {
  it('says at its 61st tap what NXP says it does (AN12196, p. 12)', () => {
    const tag = { uid: '04DE5F1EACC040', url, keys: { metaRead: zero, fileRead: zero } }
    expect(tap(tag, 61, Buffer.from('da5cf60941', 'hex'))).toBe(
      'https://town.example/tag?picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086',
    )
  })
})
