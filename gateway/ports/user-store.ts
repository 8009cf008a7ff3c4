import type { Actor, Role } from '../domain/person.ts'

interface User extends Actor {
  /** Argon2id, PHC string. */
  passwordHash: string
}

export interface NewUser {
  username: string
  displayName: string
  role: Role
  scope: string
  passwordHash: string
}

export interface UserStore {
  /** Usernames are compared as they are written. */
  find(username: string): Promise<User | undefined>
  count(): Promise<number>
  /** Rejects with ConflictError when the username is taken. */
  add(user: NewUser): Promise<Actor>
  /** Adds the user unless `mark` was set before; sets it in the same transaction. True: added. */
  addOnce(mark: string, user: NewUser): Promise<boolean>
}

export interface StoredSession {
  /** SHA-256 (hex) of the cookie's value. */
  id: string
  actor: Actor
  createdAt: number
  lastSeenAt: number
}

/** Sessions fall with their user, and when the user's role, scope or password changes. */
export interface SessionStore {
  add(session: { id: string; userId: string; at: number }): Promise<void>
  find(id: string): Promise<StoredSession | undefined>
  touch(id: string, at: number): Promise<void>
  remove(id: string): Promise<void>
  /** Removes what was created or last seen before these times. */
  removeExpired(before: { createdAt: number; lastSeenAt: number }): Promise<void>
}

interface AuditEntry {
  /** User id; null for nobody known. */
  actor: string | null
  act: string
  /** What was acted upon, as `kind:id`. */
  subject: string
  detail?: string
}

export interface AuditLog {
  write(entry: AuditEntry): Promise<void>
}
