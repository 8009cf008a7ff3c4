/** Who may do what, and where. A scope is a place code: the person sees that place and what lies below it. */
export const roles = [
  'townAdmin',
  'supervisor',
  'operator',
  'villageCadre',
  'gridWorker',
  'patroller',
  'viewer',
] as const

export type Role = (typeof roles)[number]

/** The person (or token) behind a request. */
export interface Actor {
  id: string
  username: string
  displayName: string
  role: Role
  /** Place code. */
  scope: string
}
