import { describe, expect, it } from 'vitest'
import { createStreamLimit } from '../../../gateway/http/stream-limit.ts'

const refusal = expect.objectContaining({ status: 429, code: 'tooManyStreams' })

function fill(count: number, take: (n: number) => () => void): (() => void)[] {
  return Array.from({ length: count }, (_, n) => take(n))
}

describe('open live streams are bounded', () => {
  it('by session, and one that ends makes room for one', () => {
    const limit = createStreamLimit()
    const releases = fill(50, () => limit.take('s', '10.0.0.1'))
    expect(() => limit.take('s', '10.0.0.1')).toThrow(refusal)
    limit.take('other', '10.0.0.1')
    releases[0]?.()
    releases[0]?.()
    limit.take('s', '10.0.0.1')
    expect(() => limit.take('s', '10.0.0.1')).toThrow(refusal)
  })

  it('by address', () => {
    const limit = createStreamLimit()
    fill(500, (n) => limit.take(`s${n}`, '10.0.0.1'))
    expect(() => limit.take('new', '10.0.0.1')).toThrow(refusal)
    limit.take('new', '10.0.0.2')
  })

  it('in all', () => {
    const limit = createStreamLimit()
    const releases = fill(2_000, (n) => limit.take(`s${n}`, `10.0.${n >> 8}.${n & 255}`))
    expect(() => limit.take('new', '10.1.0.1')).toThrow(refusal)
    for (const release of releases) release()
    fill(50, () => limit.take('new', '10.1.0.1'))
  })

  it('a refused one takes no room', () => {
    const limit = createStreamLimit()
    const releases = fill(50, () => limit.take('s', '10.0.0.1'))
    for (let n = 0; n < 10; n++) expect(() => limit.take('s', '10.0.0.1')).toThrow(refusal)
    for (const release of releases) release()
    fill(50, () => limit.take('s', '10.0.0.1'))
  })
})
