import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidError } from '../../../gateway/domain/errors.ts'
import {
  cut,
  decodeCursor,
  encodeCursor,
  olderThan,
  withinScope,
} from '../../../gateway/storage/keyset.ts'
import { caseOf, fill, useHouseTables, villageA, villageB } from './house-tables.ts'

const house = useHouseTables()
const b64 = (text: string) => Buffer.from(text).toString('base64url')

describe('a cursor', () => {
  it('gives back what the list put in, and fits into an address', () => {
    const part = fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
      fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const cursor = encodeCursor(parts)
        expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/)
        const shape = parts.map((one) => (typeof one === 'number' ? 'n' : 's')).join('')
        expect(decodeCursor(cursor, shape)).toEqual(parts)
      }),
    )
  })

  const wrong: [string, string][] = [
    ['nothing', ''],
    ['no base64', '%%%'],
    ['no JSON', b64('[1,"a"')],
    ['no list', b64('{"0":1,"1":"a"}')],
    ['a number', b64('7')],
    ['null', b64('null')],
    ['the other way round', b64('["a",1]')],
    ['too few', b64('[1]')],
    ['too many', b64('[1,"a",2]')],
    ['null in it', b64('[1,null]')],
    ['a list in it', b64('[1,["a"]]')],
    ['a truth in it', b64('[true,"a"]')],
    ['an infinite number', b64('[1e999,"a"]')],
    ['a flood', b64(JSON.stringify(Array(10_000).fill(1)))],
  ]
  it.each(wrong)('%s is refused with what to do', (_, cursor) => {
    expect(() => decodeCursor(cursor, 'ns')).toThrow(InvalidError)
    expect(() => decodeCursor(cursor, 'ns')).toThrow(/ask for the first page again/)
    expect(() => olderThan('opened_at', cursor)).toThrow(InvalidError)
  })

  it('of any text either fits or is refused: nothing else is thrown', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (text, isEncoded) => {
        try {
          const parts = decodeCursor(isEncoded ? b64(text) : text, 'ns')
          expect(parts.map((part) => typeof part)).toEqual(['number', 'string'])
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidError)
        }
      }),
    )
  })
})

describe('rows after a cursor', () => {
  it('are those that are older, or as old and of a lower id', async () => {
    const cases = [1, 2, 3].flatMap((openedAt) =>
      ['a', 'b', 'c'].map((id) => caseOf(`${id}${openedAt}`, { openedAt })),
    )
    await fill(house.db, { cases })
    const after = async (at: number, id: string) => {
      const rows = await house.db
        .selectFrom('case')
        .select('id')
        .where(olderThan('opened_at', encodeCursor([at, id])))
        .orderBy('opened_at', 'desc')
        .orderBy('id', 'desc')
        .execute()
      return rows.map((row) => row.id).join(' ')
    }
    expect(await after(2, 'b2')).toBe('a2 c1 b1 a1')
    expect(await after(1, 'a1')).toBe('')
    expect(await after(9, '')).toBe('c3 b3 a3 c2 b2 a2 c1 b1 a1')
    // Whoever forges a cursor gets a place in the list, never a way into the statement.
    expect(await after(2, "' or 1=1 --")).toBe('c1 b1 a1')
  })
})

const placed = (id: string, village: string, grid: string | null) =>
  caseOf(id, { village, grid: grid && `${village}${grid}` })

describe('rows within a scope', () => {
  const rows: [string, string | undefined, string][] = [
    ['990101101', '990101101', 'all'],
    ['990101101', undefined, 'a1 a2 b1 b-'],
    ['9901', undefined, 'a1 a2 b1 b- x1'],
    [villageA, '990101101', 'a1 a2'],
    [villageB, '990101101', 'b1 b-'],
    [`${villageB}001`, '990101101', 'b1'],
    [`${villageB}009`, '990101101', ''],
    ['990101999', '990101101', 'x1'],
    ['990102', '990101101', ''],
  ]
  it.each(rows)('of %s in the town %s', async (scope, town, expected) => {
    await fill(house.db, {
      cases: [
        placed('a1', villageA, '001'),
        placed('a2', villageA, '002'),
        placed('b1', villageB, '001'),
        placed('b-', villageB, null),
        placed('x1', '990101999201', '001'),
      ],
    })
    const within = withinScope(scope, town)
    if (within === undefined) {
      expect(expected).toBe('all')
      return
    }
    const found = await house.db.selectFrom('case').select('id').where(within).execute()
    const ids = new Set(found.map((row) => row.id))
    expect(ids).toEqual(new Set(expected.split(' ').filter(Boolean)))
  })
})

describe('a page', () => {
  it.each([
    [[], 2, [], false],
    [[1], 2, [1], false],
    [[1, 2], 2, [1, 2], false],
    [[1, 2, 3], 2, [1, 2], true],
  ])('%j cut at %i', (rows, limit, page, more) => {
    expect(cut(rows, limit)).toEqual({ page, more })
  })
})
