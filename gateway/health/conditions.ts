import { type DiskSpace, freePercent, judgeDisk } from '../domain/disk.ts'
import type { HealthLevel } from '../http/schemas/trust.ts'
import type { SeriesState } from '../ports/series-store.ts'
import { series } from './series-condition.ts'

/**
 * What stands on the health page, judged from figures of the running house. Each thing that was
 * looked at is an item, `ok` ones too; one whose figures are not there (no TLS, no backups yet
 * asked for) is left out. `facts` are filled into the screens' words:
 *
 * | id         | bad                               | warn                            | facts                                    |
 * | ---------- | --------------------------------- | ------------------------------- | ---------------------------------------- |
 * | store      | nothing is stored or acknowledged |                                 | cause: full, locked, readonly, damaged, disk, other |
 * | disk       | < 2 % free, full, or in < 7 days  | < 10 % or < 2 GiB free, or full in < 30 days | cause: short, soon; freeBytes, freePercent, daysLeft (absent: not filling) |
 * | rules      | evaluation fails                  | far behind                      | waiting, cause (when it fails)           |
 * | series     | away for 10 min                   | away, late by 5 min, or readings were refused | cause: away, slow, refused; waiting, minutes, refused; reason |
 * | mqtt       | not connected                     |                                 | adapter, cause                           |
 * | probe      | does not come back                | comes back slowly               | silentS, lastMs                          |
 * | devices    |                                   | offline ones                    | offline, devices                         |
 * | flood      |                                   | devices that are held back      | devices                                  |
 * | quarantine |                                   | messages that wait              | waiting                                  |
 * | backup     | the last one failed, or > 7 days  | none yet, or older than 2 days  | cause: none, old, failed; ageDays; reason |
 * | audit      | the chain is broken               |                                 | brokenAt                                 |
 * | tls        | expired                           | expires in < 21 days            | daysLeft                                 |
 * | clock      | before this version was made      | stepped within the last hour    | stepS (forward is positive)              |
 * | town       |                                   | no town is imported             |                                          |
 * | people     |                                   | administrators with one factor  | administrators                           |
 * | notify     |                                   | a receiver is away for 10 min   | waiting, minutes                         |
 */

export interface HealthFigures {
  now: number
  /** Why commits fail; null while they succeed. */
  storeFailure: string | null
  disk: DiskSpace | null
  rules: { failure: string | null; waiting: number }
  series: SeriesState
  adapters: readonly { name: string; trouble: string | null }[]
  probe: { failure: string | null; silentS: number; lastMs: number | null } | null
  devices: { offline: number; all: number } | null
  throttled: number
  quarantineWaiting: number | null
  backup: { lastAt: number | null; failure: string | null } | null
  /** Null: not verified yet. */
  audit: { brokenAt: number | null } | null
  certificateUntil: number | null
  /** Why a renewed one is not used; null: nothing is wrong. */
  certificateProblem: string | null
  /** The last step of the wall clock within the hour. */
  clockStepMs: number | null
  hasTown: boolean
  /** Null: nobody is an administrator yet. */
  administratorsWithOneFactor: number | null
  /** Messages to people and programs outside; `troubledSince`: of the oldest one that failed. */
  notices: { count: number; oldestAt: number | null; troubledSince: number | null } | null
}

export interface Finding {
  id: string
  level: HealthLevel
  facts: Record<string, string | number>
  text: string
}

const dayMs = 86_400_000
const gib = 1024 ** 3

/** What the rules read in a few seconds; more means that they do not keep up. */
const farBehind = 100_000
const probeSlowMs = 5000

const causes: readonly (readonly [RegExp, string, string])[] = [
  [/full|ENOSPC/, 'full', 'The disk is full. Free some space; it goes on by itself.'],
  [
    /locked|busy/i,
    'locked',
    'Another program holds the database. Stop it; the gateway goes on by itself.',
  ],
  [
    /readonly|unable to open|EACCES|EROFS/,
    'readonly',
    'The files under LIANXUN_DATA_DIR cannot be written. Give the gateway the right to.',
  ],
  [/malformed|not a database/, 'damaged', 'The database is damaged. Restore the last backup.'],
  [/disk I\/O|EIO/, 'disk', 'The disk does not take what is written. Look at its health.'],
]

function causeOf(failure: string): { cause: string; text: string } {
  const [, cause = 'other', text = `${failure}.`] =
    causes.find(([pattern]) => pattern.test(failure)) ?? []
  return { cause, text }
}

function fine(id: string, facts: Finding['facts'] = {}): Finding {
  return { id, level: 'ok', facts, text: 'Nothing to do.' }
}

function store({ storeFailure }: HealthFigures): Finding {
  if (storeFailure === null) return fine('store')
  const { cause, text } = causeOf(storeFailure)
  return {
    id: 'store',
    level: 'bad',
    facts: { cause },
    text: `Nothing is stored or acknowledged; devices keep what they have. ${text}`,
  }
}

function disk({ disk: found }: HealthFigures): Finding | null {
  if (found === null) return null
  const { freeBytes, daysLeft } = found
  const { level, cause } = judgeDisk(found)
  const facts = {
    freeBytes,
    freePercent: freePercent(found),
    ...(daysLeft === null ? {} : { daysLeft }),
    ...(cause === null ? {} : { cause }),
  }
  if (level === 'ok') return fine('disk', facts)
  if (level === 'bad' && cause === 'short') {
    const text =
      'The disk is full or nearly so. Free some space at once; nothing need be restarted.'
    return { id: 'disk', level, facts, text }
  }
  const left = daysLeft === null ? '' : ` At this pace it is full in ${daysLeft} days.`
  const text = `${(freeBytes / gib).toFixed(1)} GiB are free.${left} Move old backups elsewhere, shorten the retention, or get a larger disk.`
  return { id: 'disk', level, facts, text }
}

function rules({ rules: { failure, waiting } }: HealthFigures): Finding {
  if (failure !== null) {
    const { cause, text } = causeOf(failure)
    const told = `What arrives is kept and waits to be judged; no alarm is raised meanwhile. ${text}`
    return { id: 'rules', level: 'bad', facts: { waiting, cause }, text: told }
  }
  if (waiting <= farBehind) return fine('rules', { waiting })
  const text = `${waiting} observations wait to be judged. If the number does not fall, this machine is too slow for so many devices.`
  return { id: 'rules', level: 'warn', facts: { waiting }, text }
}

function mqtt({ adapters }: HealthFigures): Finding | null {
  const away = adapters.find(({ trouble }) => trouble !== null)
  if (adapters.length === 0) return null
  if (!away) return fine('mqtt')
  const cause = away.trouble ?? ''
  return {
    id: 'mqtt',
    level: 'bad',
    facts: { adapter: away.name, cause },
    text: `${away.name}: ${cause}. Devices cannot be heard. Look at the broker, the network and LIANXUN_MQTT_*.`,
  }
}

function probe({ probe: found }: HealthFigures): Finding | null {
  if (found === null) return null
  const { silentS } = found
  const facts = { silentS, ...(found.lastMs === null ? {} : { lastMs: found.lastMs }) }
  if (found.failure !== null) {
    const text = `${found.failure}: what devices send does not get through. Look at the other items; if they are fine, start the gateway again.`
    return { id: 'probe', level: 'bad', facts, text }
  }
  if ((found.lastMs ?? 0) <= probeSlowMs) return fine('probe', facts)
  const text = `The gateway's own message took ${found.lastMs} ms. The machine or its disk is too busy.`
  return { id: 'probe', level: 'warn', facts, text }
}

function devices({ devices: found }: HealthFigures): Finding | null {
  if (found === null || found.all === 0) return null
  const facts = { offline: found.offline, devices: found.all }
  if (found.offline === 0) return fine('devices', facts)
  const text = `${found.offline} of ${found.all} devices are silent. The list of devices names them; look at power and network there.`
  return { id: 'devices', level: 'warn', facts, text }
}

function flood({ throttled }: HealthFigures): Finding {
  if (throttled === 0) return fine('flood')
  const text = `${throttled} devices send far more than they may and are held back. The list of devices names them; mend or block them.`
  return { id: 'flood', level: 'warn', facts: { devices: throttled }, text }
}

function quarantine({ quarantineWaiting: waiting }: HealthFigures): Finding | null {
  if (waiting === null) return null
  if (waiting === 0) return fine('quarantine')
  const text = `${waiting} messages could not be accepted. Open the quarantine, mend the cause, then replay or discard them.`
  return { id: 'quarantine', level: 'warn', facts: { waiting }, text }
}

function backup({ backup: found, now }: HealthFigures): Finding | null {
  if (found === null) return null
  const { lastAt, failure } = found
  const ageDays = lastAt === null ? null : Math.max(0, Math.floor((now - lastAt) / dayMs))
  const age: Finding['facts'] = ageDays === null ? {} : { ageDays }
  if (failure !== null) {
    const text = `The last backup failed: ${failure} Mend that, then make one now.`
    return { id: 'backup', level: 'bad', facts: { cause: 'failed', reason: failure, ...age }, text }
  }
  if (ageDays === null) {
    const text = 'There is no backup yet. Make one now, and keep a copy on another machine.'
    return { id: 'backup', level: 'warn', facts: { cause: 'none' }, text }
  }
  if (ageDays < 2) return fine('backup', age)
  const text = `The last backup is ${ageDays} days old. Make one now, and keep a copy on another machine.`
  return {
    id: 'backup',
    level: ageDays >= 7 ? 'bad' : 'warn',
    facts: { cause: 'old', ageDays },
    text,
  }
}

function audit({ audit: found }: HealthFigures): Finding | null {
  if (found === null) return null
  if (found.brokenAt === null) return fine('audit')
  const text = `Entry ${found.brokenAt} of the audit log was changed or is missing. Keep the database as it is, compare it with a backup, and find out who could write to it.`
  return { id: 'audit', level: 'bad', facts: { brokenAt: found.brokenAt }, text }
}

function tls({ certificateUntil, certificateProblem, now }: HealthFigures): Finding | null {
  if (certificateUntil === null) return null
  const daysLeft = Math.floor((certificateUntil - now) / dayMs)
  if (daysLeft >= 21 && certificateProblem === null) return fine('tls', { daysLeft })
  if (certificateProblem !== null && certificateUntil > now) {
    // A renewal that came to nothing; the old one is still good.
    const text = `The new certificate cannot be used, the old one stays: ${certificateProblem}.`
    return { id: 'tls', level: 'warn', facts: { daysLeft }, text }
  }
  const text =
    certificateUntil <= now
      ? 'The certificate has expired: browsers and devices refuse to connect. Renew it now.'
      : `The certificate expires in ${daysLeft} days. Renew it; it is taken over without a restart.`
  return { id: 'tls', level: certificateUntil <= now ? 'bad' : 'warn', facts: { daysLeft }, text }
}

/** Clocks of machines that lost their battery start long before this. */
const earliestPossible = Date.UTC(2025, 0, 1)

function clock({ now, clockStepMs }: HealthFigures): Finding {
  const stepS = Math.round((clockStepMs ?? 0) / 1000)
  if (now < earliestPossible) {
    const text =
      'The clock of this machine is years behind. Set it, and let it follow a time server.'
    return { id: 'clock', level: 'bad', facts: { stepS }, text }
  }
  if (clockStepMs === null) return fine('clock')
  const text = `The clock of this machine jumped by ${stepS} s, or the machine slept. Let it follow a time server (NTP); times of what arrived meanwhile may be off.`
  return { id: 'clock', level: 'warn', facts: { stepS }, text }
}

function town({ hasTown }: HealthFigures): Finding {
  if (hasTown) return fine('town')
  const text = 'There is no town yet. Import one: bin/lianxun.mjs import DIR'
  return { id: 'town', level: 'warn', facts: {}, text }
}

function people({ administratorsWithOneFactor: administrators }: HealthFigures): Finding | null {
  if (administrators === null) return null
  if (administrators === 0) return fine('people')
  const text = `${administrators} administrators sign in with a password alone. Each of them should set up the second factor under their own account.`
  return { id: 'people', level: 'warn', facts: { administrators }, text }
}

const noticeTroubleMinutes = 10

function notify({ notices, now }: HealthFigures): Finding | null {
  if (notices === null) return null
  const { count: waiting, troubledSince } = notices
  const minutes = troubledSince === null ? 0 : Math.floor((now - troubledSince) / 60_000)
  if (minutes < noticeTroubleMinutes) return fine('notify', { waiting })
  const text = `${waiting} notices wait, the oldest for ${minutes} minutes. The page of the channels says what their receivers answer; mend that, and all of them are sent.`
  return { id: 'notify', level: 'warn', facts: { waiting, minutes }, text }
}

const conditions = [
  store,
  disk,
  rules,
  series,
  mqtt,
  probe,
  backup,
  audit,
  tls,
  clock,
  devices,
  flood,
  quarantine,
  notify,
  town,
  people,
]

const rank: Record<HealthLevel, number> = { bad: 0, warn: 1, ok: 2 }

/** Worst first; among equals the order of the conditions. */
export function judgeHealth(figures: HealthFigures): Finding[] {
  return conditions
    .map((condition) => condition(figures))
    .filter((finding) => finding !== null)
    .toSorted((a, b) => rank[a.level] - rank[b.level])
}
