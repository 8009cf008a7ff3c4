import { isInScope } from './place.ts'

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

/** Who looks after the installation as well as the town. */
export const healthReaders = ['townAdmin', 'supervisor', 'operator'] as const

export type Role = (typeof roles)[number]

/** The person (or token) behind a request. */
export interface Actor {
  id: string
  username: string
  displayName: string
  role: Role
  /** Place code. */
  scope: string
  /** Names, as routes and hazards have them; none: of no team or unit. */
  team?: string | null
  unit?: string | null
}

type Standing = Pick<Actor, 'role' | 'scope'>

/** Nobody hands on more than they have: neither another role, unless an administrator, nor more places. */
export function mayGrant(maker: Standing, given: Standing): boolean {
  const roleFits =
    maker.role === 'townAdmin' || given.role === maker.role || given.role === 'viewer'
  return roleFits && isInScope(maker.scope, given.scope)
}

/** Whether, without this one, nobody is left who administers all the same places. */
export function isLastAdministrator(one: Standing, others: readonly Standing[]): boolean {
  if (one.role !== 'townAdmin') return false
  return !others.some(({ role, scope }) => role === 'townAdmin' && isInScope(scope, one.scope))
}
