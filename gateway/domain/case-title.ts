import type { Hazard } from './town.ts'

/** What a case is called before anybody has looked: the place first, then what seems to be there. */

/** Seen by an instrument only, these may be a cooking fire or dust: a person has to confirm. */
const suspected = new Set(['forestFire', 'strawBurning', 'smoke'])

export interface CaseSubject {
  /** Name of the grid, or of the village where no grid contains the point. */
  placeName: string
  hazard: Hazard
  ruleName: string
  deviceName: string
}

export function caseTitle({ placeName, hazard, ruleName, deviceName }: CaseSubject): string {
  if (hazard.id === 'deviceFault') return `${placeName} ${ruleName}：${deviceName}`
  // Which round: of a route, or of cameras.
  if (hazard.id === 'patrolMissed') return `${placeName} ${hazard.name}：${deviceName}`
  return `${placeName} ${suspected.has(hazard.id) ? '疑似' : ''}${hazard.name}`
}

/** Somebody saw it: nothing is suspected by an instrument here. */
export function reportTitle(placeName: string, hazard: Pick<Hazard, 'name'>): string {
  return `${placeName} ${hazard.name}`
}

/** Several devices of one village fell silent together. */
export function silenceTitle(villageName: string, ruleName: string, devices: number): string {
  return `${villageName} ${ruleName}（${devices} 台）`
}
