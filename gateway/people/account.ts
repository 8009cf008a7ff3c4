import { InvalidError, NotFoundError } from '../domain/errors.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { SessionStore, User, UserStore } from '../ports/user-store.ts'
import type { By } from './by.ts'
import type { SecondFactors } from './second-factor.ts'
import { refuseWeak } from './users.ts'

/** What people do to their own account; the present password was shown before. */
export interface AccountDesk {
  /** The person as it is after the change. */
  changePassword(by: By, change: { old: string; new: string }): Promise<User>
  /** Of one's own sessions; NotFoundError for anybody else's. */
  endSession(by: By, id: string): Promise<void>
  endOthers(by: By, current: string): Promise<void>
  confirmSecondFactor(by: By, code: string): Promise<boolean>
  removeSecondFactor(by: By): Promise<void>
  /** The stored person behind the asker. */
  own(by: By): Promise<User>
}

export interface AccountParts {
  users: UserStore
  sessions: Pick<SessionStore, 'of'>
  ending: {
    end(id: string): Promise<void>
    endAllOf(userId: string, except?: string): Promise<void>
  }
  secondFactors: SecondFactors
  hashPassword: (password: string) => Promise<string>
  audit: AuditLog
  clock: Clock
}

export function createAccountDesk(parts: AccountParts): AccountDesk {
  const { users, sessions, ending, secondFactors, hashPassword, audit, clock } = parts

  async function own({ actor }: By): Promise<User> {
    const user = await users.find(actor.username)
    if (!user) throw new NotFoundError('This account is not there any more.')
    return user
  }

  async function note({ actor, address }: By, act: string): Promise<void> {
    await audit.write({ actor: actor.id, act, subject: `user:${actor.username}`, address })
  }

  return {
    own,
    async changePassword(by, change) {
      refuseWeak(change.new)
      if (change.new === change.old) {
        throw new InvalidError('The new password is the present one; choose another.')
      }
      const user = await own(by)
      await users.setPassword(user.id, await hashPassword(change.new), clock.now())
      await note(by, 'changePassword')
      return own(by)
    },
    async endSession(by, id) {
      const mine = await sessions.of(by.actor.id)
      if (!mine.some((session) => session.id === id)) {
        throw new NotFoundError('You have no such session; it may have ended by itself.')
      }
      await ending.end(id)
      await note(by, 'endSessions')
    },
    async endOthers(by, current) {
      await ending.endAllOf(by.actor.id, current)
      await note(by, 'endSessions')
    },
    async confirmSecondFactor(by, code) {
      const isRight = await secondFactors.confirm(await own(by), code)
      if (isRight) await note(by, 'setSecondFactor')
      return isRight
    },
    async removeSecondFactor(by) {
      await users.setSecondFactor(by.actor.id, null)
      await note(by, 'removeSecondFactor')
    },
  }
}
