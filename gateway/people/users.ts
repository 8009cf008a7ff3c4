import { ConflictError, InvalidError } from '../domain/errors.ts'
import { passwordWeakness } from '../domain/password.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { NewUser, User, UserChange, UserStore } from '../ports/user-store.ts'
import type { By } from './by.ts'

/**
 * What administrators do to people's accounts. Whatever changes what a person may do, or how the
 * person comes in, ends that person's sessions at once. Nobody is ever deleted: the name stands in
 * the histories.
 */
export interface UserDesk {
  /** The password is in the answer only when it was made here. */
  add(by: By, person: NewPerson): Promise<{ username: string; password: string | null }>
  change(by: By, username: string, change: PersonChange): Promise<void>
  /** Answers with the new password. */
  resetPassword(by: By, username: string): Promise<string>
  signOut(by: By, username: string): Promise<void>
  removeSecondFactor(by: By, username: string): Promise<void>
}

type NewPerson = Omit<NewUser, 'passwordHash'> & { password?: string | undefined }
type PersonChange = Omit<UserChange, 'disabledAt'> & { disabled?: boolean | undefined }

export interface UserDeskParts {
  users: UserStore
  endSessions: (userId: string) => Promise<void>
  hashPassword: (password: string) => Promise<string>
  newPassword: () => string
  audit: AuditLog
  clock: Clock
  isPlace: (code: string) => boolean
}

export function refuseWeak(password: string): void {
  const weakness = passwordWeakness(password)
  if (weakness) throw new InvalidError(`The password ${weakness}.`)
}

/** What the audit log says of a change, such as `role viewer → operator`. */
function describeChange(
  before: User,
  { displayName, role, scope, team, unit, disabled }: PersonChange,
): string {
  const pairs: [string, unknown, unknown][] = [
    ['displayName', before.displayName, displayName],
    ['role', before.role, role],
    ['scope', before.scope, scope],
    ['team', before.team ?? null, team],
    ['unit', before.unit ?? null, unit],
    ['disabled', before.disabledAt !== null, disabled],
  ]
  return pairs
    .filter(([, old, now]) => now !== undefined && now !== old)
    .map(([name, old, now]) => `${name} ${String(old)} → ${String(now)}`)
    .join('; ')
}

function changesRights(before: User, { role, scope, disabled }: PersonChange): boolean {
  return (
    (role ?? before.role) !== before.role ||
    (scope ?? before.scope) !== before.scope ||
    (disabled ?? before.disabledAt !== null) !== (before.disabledAt !== null)
  )
}

export function createUserDesk(parts: UserDeskParts): UserDesk {
  const { users, endSessions, hashPassword, newPassword, audit, clock, isPlace } = parts

  async function known(username: string): Promise<User> {
    const user = await users.find(username)
    if (!user) throw new Error(`user ${username} is gone`)
    return user
  }

  async function note({ actor, address }: By, act: string, username: string, detail?: string) {
    const entry = { actor: actor.id, act, subject: `user:${username}`, address }
    await audit.write(detail ? { ...entry, detail } : entry)
  }

  function refuseUnknownPlace(scope: string | undefined): void {
    if (scope !== undefined && !isPlace(scope))
      throw new InvalidError(`There is no place ${scope}.`)
  }

  function disabledAtOf(before: User, disabled: boolean | undefined): number | null | undefined {
    if (disabled === undefined || disabled === (before.disabledAt !== null)) return undefined
    return disabled ? clock.now() : null
  }

  return {
    async add(by, { password: chosen, ...person }) {
      refuseUnknownPlace(person.scope)
      if (chosen !== undefined) refuseWeak(chosen)
      const password = chosen ?? newPassword()
      await users.add({ ...person, passwordHash: await hashPassword(password) })
      await note(by, 'addUser', person.username, `${person.role} ${person.scope}`)
      return { username: person.username, password: chosen === undefined ? password : null }
    },
    async change(by, username, change) {
      refuseUnknownPlace(change.scope)
      const before = await known(username)
      if (change.disabled && before.id === by.actor.id) {
        throw new ConflictError(
          'Nobody disables their own account; ask another administrator.',
          username,
        )
      }
      const { disabled, ...rest } = change
      await users.change(before.id, { ...rest, disabledAt: disabledAtOf(before, disabled) })
      if (changesRights(before, change)) await endSessions(before.id)
      const detail = describeChange(before, change)
      if (detail !== '') await note(by, 'changeUser', username, detail)
    },
    async resetPassword(by, username) {
      const { id } = await known(username)
      const password = newPassword()
      await users.setPassword(id, await hashPassword(password), clock.now())
      await endSessions(id)
      await note(by, 'resetPassword', username)
      return password
    },
    async signOut(by, username) {
      await endSessions((await known(username)).id)
      await note(by, 'endSessions', username)
    },
    async removeSecondFactor(by, username) {
      const user = await known(username)
      await users.setSecondFactor(user.id, null)
      await note(by, 'removeSecondFactor', username)
    },
  }
}
