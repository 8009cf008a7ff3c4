import { createHash, randomBytes } from 'node:crypto'
import type { Actor } from '../domain/person.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { Expiry, SessionStore, StoredSession, User } from '../ports/user-store.ts'
import type { Attempt, Credentials } from './credentials.ts'
import { ProblemError } from './problem.ts'

/**
 * Sessions by cookie: 32 random bytes, of which the table keeps the SHA-256 only. They end after
 * 12 idle hours, 7 days, sign-out, or a change of the person's rights or password.
 */

const idleMs = 12 * 3_600_000
export const absoluteMs = 7 * 24 * 3_600_000
/** `lastSeenAt` is written at most so often: it costs an fsync. */
const touchEveryMs = 60_000

export interface SessionParts {
  sessions: SessionStore
  credentials: Credentials
  audit: AuditLog
  clock: Clock
}

/** What a person recognises an own session by. */
export interface Browser {
  address: string
  agent: string | null
}

export interface Sessions {
  /** Throws a 401 or 429 problem; the answer's `token` is the cookie's value. */
  signIn(
    attempt: Attempt &
      Browser & {
        /** The session this browser has so far; it ends. */
        replaces: string | undefined
      },
  ): Promise<{ token: string; actor: Actor }>
  find(token: string | undefined): Promise<StoredSession | undefined>
  isAlive(id: string): Promise<boolean>
  end(id: string): Promise<void>
  endAllOf(userId: string, except?: string): Promise<void>
  /** Ends all sessions of a person whose password was just set, and opens one; its cookie's value. */
  renew(user: User, browser: Browser): Promise<string>
  /** Called with the id of each session that is ended here. */
  onEnd(listener: (id: string) => void): void
  /** What was created or last seen before these times has expired. */
  expiry(): Expiry
}

function idOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

export function createSessions({ sessions, credentials, audit, clock }: SessionParts): Sessions {
  const listeners = new Set<(id: string) => void>()

  const told = (id: string) => {
    for (const listener of listeners) listener(id)
  }

  async function end(id: string): Promise<void> {
    await sessions.remove(id)
    told(id)
  }

  async function endAllOf(userId: string, except?: string): Promise<void> {
    for (const id of await sessions.removeOf(userId, except)) told(id)
  }

  function expiry(): Expiry {
    const now = clock.now()
    return { createdAt: now - absoluteMs, lastSeenAt: now - idleMs }
  }

  async function alive(id: string): Promise<StoredSession | undefined> {
    const session = await sessions.find(id)
    if (!session) return undefined
    const before = expiry()
    const expired = session.createdAt < before.createdAt || session.lastSeenAt < before.lastSeenAt
    if (!expired) return session
    await end(id)
    return undefined
  }

  async function open(user: User, { address, agent }: Browser): Promise<string> {
    await sessions.removeExpired(expiry())
    const token = randomBytes(32).toString('base64url')
    const { id: userId, passwordHash } = user
    const session = { id: idOf(token), userId, at: clock.now(), address, agent, passwordHash }
    if (await sessions.add(session)) return token
    const text = 'The account was changed just now. Sign in again.'
    throw new ProblemError(401, 'wrongPassword', text)
  }

  return {
    end,
    endAllOf,
    expiry,
    onEnd: (listener) => void listeners.add(listener),
    isAlive: async (id) => (await alive(id)) !== undefined,
    async signIn({ replaces, agent, ...attempt }) {
      const user = await credentials.check(attempt)
      const { id, username, displayName, role, scope, team, unit } = user
      if (replaces !== undefined) await end(idOf(replaces))
      const { address } = attempt
      const token = await open(user, { address, agent })
      await audit.write({ actor: id, act: 'signIn', subject: `user:${username}`, address })
      return { token, actor: { id, username, displayName, role, scope, team, unit } }
    },
    async renew(user, browser) {
      await endAllOf(user.id)
      return open(user, browser)
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
