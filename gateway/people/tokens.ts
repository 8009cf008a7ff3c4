import { InvalidError } from '../domain/errors.ts'
import { type Actor, mayGrant, type Role } from '../domain/person.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { StoredToken, TokenStore, UsableToken } from '../ports/token-store.ts'
import type { By } from './by.ts'

/**
 * Tokens of programs: random texts of which a keyed hash is kept. A token has a role and a place of
 * its own, never more than its maker has now: it falls when the maker is disabled or loses rights.
 */

/** Scanners of code and logs recognise a leaked token by it. */
const prefix = 'lxt_'
const shape = /^lxt_[A-Za-z0-9_-]{32}$/
const dayMs = 86_400_000
/** `lastUsedAt` is written at most so often: it costs an fsync. */
const touchEveryMs = 60_000

export interface TokenDesk {
  make(by: By | null, token: NewTokenRequest): Promise<{ token: StoredToken; secret: string }>
  revoke(by: By, id: string): Promise<void>
  /** Who acts with this secret; undefined: unknown, expired, revoked or fallen. */
  find(secret: string): Promise<{ id: string; actor: Actor } | undefined>
  isAlive(id: string): Promise<boolean>
  /** Called with the id of each token that is revoked here. */
  onEnd(listener: (id: string) => void): void
}

interface NewTokenRequest {
  name: string
  role: Role
  scope: string
  /** For the system of a unit; left out: of none. */
  unit?: string | null | undefined
  days: number
}

export interface TokenParts {
  tokens: TokenStore
  /** 192 random bits as base64url. */
  newSecret: () => string
  audit: AuditLog
  clock: Clock
}

function toActor({ id, name, role, scope, unit }: StoredToken): Actor {
  return { id: `token:${id}`, username: `token:${name}`, displayName: name, role, scope, unit }
}

export function createTokenDesk({ tokens, newSecret, audit, clock }: TokenParts): TokenDesk {
  const listeners = new Set<(id: string) => void>()

  function isUsable(token: UsableToken | undefined): token is UsableToken {
    if (!token || token.revokedAt !== null || clock.now() >= token.expiresAt) return false
    const { maker } = token
    return maker === null || (!maker.disabled && mayGrant(maker, token))
  }

  return {
    onEnd: (listener) => void listeners.add(listener),
    isAlive: async (id) => isUsable(await tokens.get(id)),
    async make(by, { name, role, scope, unit = null, days }) {
      if (by && !mayGrant(by.actor, { role, scope })) {
        throw new InvalidError('A token cannot have more rights than you have.')
      }
      const at = clock.now()
      const secret = `${prefix}${newSecret()}`
      const token = await tokens.add(
        {
          name,
          role,
          scope,
          unit,
          createdBy: by?.actor.id ?? null,
          createdAt: at,
          expiresAt: at + days * dayMs,
        },
        secret,
      )
      await audit.write({
        actor: by?.actor.id ?? null,
        act: 'makeToken',
        subject: `token:${token.id}`,
        detail: `${name}: ${role} ${scope}${unit === null ? '' : ` ${unit}`}, ${days} d`,
        ...(by && { address: by.address }),
      })
      return { token, secret }
    },
    async revoke({ actor, address }, id) {
      if (!(await tokens.revoke(id, clock.now()))) return
      for (const listener of listeners) listener(id)
      await audit.write({ actor: actor.id, act: 'revokeToken', subject: `token:${id}`, address })
    },
    async find(secret) {
      if (!shape.test(secret)) return undefined
      const token = await tokens.find(secret)
      if (!isUsable(token)) return undefined
      const now = clock.now()
      if (now - (token.lastUsedAt ?? 0) > touchEveryMs) await tokens.touch(token.id, now)
      return { id: token.id, actor: toActor(token) }
    },
  }
}
