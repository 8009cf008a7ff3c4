import type { Actor } from '../domain/person.ts'

/** Who does something to people and tokens, and from where: both stand in the audit log. */
export interface By {
  actor: Actor
  /** IP address. */
  address: string
}
