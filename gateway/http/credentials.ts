import { isInForce, type SecondFactors } from '../people/second-factor.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { User, UserStore } from '../ports/user-store.ts'
import { ProblemError } from './problem.ts'
import { createSignInLimit } from './sign-in-limit.ts'

/**
 * Whether somebody is who they say. Every try is counted before its password is looked at, at
 * sign-in and wherever a signed-in person must show the password again.
 */

/** A hash that no password fits: an unknown name costs the same time as a wrong password. */
const nobodysHash =
  '$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGF0IGFsbA$UyI9cMyQ0q2xvnOnkxjU6UsBZRuAbQTm7F7ckgCsyCo'

export interface CredentialParts {
  users: UserStore
  secondFactors: SecondFactors
  verifyPassword: (passwordHash: string, password: string) => Promise<boolean>
  audit: AuditLog
  clock: Clock
}

export interface Attempt {
  username: string
  password: string
  code?: string | undefined
  address: string
}

export interface Credentials {
  /** Throws a 401 or 429 problem. */
  check(attempt: Attempt): Promise<User>
  /** A signed-in person shows the password again; throws a 403 or 429 problem. */
  confirmPassword(user: User, password: string, address: string): Promise<void>
  /** Runs a check of a code; throws a 403 or 429 problem. */
  confirmCode(user: User, check: () => Promise<boolean>): Promise<void>
}

const tooMany = 'Too many wrong passwords or codes. Wait a minute, then try again.'
const wrongCode = 'The code is wrong or was used before; type the newest six digits.'

function taken(giveBack: (() => void) | undefined): () => void {
  if (!giveBack) throw new ProblemError(429, 'tooManySignIns', tooMany)
  return giveBack
}

export function createCredentials(parts: CredentialParts): Credentials {
  const { users, secondFactors, verifyPassword, audit, clock } = parts
  const limit = createSignInLimit(clock)

  async function refuse(attempt: Attempt, code: string, text: string): Promise<never> {
    const { username, address } = attempt
    const subject = `user:${username}`
    await audit.write({ actor: null, act: 'signInRefused', subject, detail: code, address })
    throw new ProblemError(401, code, text)
  }

  async function checkCode(user: User, attempt: Attempt): Promise<void> {
    if (!isInForce(user)) return
    const { code } = attempt
    if (code === undefined || code === '') {
      throw new ProblemError(401, 'codeRequired', 'Type the six digits of your authenticator app.')
    }
    // Who comes this far knows the password, so the count is the person's, wherever tries come from.
    const giveBack = taken(limit.takeCode(user.id))
    if (!(await secondFactors.use(user, code.replaceAll(' ', '')))) {
      await refuse(attempt, 'wrongCode', wrongCode)
    }
    giveBack()
  }

  return {
    async check(attempt) {
      const giveBack = taken(limit.take(attempt.address, attempt.username))
      const user = await users.find(attempt.username)
      const right = await verifyPassword(user?.passwordHash ?? nobodysHash, attempt.password)
      if (!user || !right) {
        return refuse(attempt, 'wrongPassword', 'User name or password is wrong.')
      }
      if (user.disabledAt !== null) {
        const text = 'This account is disabled. Ask the town’s administrator about it.'
        return refuse(attempt, 'accountDisabled', text)
      }
      const isAskedForCode = isInForce(user) && !attempt.code
      if (isAskedForCode) giveBack()
      await checkCode(user, attempt)
      if (!isAskedForCode) giveBack()
      return user
    },
    async confirmPassword(user, password, address) {
      const giveBack = taken(limit.take(address, user.username))
      if (await verifyPassword(user.passwordHash, password)) return giveBack()
      const subject = `user:${user.username}`
      await audit.write({ actor: user.id, act: 'passwordRefused', subject, address })
      throw new ProblemError(403, 'wrongPassword', 'The present password is wrong.')
    },
    async confirmCode(user, check) {
      const giveBack = taken(limit.takeCode(user.id))
      if (!(await check())) throw new ProblemError(403, 'wrongCode', wrongCode)
      giveBack()
    },
  }
}
