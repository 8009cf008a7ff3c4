import { beforeEach, describe, expect, it } from 'vitest'
import type { NewToken } from '../../../gateway/ports/token-store.ts'
import { createTokenStore } from '../../../gateway/storage/token-store.ts'
import { addUser, townCode, useHouseTables, villageA, villageB } from './house-tables.ts'

const house = useHouseTables()
const key = Buffer.alloc(32, 7)
let ids = 0
const tokens = (with_ = key) =>
  createTokenStore({ db: house.db, key: with_, newId: () => `t${++ids}` })

const token = (over: Partial<NewToken> = {}): NewToken => ({
  name: '气象局',
  role: 'viewer',
  scope: villageA,
  unit: null,
  createdBy: null,
  createdAt: 100,
  expiresAt: 900,
  ...over,
})

beforeEach(async () => {
  ids = 0
  await house.db.deleteFrom('token').execute()
})

describe('a token', () => {
  it('is found by its secret, of which only a keyed hash is kept', async () => {
    const made = await tokens().add(token(), 'lxt_secret')
    expect(made).toEqual({
      id: 't1',
      name: '气象局',
      role: 'viewer',
      scope: villageA,
      unit: null,
      createdBy: null,
      createdAt: 100,
      expiresAt: 900,
      lastUsedAt: null,
      revokedAt: null,
    })
    expect(await tokens().find('lxt_secret')).toEqual({ ...made, maker: null })
    expect(await tokens().get('t1')).toEqual({ ...made, maker: null })
    const rows = await house.db.selectFrom('token').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('lxt_secret')
    for (const other of ['lxt_secreT', '', rows[0]?.hash ?? '']) {
      expect(await tokens().find(other)).toBeUndefined()
    }
  })

  it('opens nothing under the key of another installation', async () => {
    await tokens().add(token(), 'lxt_secret')
    expect(await tokens(Buffer.alloc(32, 8)).find('lxt_secret')).toBeUndefined()
  })

  it('comes with what its maker is today', async () => {
    await addUser(house.db, 'u', { username: 'boss', role: 'townAdmin' })
    await tokens().add(token({ createdBy: 'u' }), 's')
    expect(await tokens().find('s')).toMatchObject({
      createdBy: 'boss',
      maker: { role: 'townAdmin', scope: townCode, disabled: false },
    })
    await house.db.updateTable('user').set({ role: 'viewer', disabled_at: 5 }).execute()
    expect((await tokens().find('s'))?.maker).toMatchObject({ role: 'viewer', disabled: true })
    await house.db.deleteFrom('user').execute()
    expect(await tokens().find('s')).toMatchObject({ createdBy: 'u', maker: { disabled: true } })
  })

  it('remembers its last use, and is revoked once', async () => {
    await tokens().add(token(), 's')
    await tokens().touch('t1', 300)
    expect(await tokens().revoke('t1', 400)).toBe(true)
    expect(await tokens().revoke('t1', 500)).toBe(false)
    expect(await tokens().revoke('nothing', 500)).toBe(false)
    expect(await tokens().get('t1')).toMatchObject({ lastUsedAt: 300, revokedAt: 400 })
  })
})

describe('the list', () => {
  it('is newest first, within the scope, page by page', async () => {
    for (let n = 0; n < 7; n++) {
      // Two of a time: the id decides.
      await tokens().add(token({ createdAt: 100 + (n >> 1) }), `a${n}`)
      await tokens().add(token({ scope: villageB, createdAt: 100 + n }), `b${n}`)
    }
    await tokens().add(token({ scope: townCode }), 'town')
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await tokens().list({ scope: villageA, limit: 3, cursor })
      seen.push(...page.items.map((one) => one.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(['t13', 't9', 't11', 't5', 't7', 't3', 't1'].toSorted(byTimeThenId))
    expect(new Set(seen).size).toBe(7)
    const all = await tokens().list({ scope: townCode, limit: 50, cursor: undefined })
    expect(all.items).toHaveLength(15)
    expect(all.nextCursor).toBeNull()
  })
})

/** Of the seven of village A: t1, t3 at 100; t5, t7 at 101; t9, t11 at 102; t13 at 103. */
function byTimeThenId(a: string, b: string): number {
  const at = (id: string) => (Number(id.slice(1)) - 1) >> 2
  return at(b) - at(a) || (a < b ? 1 : -1)
}
