import type { Actor, Role } from '../domain/person.ts'

export interface User extends Actor {
  /** Argon2id, PHC string. */
  passwordHash: string
  secondFactor: SecondFactor | null
  /** A disabled person cannot sign in; the name stays in the histories. */
  disabledAt: number | null
  passwordChangedAt: number | null
}

interface SecondFactor {
  /** The TOTP secret, sealed for `user:ID:totp`. */
  sealed: string
  /** The last 30 s step whose code was used; null: offered, and not in force before a code is confirmed. */
  lastStep: number | null
}

export interface NewUser {
  username: string
  displayName: string
  role: Role
  scope: string
  team?: string | null | undefined
  unit?: string | null | undefined
  passwordHash: string
}

/** As the administrator's list shows a person. */
export interface ListedUser extends Actor {
  team: string | null
  unit: string | null
  secondFactor: boolean
  disabled: boolean
  lastSeenAt: number | null
  sessions: number
}

export interface UserChange {
  displayName?: string | undefined
  role?: Role | undefined
  scope?: string | undefined
  /** Null: of none. */
  team?: string | null | undefined
  unit?: string | null | undefined
  /** Null: may sign in again. */
  disabledAt?: number | null | undefined
}

/** What is older has expired. */
export interface Expiry {
  createdAt: number
  lastSeenAt: number
}

export interface UserStore {
  /** Usernames are compared as they are written. */
  find(username: string): Promise<User | undefined>
  /** The people inside a scope, by name, after the cursor's; sessions that expired do not count. */
  list(asked: {
    scope: string
    limit: number
    cursor: string | undefined
    expiry: Expiry
  }): Promise<{
    items: ListedUser[]
    nextCursor: string | null
  }>
  listed(username: string, expiry: Expiry): Promise<ListedUser | undefined>
  /** The people inside a scope who may sign in, by name; at most 5,000. */
  inService(scope: string): Promise<Actor[]>
  /** Teams that routes or people inside the scope name, by name. */
  teams(scope: string): Promise<string[]>
  count(): Promise<number>
  /** Rejects with ConflictError when the username is taken. */
  add(user: NewUser): Promise<Actor>
  /** Adds the user unless `mark` was set before; sets it in the same transaction. True: added. */
  addOnce(mark: string, user: NewUser): Promise<boolean>
  /** Rejects with ConflictError when nobody would be left to administer the same places. */
  change(id: string, change: UserChange): Promise<void>
  setPassword(id: string, passwordHash: string, at: number): Promise<void>
  /** Null takes the second factor away; a new one is not in force before `useStep`. */
  setSecondFactor(id: string, sealed: string | null): Promise<void>
  /** True for one caller only, and never for a step before the last one used. */
  useStep(id: string, secondFactor: SecondFactor, step: number): Promise<boolean>
}

export interface StoredSession {
  /** SHA-256 (hex) of the cookie's value. */
  id: string
  actor: Actor
  createdAt: number
  lastSeenAt: number
}

export interface NewSession {
  id: string
  userId: string
  at: number
  address: string
  agent: string | null
  /** What the password was checked against: one changed meanwhile opens nothing. */
  passwordHash: string
}

/** Sessions fall with their user, and when the user's role, scope or password changes. */
export interface SessionStore {
  /** False: the person was disabled or has another password by now. */
  add(session: NewSession): Promise<boolean>
  /** Undefined too when its person is disabled. */
  find(id: string): Promise<StoredSession | undefined>
  of(userId: string): Promise<
    {
      id: string
      createdAt: number
      lastSeenAt: number
      address: string | null
      agent: string | null
    }[]
  >
  touch(id: string, at: number): Promise<void>
  remove(id: string): Promise<void>
  /** Removes all of a person's but one; answers with what was removed. */
  removeOf(userId: string, except?: string): Promise<string[]>
  /** Removes what was created or last seen before these times. */
  removeExpired(before: Expiry): Promise<void>
}
