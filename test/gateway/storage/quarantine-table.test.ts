import Database from 'better-sqlite3'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { QuarantineState } from '../../../gateway/ports/observation-store.ts'
import {
  createQuarantineTable,
  type QuarantineTable,
} from '../../../gateway/storage/quarantine-table.ts'
import type { QuarantineRow } from '../../../gateway/storage/worker-messages.ts'

const village = '990101101201'

let db: Database.Database
let table: QuarantineTable
beforeEach(() => {
  db = new Database(':memory:')
  table = createQuarantineTable(db, 3)
})
afterEach(() => db.close())

function row(device: string | null, payload: string, over: Partial<QuarantineRow> = {}) {
  return {
    topic: `lianxun/${village}/${device ?? 'x'}/telemetry`,
    village,
    device,
    payload: Buffer.from(payload),
    receivedAt: 1000,
    reason: 'unparseable',
    detail: 'payload: not JSON',
    ...over,
  } satisfies QuarantineRow
}

const all = () => table.list({ scope: null, limit: 10_000 })
const texts = () => all().map((entry) => Buffer.from(entry.payload).toString())
const idOf = (text: string) =>
  all().find((entry) => Buffer.from(entry.payload).toString() === text)?.id ?? 0

describe('the same message', () => {
  it('is one row, with its first and last time and its latest reason', () => {
    table.put(row('a', '{'))
    table.put(row('a', '{', { receivedAt: 3000, reason: 'unknownDevice', detail: 'new words' }))
    // The clock was set back: the last time does not go back with it.
    table.put(row('a', '{', { receivedAt: 2000, reason: 'unknownDevice', detail: 'new words' }))
    expect(all()).toEqual([
      expect.objectContaining({
        count: 3,
        firstAt: 1000,
        lastAt: 3000,
        reason: 'unknownDevice',
        detail: 'new words',
      }),
    ])
  })

  it('on another topic is another', () => {
    table.put(row('a', '{'))
    table.put(row('a', '{', { topic: `lianxun/${village}/a/event` }))
    // Topic and payload are kept apart: what moves from one to the other is no repetition.
    table.put(row('a', 'bc', { topic: 'a' }))
    table.put(row('b', 'c', { topic: 'ab' }))
    expect(all()).toHaveLength(4)
  })

  const states: [QuarantineState, QuarantineState][] = [
    ['waiting', 'waiting'],
    ['replayed', 'waiting'],
    ['discarded', 'discarded'],
  ]
  it.each(states)('that was %s is %s when it comes again', (before, after) => {
    table.put(row('a', '{'))
    table.setState(idOf('{'), before)
    table.put(row('a', '{'))
    expect(all()).toMatchObject([{ state: after, count: 2 }])
  })
})

describe('the cap of a device', () => {
  it('keeps the first messages, and counts the rest on one row a reason', () => {
    for (let n = 0; n < 10; n++) table.put(row('a', `x${n}`))
    for (let n = 0; n < 4; n++) table.put(row('a', `y${n}`, { reason: 'tooLarge' }))
    expect(texts()).toEqual(['', '', 'x2', 'x1', 'x0'])
    const [large, unparseable] = all()
    expect(large).toMatchObject({ reason: 'tooLarge', count: 4 })
    expect(unparseable).toMatchObject({ reason: 'unparseable', count: 7, device: 'a' })
    expect(unparseable?.detail).toBe(
      '3 messages of this device are waiting already; further ones are only counted here. Latest: payload: not JSON',
    )
  })

  it('is a device’s own: a flood from one hides nothing of another', () => {
    for (let n = 0; n < 50; n++) table.put(row('a', `x${n}`))
    for (let n = 0; n < 3; n++) table.put(row('b', `x${n}`))
    for (let n = 0; n < 9; n++) table.put(row(null, `x${n}`))
    expect(table.list({ device: 'b', scope: null, limit: 99 })).toHaveLength(3)
    // Whoever names no known device shares one cap.
    expect(all().filter((entry) => entry.device === null)).toHaveLength(4)
    expect(table.waiting(null)).toBe(4 + 3 + 4)
  })

  it('shows a flood again whose count was discarded after an earlier one', () => {
    for (let n = 0; n < 5; n++) table.put(row('a', `x${n}`))
    const overflow = all().find((entry) => entry.payload.length === 0)
    table.setState(overflow?.id ?? 0, 'discarded')
    table.put(row('a', 'x9'))
    expect(table.get(overflow?.id ?? 0)).toMatchObject({ state: 'waiting', count: 3 })
  })

  it('still counts repetitions of what it keeps', () => {
    for (let n = 0; n < 5; n++) table.put(row('a', `x${n}`))
    table.put(row('a', 'x0'))
    expect(table.get(idOf('x0'))).toMatchObject({ count: 2 })
  })

  it.each<QuarantineState>(['replayed', 'discarded'])('has room again for each %s one', (state) => {
    for (let n = 0; n < 5; n++) table.put(row('a', `x${n}`))
    table.setState(idOf('x0'), state)
    table.setState(idOf('x1'), state)
    // The row that only counts holds a place as well.
    table.put(row('a', 'new 1'))
    table.put(row('a', 'new 2'))
    expect(texts().filter((text) => text.startsWith('new'))).toEqual(['new 1'])
  })

  it('counts what a restart finds', () => {
    for (let n = 0; n < 3; n++) table.put(row('a', `x${n}`))
    table = createQuarantineTable(db, 3)
    table.put(row('a', 'one more'))
    expect(texts()).toEqual(['', 'x2', 'x1', 'x0'])
  })

  it('knows after a rollback that nothing was kept', () => {
    db.exec('BEGIN')
    for (let n = 0; n < 3; n++) table.put(row('a', `x${n}`))
    db.exec('ROLLBACK')
    table.forgetCounts()
    for (let n = 0; n < 3; n++) table.put(row('a', `y${n}`))
    expect(texts()).toEqual(['y2', 'y1', 'y0'])
  })

  it('counts in again what was replayed and came back wrong', () => {
    table.put(row('a', 'x0'))
    table.setState(idOf('x0'), 'replayed')
    table.put(row('a', 'x1'))
    table.put(row('a', 'x0'))
    table.put(row('a', 'x2'))
    table.put(row('a', 'one too many'))
    expect(texts()).toEqual(['', 'x2', 'x1', 'x0'])
  })

  it('is never passed, whatever comes again and whatever people do', () => {
    const act = fc.oneof(
      fc.record({ put: fc.nat(12), device: fc.constantFrom('a', 'b') }),
      fc.record({
        mark: fc.nat(12),
        state: fc.constantFrom<QuarantineState>('replayed', 'discarded', 'waiting'),
      }),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        db.exec('DELETE FROM quarantine')
        table = createQuarantineTable(db, 3)
        for (const one of acts) {
          if ('put' in one) {
            const before = all().filter((e) => e.device === one.device && e.state === 'waiting')
            const known = all().length
            table.put(row(one.device, `x${one.put}`))
            // A row of its own is made only where there was room, or for the one that counts.
            const [newest] = all()
            const isNew = all().length > known && newest?.payload.length !== 0
            if (isNew) expect(before.length).toBeLessThan(3)
          } else {
            const entry = all()[one.mark]
            if (entry !== undefined) table.setState(entry.id, one.state)
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('counts every message exactly once', () => {
    const put = fc.tuple(fc.constantFrom('a', 'b', null), fc.nat(9))
    fc.assert(
      fc.property(fc.array(put, { maxLength: 60 }), (puts) => {
        db.exec('DELETE FROM quarantine')
        table = createQuarantineTable(db, 3)
        for (const [device, n] of puts) table.put(row(device, `x${n}`))
        const counted = all().reduce((sum, { count }) => sum + count, 0)
        expect(counted).toBe(puts.length)
      }),
      { numRuns: 100 },
    )
  })
})

describe('a large message', () => {
  const limit = 1_048_576
  it('is kept up to a megabyte, and says so', () => {
    table.put(row('a', 'x'.repeat(limit)))
    table.put(row('b', 'x'.repeat(limit + 1)))
    const [cutOne, whole] = all()
    expect(whole?.payload).toHaveLength(limit)
    expect(whole?.detail).toBe('payload: not JSON')
    expect(cutOne?.payload).toHaveLength(limit)
    expect(cutOne?.detail).toContain('only the first 1048576 bytes were kept')
  })

  it('that differs only in what was cut off is another message', () => {
    table.put(row('a', `${'x'.repeat(limit)}1`))
    table.put(row('a', `${'x'.repeat(limit)}2`))
    expect(all()).toHaveLength(2)
  })

  it('of any bytes comes back byte by byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (payload) => {
        db.exec('DELETE FROM quarantine')
        table.forgetCounts()
        table.put(row('a', '', { payload }))
        expect(Uint8Array.from(all()[0]?.payload ?? [])).toEqual(payload)
      }),
    )
  })
})

describe('looking through it', () => {
  beforeEach(() => {
    table = createQuarantineTable(db, 1000)
    for (let n = 0; n < 9; n++) {
      const of = n % 3 === 0 ? '990101101202' : village
      table.put(row(`d${n % 2}`, `x${n}`, { village: n === 8 ? null : of }))
    }
  })

  const scopes: [string | null, number][] = [
    [null, 9],
    ['990101101', 8],
    [village, 5],
    ['990101101202', 3],
    ['990101102', 0],
    // A scope is a place, never a pattern.
    ['%', 0],
    ['99010110120', 8],
  ]
  it.each(scopes)('the scope %s sees %i', (scope, count) => {
    expect(table.list({ scope, limit: 99 })).toHaveLength(count)
    expect(table.waiting(scope)).toBe(count)
  })

  it('goes page by page, newest first, while more come in', () => {
    const seen: number[] = []
    let beforeId: number | undefined
    for (let page = 0; ; page++) {
      const entries = table.list({ scope: null, limit: 2, beforeId })
      if (entries.length === 0) break
      seen.push(...entries.map(({ id }) => id))
      beforeId = entries.at(-1)?.id
      table.put(row('late', `late ${page}`))
    }
    expect(seen).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
  })

  it('counts what waits, not what was dealt with', () => {
    table.setState(1, 'replayed')
    table.setState(2, 'discarded')
    table.setState(999, 'discarded')
    expect(table.waiting(null)).toBe(7)
    expect(table.list({ state: 'discarded', scope: null, limit: 9 })).toMatchObject([{ id: 2 }])
    expect(table.list({ state: 'waiting', device: 'd1', scope: village, limit: 9 })).toHaveLength(2)
  })
})
