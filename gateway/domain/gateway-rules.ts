import { diskFilling, diskNearlyFull } from './disk.ts'
import type { Rule } from './rule.ts'

/** The gateway's own troubles that somebody must see to: alarms by the same rules as all others. */

/** The hazard that they are of, with the unit that mends devices. */
export const gatewayHazard = 'deviceFault'

/** As whom the gateway speaks; no device's id begins like this. */
export const gatewaySpeaker = '@gateway'

const defaults: readonly Rule[] = [
  {
    id: 'disk-filling',
    name: '磁盘一个月内写满',
    hazard: gatewayHazard,
    severity: 'yellow',
    kinds: ['gateway'],
    when: { event: [diskFilling] },
  },
  {
    id: 'disk-nearly-full',
    name: '磁盘快要写满',
    hazard: gatewayHazard,
    severity: 'orange',
    kinds: ['gateway'],
    when: { event: [diskNearlyFull] },
  },
]

function isNamed(type: string, rules: readonly Rule[]): boolean {
  return rules.some(
    ({ kinds, when }) => kinds.includes('gateway') && 'event' in when && when.event.includes(type),
  )
}

/** As far as the town has none for the same event, and no other of that id. */
export function defaultGatewayRules(rules: readonly Rule[]): Rule[] {
  const taken = new Set(rules.map(({ id }) => id))
  return defaults.filter(
    ({ id, when }) => !taken.has(id) && 'event' in when && !isNamed(when.event[0] ?? '', rules),
  )
}
