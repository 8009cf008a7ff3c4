import { describe, expect, it } from 'vitest'
import { createSessions } from '../../../gateway/http/sessions.ts'
import { hashPassword, verifyPassword } from '../../../gateway/storage/passwords.ts'

/** What a try costs, without a stopwatch: which hashes were verified, and with which parameters. */
async function hashesVerifiedFor(username: string): Promise<string[]> {
  const verified: string[] = []
  const user = {
    id: 'u1',
    username: 'cadre',
    displayName: '村干部',
    role: 'villageCadre' as const,
    scope: '990101101201',
    passwordHash: await hashPassword('The-Right-One-1'),
  }
  const sessions = createSessions({
    users: {
      find: async (name) => (name === user.username ? user : undefined),
      count: async () => 1,
      add: async () => user,
      addOnce: async () => false,
    },
    sessions: {
      find: async () => undefined,
      add: async () => undefined,
      touch: async () => undefined,
      remove: async () => undefined,
      removeExpired: async () => undefined,
    },
    verifyPassword(hash, password) {
      verified.push(hash)
      return verifyPassword(hash, password)
    },
    audit: { write: async () => undefined },
    clock: { now: () => 0, monotonic: () => 0 },
  })
  const attempt = { username, password: 'A-Wrong-One-1', address: '::1', replaces: undefined }
  await expect(sessions.signIn(attempt)).rejects.toMatchObject({ status: 401 })
  return verified
}

/** `$argon2id$v=19$m=…,t=…,p=…`: what decides how long a hash takes. */
function costOf(hash: string | undefined): string {
  return (hash ?? '').split('$').slice(0, 4).join('$')
}

describe('a refused sign-in', () => {
  it('costs one Argon2id hash of the same parameters, whether the name is known or not', async () => {
    const [known, unknown] = [await hashesVerifiedFor('cadre'), await hashesVerifiedFor('nobody')]
    expect([known.length, unknown.length]).toEqual([1, 1])
    expect(costOf(unknown[0])).toBe(costOf(known[0]))
    expect(costOf(known[0])).toMatch(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+$/)
  })
})
