import type { Role } from '../domain/person.ts'

export interface StoredToken {
  id: string
  name: string
  role: Role
  scope: string
  /** It acts for this unit, as hazards name it; null: for none. */
  unit: string | null
  /** User name of the maker; null: made by command on the machine itself. */
  createdBy: string | null
  createdAt: number
  expiresAt: number
  lastUsedAt: number | null
  revokedAt: number | null
}

export interface NewToken {
  name: string
  role: Role
  scope: string
  unit: string | null
  /** User id. */
  createdBy: string | null
  createdAt: number
  expiresAt: number
}

/** A token with what its maker is today; null: it has none who could lose rights. */
export interface UsableToken extends StoredToken {
  maker: { role: Role; scope: string; disabled: boolean } | null
}

export interface TokenStore {
  /** The secret's keyed hash is kept, never the secret. */
  add(token: NewToken, secret: string): Promise<StoredToken>
  /** By its secret. */
  find(secret: string): Promise<UsableToken | undefined>
  get(id: string): Promise<UsableToken | undefined>
  /** The tokens inside a scope, newest first. */
  list(asked: { scope: string; limit: number; cursor: string | undefined }): Promise<{
    items: StoredToken[]
    nextCursor: string | null
  }>
  touch(id: string, at: number): Promise<void>
  /** False: it was revoked before. */
  revoke(id: string, at: number): Promise<boolean>
}
