import { describe, expect, it } from 'vitest'
import { createCredentials } from '../../../gateway/http/credentials.ts'
import { createSessions } from '../../../gateway/http/sessions.ts'
import type { SecondFactors } from '../../../gateway/people/second-factor.ts'
import type { AuditLog } from '../../../gateway/ports/audit-log.ts'
import type { SessionStore, User, UserStore } from '../../../gateway/ports/user-store.ts'
import { hashPassword, verifyPassword } from '../../../gateway/storage/passwords.ts'

const right = 'The-Right-One-1'
const clock = { now: () => 0, monotonic: () => 0 }

async function personWith(over: Partial<User>): Promise<User> {
  return {
    id: 'u1',
    username: 'cadre',
    displayName: '村干部',
    role: 'villageCadre',
    scope: '990101101201',
    passwordHash: await hashPassword(right),
    secondFactor: null,
    disabledAt: null,
    passwordChangedAt: null,
    ...over,
  }
}

/** What a try costs, without a stopwatch: which hashes were verified, and with which parameters. */
async function refusal(attempt: { username: string; password: string }, over: Partial<User> = {}) {
  const verified: string[] = []
  const user = await personWith(over)
  const users = {
    find: async (name: string) => (name === user.username ? user : undefined),
  } as UserStore
  const audit = { write: async () => undefined } as unknown as AuditLog
  const credentials = createCredentials({
    users,
    secondFactors: { use: async () => false } as unknown as SecondFactors,
    verifyPassword(hash, password) {
      verified.push(hash)
      return verifyPassword(hash, password)
    },
    audit,
    clock,
  })
  // No session is ever opened here: its store would throw.
  const sessions = createSessions({ sessions: {} as SessionStore, credentials, audit, clock })
  const error: unknown = await sessions
    .signIn({ ...attempt, address: '::1', agent: null, replaces: undefined })
    .catch((caught: unknown) => caught)
  const { status, code, message } = error as { status: number; code: string; message: string }
  return { verified, status, code, message }
}

/** `$argon2id$v=19$m=…,t=…,p=…`: what decides how long a hash takes. */
function costOf(hash: string | undefined): string {
  return (hash ?? '').split('$').slice(0, 4).join('$')
}

const wrong = 'A-Wrong-One-1'
const inForce = { secondFactor: { sealed: 'v1.x', lastStep: 1 } }

describe('a refused sign-in', () => {
  it.each([
    ['unknown', 'nobody', {}],
    ['disabled', 'cadre', { disabledAt: 5 }],
    ['with a second factor', 'cadre', inForce],
  ])('of a person %s costs and says what a wrong password does', async (_name, username, over) => {
    const known = await refusal({ username: 'cadre', password: wrong })
    const other = await refusal({ username, password: wrong }, over)
    expect([known.verified.length, other.verified.length]).toEqual([1, 1])
    expect(costOf(other.verified[0])).toBe(costOf(known.verified[0]))
    expect(costOf(known.verified[0])).toMatch(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+$/)
    const { verified: _, ...said } = known
    expect(other).toMatchObject(said)
    expect(said).toMatchObject({ status: 401, code: 'wrongPassword' })
  })

  it('tells more to who knows the password', async () => {
    const attempt = { username: 'cadre', password: right }
    expect(await refusal(attempt, { disabledAt: 5 })).toMatchObject({ code: 'accountDisabled' })
    expect(await refusal(attempt, inForce)).toMatchObject({ status: 401, code: 'codeRequired' })
  })
})
