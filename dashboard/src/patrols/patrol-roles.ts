import type { Role } from '../../../gateway/domain/person.ts'

/** Who may do what at the desk of patrols; the gateway refuses the others anyway. */

export function plansPatrols(role: Role): boolean {
  return role === 'townAdmin' || role === 'supervisor'
}

/** A cadre in the own village. */
export function excusesRounds(role: Role): boolean {
  return plansPatrols(role) || role === 'villageCadre'
}

export function reviewsCheckins(role: Role): boolean {
  return excusesRounds(role) || role === 'operator'
}

/** Who makes a link with which a screen shows the code of a point. */
export function keepsScreens(role: Role): boolean {
  return excusesRounds(role)
}
