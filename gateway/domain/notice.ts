import type { Case } from './case.ts'
import { type QuietHours, quietUntil } from './notice-quiet.ts'
import type { Role } from './person.ts'
import { isInScope } from './place.ts'
import { type Severity, severityRank } from './severity.ts'

/**
 * Who is told of an entry in a case's timeline, and through what. Pure: entry × rules × people →
 * deliveries. A channel that reaches persons (web push) is told person by person; a robot, a
 * webhook or a loudspeaker has its own listeners and is told once, whoever is meant; an SMS gateway
 * keeps the numbers itself and is told which role of which place is meant.
 */

export const channelKinds = [
  'webPush',
  'wecom',
  'dingtalk',
  'feishu',
  'webhook',
  'sms',
  'loudspeaker',
] as const

export type ChannelKind = (typeof channelKinds)[number]

/** How a channel's messages travel; a choice that loudspeakers alone have. */
export const channelCarriers = ['http', 'mqtt'] as const

export type ChannelCarrier = (typeof channelCarriers)[number]

/** What a rule listens to: entries of a case's timeline. */
export const noticeActs = [
  'opened',
  'severity',
  'dispatch',
  'sendBack',
  'feedback',
  'reminder',
  'overdue',
  'escalated',
  'remind',
  'supervise',
  'extend',
  'reopen',
] as const

export type NoticeAct = (typeof noticeActs)[number]

/** The case's holder, whoever has the role in the case's place, whoever is on duty, or a channel's own group. */
export const addressees = [
  'holder',
  'operator',
  'supervisor',
  'villageCadre',
  'gridWorker',
  'onDuty',
  'channel',
] as const

export type Addressee = (typeof addressees)[number]

export interface NoticeRule {
  id: string
  name: string
  enabled: boolean
  acts: NoticeAct[]
  /** Empty: every hazard. */
  hazards: string[]
  minSeverity: Severity
  to: Addressee
  /** Id of the channel. */
  channel: string
  /** Null: day and night. Red is told at any time. */
  quiet: QuietHours | null
  /** Channel `''`: there is no other one, so the supervisors are told. */
  fallback: { afterMinutes: number; channel: string } | null
}

export interface NoticeChannel {
  id: string
  name: string
  kind: ChannelKind
  enabled: boolean
  /** Place code: what happens elsewhere is not told through it; null: the whole town. */
  place: string | null
}

export interface NoticePerson {
  id: string
  role: Role
  /** Place code. */
  scope: string
  team: string | null
  unit: string | null
  /** Ids of the browsers that let themselves be told. */
  browsers: readonly string[]
}

/** An entry of a timeline, and all that decides who hears of it. */
export interface Happening {
  act: string
  at: number
  /** When it is told: by this the quiet hours are judged. */
  now: number
  /** User id of who did it: nobody is told of what they did themselves. */
  actor: string | null
  case: Pick<Case, 'hazard' | 'severity' | 'state' | 'village' | 'grid' | 'holder'>
  timeZone: string
  channels: readonly NoticeChannel[]
  /** Who may sign in. */
  people: readonly NoticePerson[]
  /** User ids. */
  onDuty: ReadonlySet<string>
}

/**
 * Why something is not sent: a channel that is switched off, a person without a browser
 * that could be told, nobody to tell. Kept, so that it can be seen.
 */
type Dropped = 'disabled' | 'unreachable' | 'nobody'

export interface Planned {
  rule: string
  channel: string
  /** `group`, `ROLE@PLACE`, `USER/BROWSER`, or a user id where no browser is known. */
  target: string
  /** Whom the text is for, where the channel does not say it by itself. */
  to: Addressee
  /** Null: it waits to be sent. */
  dropped: Dropped | null
  /** End of the quiet hours in which it was planned; null: in none. */
  quietUntil: number | null
  /** Minutes until somebody else is told; null: nobody is. */
  fallbackMinutes: number | null
}

const minuteMs = 60_000

function isMet(rule: NoticeRule, { act, case: subject }: Happening): boolean {
  if (!rule.enabled || !(rule.acts as string[]).includes(act)) return false
  if (rule.hazards.length > 0 && !rule.hazards.includes(subject.hazard)) return false
  return severityRank(subject.severity) >= severityRank(rule.minSeverity)
}

function placeOf({ case: { grid, village } }: Happening): string {
  return grid ?? village
}

/** A loudspeaker's own village, a village's own robot: the others are none of its business. */
function isHeardAt({ place }: NoticeChannel, happening: Happening): boolean {
  return place === null || isInScope(place, placeOf(happening))
}

function isAddressed(person: NoticePerson, to: Addressee, happening: Happening): boolean {
  const { holder } = happening.case
  switch (to) {
    case 'holder':
      return (
        holder !== null && (holder.kind === 'user' ? person.id : person[holder.kind]) === holder.id
      )
    case 'onDuty':
      return happening.onDuty.has(person.id)
    case 'operator':
    case 'supervisor':
    case 'villageCadre':
    case 'gridWorker':
      return person.role === to
    case 'channel':
      return false
  }
}

/** Only those who may open the case are told of it. */
function peopleFor(to: Addressee, happening: Happening): NoticePerson[] {
  return happening.people.filter(
    (person) => isInScope(person.scope, placeOf(happening)) && isAddressed(person, to, happening),
  )
}

interface Target {
  target: string
  dropped: Dropped | null
}

function browsersOf(to: Addressee, happening: Happening): Target[] {
  const people = peopleFor(to, happening)
  if (people.length === 0) return [{ target: `${to}@${placeOf(happening)}`, dropped: 'nobody' }]
  return people
    .filter(({ id }) => id !== happening.actor)
    .flatMap(({ id, browsers }): Target[] => {
      if (browsers.length === 0) return [{ target: id, dropped: 'unreachable' }]
      return browsers.map((browser) => ({ target: `${id}/${browser}`, dropped: null }))
    })
}

function targetsOf(kind: ChannelKind, to: Addressee, happening: Happening): Target[] {
  if (to === 'holder' && happening.case.holder === null) return []
  if (kind === 'webPush') return browsersOf(to, happening)
  const target = kind === 'sms' ? `${to}@${happening.case.village}` : 'group'
  return [{ target, dropped: null }]
}

function planRule(rule: NoticeRule, happening: Happening): Planned[] {
  const channel = happening.channels.find(({ id }) => id === rule.channel)
  if (!channel || !isHeardAt(channel, happening)) return []
  const reason = channel.enabled ? null : 'disabled'
  const targets = targetsOf(channel.kind, rule.to, happening)
  const isTold = reason === null && targets.some(({ dropped }) => dropped === null)
  const quiet = quietOf(rule, happening)
  const planned = { rule: rule.id, channel: channel.id, to: rule.to, quietUntil: quiet }
  return targets.map((one) => {
    const dropped = reason ?? one.dropped
    return {
      ...planned,
      target: one.target,
      dropped,
      fallbackMinutes: after(rule, dropped, isTold),
    }
  })
}

function quietOf(rule: NoticeRule, { now, timeZone, case: { severity } }: Happening) {
  return severity === 'red' ? null : quietUntil(rule.quiet, now, timeZone)
}

/** Where nobody can be told the next one is at once; where somebody was, only their silence counts. */
function after(rule: NoticeRule, dropped: Dropped | null, isTold: boolean): number | null {
  if (rule.fallback === null) return null
  if (dropped === null) return rule.fallback.afterMinutes
  return isTold ? null : 0
}

/** Sent now before sent later before not sent. */
function delayOf({ dropped, quietUntil: until }: Planned): number {
  return dropped === null ? (until ?? 0) : Number.POSITIVE_INFINITY
}

/** One for each target, however many rules meet: the one that tells soonest. */
function onceEach(planned: readonly Planned[]): Planned[] {
  const kept = new Map<string, Planned>()
  for (const one of planned) {
    const key = `${one.channel} ${one.target}`
    const known = kept.get(key)
    if (!known || delayOf(one) < delayOf(known)) kept.set(key, one)
  }
  return [...kept.values()]
}

/** What ended without anything to do is of no use to anybody; what was closed may be asked for again. */
function isGone({ case: { state } }: Happening): boolean {
  return state === 'void' || state === 'merged'
}

export function planNotices(rules: readonly NoticeRule[], happening: Happening): Planned[] {
  if (isGone(happening)) return []
  return onceEach(
    rules.filter((rule) => isMet(rule, happening)).flatMap((rule) => planRule(rule, happening)),
  )
}

/** Tells one from another, so supervisors can be told through it. */
function isPersonal(kind: ChannelKind): boolean {
  return kind === 'webPush' || kind === 'sms'
}

/** Who is told when nobody acknowledged: the rule's people through the next channel, else the supervisors. */
export function planFallback(rule: NoticeRule, happening: Happening): Planned[] {
  if (rule.fallback === null || isGone(happening)) return []
  const enabled = happening.channels.filter(
    (channel) => channel.enabled && isHeardAt(channel, happening),
  )
  const next = enabled.find(({ id }) => id === rule.fallback?.channel)
  const channel =
    next ??
    enabled.find(({ id, kind }) => id === rule.channel && isPersonal(kind)) ??
    enabled.find(({ kind }) => isPersonal(kind))
  if (!channel) return []
  const to = next ? rule.to : 'supervisor'
  const quiet = quietOf(rule, happening)
  const planned = {
    rule: rule.id,
    channel: channel.id,
    to,
    quietUntil: quiet,
    fallbackMinutes: null,
  }
  return targetsOf(channel.kind, to, happening).map((target) => ({ ...planned, ...target }))
}

/** Who is not to be disturbed is not replaced either: it counts from the end of the quiet hours. */
export function fallbackAt({ fallbackMinutes, quietUntil: until }: Planned, now: number) {
  return fallbackMinutes === null ? null : (until ?? now) + fallbackMinutes * minuteMs
}

/** People's acts that leave open whether anybody looks after the case. */
const noAnswer = new Set(['note', 'remind', 'supervise', 'release', 'split'])

/** Whether somebody took note of a case after its entry was told, by what stands in its timeline since. */
export function isAcknowledged(
  since: readonly { act: string; actor: string | null }[],
  read: boolean,
): boolean {
  return read || since.some(({ act, actor }) => actor !== null && !noAnswer.has(act))
}
