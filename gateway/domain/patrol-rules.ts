import { patrolLate, patrolMissed } from './patrol.ts'
import type { Rule } from './rule.ts'

/** The hazard that late and missed rounds are of. */
export const patrolHazard = 'patrolMissed'

const defaults: readonly Rule[] = [
  {
    id: 'patrol-late',
    name: '巡逻：到时未巡',
    hazard: patrolHazard,
    severity: 'blue',
    kinds: ['patrolRoute'],
    when: { event: [patrolLate] },
  },
  {
    id: 'patrol-missed',
    name: '巡逻：漏巡',
    hazard: patrolHazard,
    severity: 'yellow',
    kinds: ['patrolRoute'],
    when: { event: [patrolMissed] },
  },
]

function isNamed(type: string, rules: readonly Rule[]): boolean {
  return rules.some(
    ({ kinds, when }) =>
      kinds.includes('patrolRoute') && 'event' in when && when.event.includes(type),
  )
}

/** Rules that let late and missed rounds be alarms, as far as the town has none and no other of that id. */
export function defaultPatrolRules(rules: readonly Rule[]): Rule[] {
  const taken = new Set(rules.map(({ id }) => id))
  return defaults.filter(
    ({ id, when }) => !taken.has(id) && 'event' in when && !isNamed(when.event[0] ?? '', rules),
  )
}
