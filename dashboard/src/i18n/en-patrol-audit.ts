import type { zhPatrolAudit } from './zh-patrol-audit.ts'

/** What the audit log says of patrols, in English. */
export const enPatrolAudit: Record<keyof typeof zhPatrolAudit, string> = {
  'audit.act.addPatrolPoint': 'added a patrol point',
  'audit.act.changePatrolPoint': 'changed a patrol point',
  'audit.act.removePatrolPoint': 'removed a patrol point',
  'audit.act.addPatrolRoute': 'added a patrol route',
  'audit.act.changePatrolRoute': 'changed a patrol route',
  'audit.act.removePatrolRoute': 'removed a patrol route',
  'audit.act.excusePatrolRound': 'excused a round',
  'audit.act.excusePatrolRounds': 'excused the rounds of an area',
  'audit.act.givePatrolRound': 'gave a round to another team',
  'audit.act.readPatrolTag': 'looked at the keys of a tag',
  'audit.act.linkPatrolScreen': 'made a link for a screen',
  'audit.act.withdrawPatrolScreen': 'withdrew the link of a screen',
  'audit.act.printPatrolTags': 'printed tags',
  'audit.act.swapDuty': 'swapped duties',
  'audit.act.sendVoice': 'sent a voice note',
  'audit.kind.patrolPoint': 'patrol point',
  'audit.kind.patrolRoute': 'patrol route',
  'audit.kind.patrolRound': 'round',
  'audit.kind.checkin': 'check-in',
  'audit.kind.voice': 'voice note',
  'audit.kind.place': 'place',
}
