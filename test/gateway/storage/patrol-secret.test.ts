import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { loadPatrolSecret } from '../../../gateway/storage/patrol-secret.ts'
import { createVault } from '../../../gateway/storage/vault.ts'
import { useHouseTables } from './house-tables.ts'

const house = useHouseTables()
const vault = createVault(Buffer.alloc(32, 5))
const load = () => loadPatrolSecret({ db: house.db, vault, generate: () => randomBytes(32) })

describe('the secret of patrols', () => {
  it('is made once, also when several ask at once', async () => {
    const secrets = await Promise.all([load(), load(), load()])
    const texts = secrets.map((secret) => Buffer.from(secret).toString('hex'))
    expect(new Set([...texts, Buffer.from(await load()).toString('hex')]).size).toBe(1)
    expect(secrets[0]).toHaveLength(32)
  })

  it('lies sealed in the table', async () => {
    const secret = Buffer.from(await load())
    const { body } = await house.db.selectFrom('setting').select('body').executeTakeFirstOrThrow()
    for (const way of ['hex', 'base64', 'base64url'] as const) {
      expect(body).not.toContain(secret.toString(way))
    }
    expect(JSON.parse(body)).toEqual({ sealed: expect.stringMatching(/^v1\./) })
  })

  it('does not open under the key of another installation, and is not replaced', async () => {
    const secret = await load()
    const other = createVault(Buffer.alloc(32, 6))
    const generate = () => randomBytes(32)
    await expect(loadPatrolSecret({ db: house.db, vault: other, generate })).rejects.toThrow(
      /does not open/,
    )
    expect(await load()).toEqual(secret)
  })
})
