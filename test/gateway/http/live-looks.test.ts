import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLiveLooks } from '../../../gateway/http/live-looks.ts'
import type { AuditEntry } from '../../../gateway/ports/audit-log.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const by = (id: string) => ({
  actor: { id, username: id, displayName: id, role: 'viewer' as const, scope: '990101101' },
  address: '10.0.0.9',
})

function house() {
  const written: AuditEntry[] = []
  const warnings: string[] = []
  let fails = false
  const looks = createLiveLooks({
    audit: {
      async write(entry) {
        if (fails) throw new Error('the disk is full')
        written.push(entry)
      },
    },
    clock: { monotonic: () => Date.now() },
    warn: (text) => void warnings.push(text),
  })
  return {
    looks,
    warnings,
    acts: () => written.map(({ act, detail }) => (detail ? `${act} ${detail}` : act)),
    written,
    setFails: (value: boolean) => {
      fails = value
    },
  }
}

describe('looks', () => {
  it('begin and end, each with who, what and from where', async () => {
    const { looks, written } = house()
    const over = await looks.begin(by('a'), 'cam1')
    await vi.advanceTimersByTimeAsync(83_000)
    over()
    over()
    await vi.advanceTimersByTimeAsync(30_000)
    const shared = { actor: 'a', subject: 'device:cam1', address: '10.0.0.9' }
    expect(written).toEqual([
      { ...shared, act: 'lookLive', detail: undefined },
      { ...shared, act: 'lookLiveEnd', detail: '83 s' },
    ])
  })

  it('go on when the line breaks and comes back', async () => {
    const { looks, acts } = house()
    for (let time = 0; time < 5; time++) {
      const over = await looks.begin(by('a'), 'cam1')
      await vi.advanceTimersByTimeAsync(10_000)
      over()
      await vi.advanceTimersByTimeAsync(10_000)
    }
    expect(acts()).toEqual(['lookLive'])
    await vi.advanceTimersByTimeAsync(20_000)
    expect(acts()).toEqual(['lookLive', 'lookLiveEnd 90 s'])
    await looks.begin(by('a'), 'cam1')
    expect(acts()).toHaveLength(3)
  })

  it('are one for all windows of a person, and one each for people and cameras', async () => {
    const { looks, acts } = house()
    const [first, second] = [await looks.begin(by('a'), 'x'), await looks.begin(by('a'), 'x')]
    await looks.begin(by('b'), 'x')
    await looks.begin(by('a'), 'y')
    expect(acts()).toEqual(['lookLive', 'lookLive', 'lookLive'])
    first()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(acts()).toHaveLength(3)
    second()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(acts().at(-1)).toBe('lookLiveEnd 60 s')
  })

  it('do not begin while they cannot be written down', async () => {
    const { looks, acts, setFails } = house()
    setFails(true)
    await expect(looks.begin(by('a'), 'x')).rejects.toThrow('the disk is full')
    setFails(false)
    const over = await looks.begin(by('a'), 'x')
    expect(acts()).toEqual(['lookLive'])
    setFails(true)
    over()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(acts()).toEqual(['lookLive'])
  })

  it('end, all of them, when the gateway stops', async () => {
    const { looks, acts } = house()
    const over = await looks.begin(by('a'), 'x')
    await looks.begin(by('b'), 'x')
    await vi.advanceTimersByTimeAsync(5_000)
    over()
    await vi.advanceTimersByTimeAsync(2_000)
    await looks.stop()
    expect(acts()).toEqual(['lookLive', 'lookLive', 'lookLiveEnd 5 s', 'lookLiveEnd 7 s'])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(acts()).toHaveLength(4)
  })
})
