import { createHash, randomBytes } from 'node:crypto'
import type { Actor } from '../domain/person.ts'
import type { Clock } from '../ports/clock.ts'
import type { AuditLog, SessionStore, StoredSession, UserStore } from '../ports/user-store.ts'
import { ProblemError } from './problem.ts'
import { createSignInLimit } from './sign-in-limit.ts'

/**
 * Sessions by cookie: 32 random bytes, of which the table keeps the SHA-256 only. They end after
 * 12 idle hours, 7 days, sign-out, or a change of the person's rights.
 */

const idleMs = 12 * 3_600_000
export const absoluteMs = 7 * 24 * 3_600_000
/** `lastSeenAt` is written at most so often: it costs an fsync. */
const touchEveryMs = 60_000

/** A hash that no password fits: an unknown name costs the same time as a wrong password. */
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGF0IGFsbA$UyI9cMyQ0q2xvnOnkxjU6UsBZRuAbQTm7F7ckgCsyCo'

export interface SessionParts {
  users: UserStore
  sessions: SessionStore
  verifyPassword: (passwordHash: string, password: string) => Promise<boolean>
  audit: AuditLog
  clock: Clock
}

export interface Sessions {
  /** Throws a 401 or 429 problem; the answer's `token` is the cookie's value. */
  signIn(attempt: {
    username: string
    password: string
    address: string
    /** The session this browser has so far; it ends. */
    replaces: string | undefined
  }): Promise<{ token: string; actor: Actor }>
  find(token: string | undefined): Promise<StoredSession | undefined>
  isAlive(id: string): Promise<boolean>
  end(id: string): Promise<void>
  /** Called with the id of each session that is ended here. */
  onEnd(listener: (id: string) => void): void
}

function idOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

export function createSessions({
  users,
  sessions,
  verifyPassword,
  audit,
  clock,
}: SessionParts): Sessions {
  const limit = createSignInLimit(clock)
  const listeners = new Set<(id: string) => void>()

  async function end(id: string): Promise<void> {
    await sessions.remove(id)
    for (const listener of listeners) listener(id)
  }

  async function alive(id: string): Promise<StoredSession | undefined> {
    const session = await sessions.find(id)
    if (!session) return undefined
    const now = clock.now()
    const expired = now - session.createdAt > absoluteMs || now - session.lastSeenAt > idleMs
    if (!expired) return session
    await end(id)
    return undefined
  }

  async function open(actor: Actor): Promise<string> {
    const now = clock.now()
    await sessions.removeExpired({ createdAt: now - absoluteMs, lastSeenAt: now - idleMs })
    const token = randomBytes(32).toString('base64url')
    await sessions.add({ id: idOf(token), userId: actor.id, at: now })
    return token
  }

  return {
    end,
    onEnd: (listener) => void listeners.add(listener),
    isAlive: async (id) => (await alive(id)) !== undefined,
    async signIn({ username, password, address, replaces }) {
      const giveBack = limit.take(address, username)
      if (!giveBack) {
        const text = 'Too many wrong passwords. Wait a minute, then try again.'
        throw new ProblemError(429, 'tooManySignIns', text)
      }
      const user = await users.find(username)
      const right = await verifyPassword(user?.passwordHash ?? nobodysHash, password)
      if (!user || !right) {
        await audit.write({ actor: null, act: 'signInRefused', subject: `user:${username}` })
        throw new ProblemError(401, 'wrongPassword', 'User name or password is wrong.')
      }
      giveBack()
      const { passwordHash: _, ...actor } = user
      if (replaces !== undefined) await end(idOf(replaces))
      const token = await open(actor)
      await audit.write({ actor: actor.id, act: 'signIn', subject: `user:${username}` })
      return { token, actor }
    },
    async find(token) {
      if (token === undefined || token.length > 100) return undefined
      const session = await alive(idOf(token))
      const now = clock.now()
      if (session && now - session.lastSeenAt > touchEveryMs) await sessions.touch(session.id, now)
      return session
    },
  }
}
