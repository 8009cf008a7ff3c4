import { instantOnDay } from '../../../gateway/domain/town-time.ts'
import type { AuditSearch } from '../api/trust-queries.ts'
import type { AuditEntryView } from '../api/types.ts'
import type { AuditPageSearch } from '../app/search.ts'
import { dayOf } from '../app/time.ts'
import { type Translate, term } from '../i18n/translate.ts'

/** Entries of the audit log in words; names of a newer gateway are shown as they are. */

/** What can be asked for, most usual first. */
export const auditActs = [
  'signIn',
  'signInRefused',
  'signOut',
  'actOnCase',
  'reportCase',
  'acknowledgeAlarm',
  'sendPicture',
  'lookAtPicture',
  'lookAtPictureRefused',
  'sendVoice',
  'listenToVoice',
  'listenToVoiceRefused',
  'lookLive',
  'lookLiveEnd',
  'refusedOutsideScope',
  'addUser',
  'changeUser',
  'resetPassword',
  'changePassword',
  'passwordRefused',
  'endSessions',
  'setSecondFactor',
  'removeSecondFactor',
  'makeToken',
  'revokeToken',
  'adoptDevice',
  'addDevice',
  'rotateSecret',
  'calibrateDevice',
  'removeCalibration',
  'blockDevice',
  'unblockDevice',
  'lookAtCamera',
  'lookLive',
  'turnCamera',
  'joinCamera',
  'changeCamera',
  'acceptCameraView',
  'probeCamera',
  'discoverCameras',
  'mapCameraEvents',
  'lookOnRound',
  'signVideoRound',
  'excuseVideoRound',
  'planVideoRounds',
  'changeVideoPlan',
  'removeVideoPlan',
  'addPatrolPoint',
  'changePatrolPoint',
  'removePatrolPoint',
  'addPatrolRoute',
  'changePatrolRoute',
  'removePatrolRoute',
  'excusePatrolRound',
  'excusePatrolRounds',
  'givePatrolRound',
  'readPatrolTag',
  'printPatrolTags',
  'linkPatrolScreen',
  'withdrawPatrolScreen',
  'reviewCheckin',
  'sendVoice',
  'replayQuarantine',
  'discardQuarantine',
  'addDuty',
  'removeDuty',
  'swapDuty',
  'addPlannedEvent',
  'changePlannedEvent',
  'removePlannedEvent',
  'changeCalendar',
  'changeRetention',
  'addChannel',
  'changeChannel',
  'removeChannel',
  'testChannel',
  'changeNoticeRules',
  'readNotice',
  'addBrowser',
  'removeBrowser',
  'purge',
  'startBackup',
  'backup',
  'restore',
  'import',
  'export',
  'exportAudit',
  'exportSeries',
  'importSeries',
  'endImport',
  'migrateSeries',
  'makeCertificate',
  'setUp',
  'setUpRefused',
] as const

export function actWords(act: string, t: Translate): string {
  return term(t, 'audit.act', act)
}

/** Nobody signed in can only have been refused; whatever else has no name is the gateway's own. */
export function actorWords({ actor, act }: Pick<AuditEntryView, 'actor' | 'act'>, t: Translate) {
  if (actor === null) return t(/Refused$|^setUp$/.test(act) ? 'audit.unknown' : 'audit.gateway')
  return actor.startsWith('token:') ? t('audit.token', { name: actor.slice(6) }) : actor
}

export interface SubjectWords {
  kind: string
  id: string
  /** What of the id fits into a row. */
  short: string
  /** The case it leads to. */
  case: string | null
}

/** Ids and hashes that say nothing to a person. */
const unreadable = /^[0-9a-f-]{25,}$/i

export function subjectWords(subject: string, t: Translate): SubjectWords {
  const [kind = '', ...rest] = subject.split(':')
  const id = rest.join(':')
  return {
    kind: term(t, 'audit.kind', kind),
    id,
    short: unreadable.test(id) ? `${id.slice(0, 8)}…` : id,
    case: kind === 'case' ? id : null,
  }
}

/** Whole days of the town as the instants the gateway is asked with. */
export function auditQuestion(search: AuditPageSearch, zone: string): AuditSearch {
  const dayStart = (day: string, later: number) => {
    const noon = Date.parse(`${day}T12:00:00Z`)
    // Far east it is the next day already.
    const within = dayOf(noon, zone) === day ? noon : noon - 12 * 3_600_000
    return instantOnDay(within, later, 0, zone)
  }
  return {
    ...(search.actor !== undefined && { actor: search.actor }),
    ...(search.act !== undefined && { act: search.act }),
    ...(search.from !== undefined && { from: dayStart(search.from, 0) }),
    ...(search.to !== undefined && { to: dayStart(search.to, 1) }),
  }
}
