import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { onCommit } from '../../../gateway/storage/database.ts'
import { createGroupCommit } from '../../../gateway/storage/group-commit.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { openDatabase } from '../../support/house-file.ts'

let directory: string
let db: Kysely<Tables>
let commits: number

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-together-'))
  db = await openDatabase(join(directory, 'lianxun.db'))
  commits = 0
  onCommit(db, () => {
    commits += 1
  })
})
afterEach(async () => {
  await db.destroy()
  await rm(directory, { recursive: true })
})

const set = (name: string) => async (trx: Kysely<Tables>) => {
  await trx.insertInto('setting').values({ name, body: '1' }).execute()
  return name
}

async function names(): Promise<string[]> {
  const rows = await db.selectFrom('setting').select('name').where('name', 'like', 'n%').execute()
  return rows.map(({ name }) => name).toSorted()
}

describe('works that come together', () => {
  it('are committed together, each with its own answer', async () => {
    const together = createGroupCommit(db)
    const all = Array.from({ length: 40 }, (_, n) => `n${String(n).padStart(2, '0')}`)
    expect(await Promise.all(all.map((name) => together(set(name))))).toEqual(all)
    expect(await names()).toEqual(all)
    expect(commits).toBe(1)
  })

  it('what fails takes nothing of the others with it', async () => {
    const together = createGroupCommit(db)
    const settled = await Promise.allSettled([
      together(set('n1')),
      together(set('n2')),
      together(set('n1')),
      together(set('n3')),
    ])
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    expect(await names()).toEqual(['n1', 'n2', 'n3'])
  })

  it('those that come later are done too, also after a failure', async () => {
    const together = createGroupCommit(db)
    await expect(together(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await together(set('n4'))).toBe('n4')
    expect(await names()).toEqual(['n4'])
  })

  it('a work that failed has left nothing behind', async () => {
    const together = createGroupCommit(db)
    const half = async (trx: Kysely<Tables>) => {
      await set('n5')(trx)
      throw new Error('half')
    }
    await Promise.allSettled([together(set('n6')), together(half), together(set('n7'))])
    expect(await names()).toEqual(['n6', 'n7'])
  })
})
