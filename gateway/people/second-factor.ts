import { Secret, TOTP } from 'otpauth'
import { ConflictError } from '../domain/errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { User, UserStore } from '../ports/user-store.ts'
import type { Vault } from '../ports/vault.ts'

/**
 * Time-based one-time codes (RFC 6238: SHA-1, six digits, 30 s), which every authenticator app
 * understands. One step before and after passes too, because phones' clocks differ; a code opens
 * once, and none older than it opens afterwards.
 */

const issuer = 'Lianxun'
const secretBytes = 20
const toleratedSteps = 1

export interface SecondFactors {
  /** Keeps a new secret, which is not in force before `confirm`; ConflictError when one is. */
  offer(user: User): Promise<{ secret: string; uri: string }>
  /** Puts the offered one in force. False: the code is wrong. ConflictError: nothing was offered. */
  confirm(user: User, code: string): Promise<boolean>
  /** Whether the code opens; it does not open again. */
  use(user: User, code: string): Promise<boolean>
}

export function isInForce({ secondFactor }: Pick<User, 'secondFactor'>): boolean {
  return secondFactor !== null && secondFactor.lastStep !== null
}

export interface SecondFactorParts {
  users: UserStore
  vault: Vault
  clock: Clock
}

function placeOf(user: User): string {
  return `user:${user.id}:totp`
}

function totpOf(secret: Secret, label: string): TOTP {
  return new TOTP({ issuer, label, secret, algorithm: 'SHA1', digits: 6, period: 30 })
}

export function createSecondFactors({ users, vault, clock }: SecondFactorParts): SecondFactors {
  async function use(user: User, code: string): Promise<boolean> {
    const { secondFactor } = user
    if (!secondFactor || !/^\d{6}$/.test(code)) return false
    const secret = Secret.fromBase32(vault.open(secondFactor.sealed, placeOf(user)))
    const totp = totpOf(secret, user.username)
    const timestamp = clock.now()
    const delta = totp.validate({ token: code, timestamp, window: toleratedSteps })
    if (delta === null) return false
    return users.useStep(user.id, secondFactor, totp.counter({ timestamp }) + delta)
  }

  return {
    use,
    async offer(user) {
      if (isInForce(user)) {
        const text = 'A second factor is in force. Remove it first, then set up the new one.'
        throw new ConflictError(text, undefined)
      }
      const secret = new Secret({ size: secretBytes })
      await users.setSecondFactor(user.id, vault.seal(secret.base32, placeOf(user)))
      return { secret: secret.base32, uri: totpOf(secret, user.username).toString() }
    },
    async confirm(user, code) {
      if (isInForce(user))
        throw new ConflictError('The second factor is in force already.', undefined)
      if (!user.secondFactor) {
        throw new ConflictError('No second factor was offered; begin again.', undefined)
      }
      return use(user, code)
    },
  }
}
