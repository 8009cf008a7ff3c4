import type { Case, CaseState } from '../domain/case.ts'
import type { ChannelCarrier, NoticeChannel, NoticePerson, NoticeRule } from '../domain/notice.ts'
import type { Later } from '../domain/notice-quiet.ts'
import type { Severity } from '../domain/severity.ts'

/** What is told to whom outside the house: channels, rules, and the queues of what waits. */

/** Of a channel, what nobody gets to see again. */
export interface ChannelSecrets {
  /** Absent for web push, and for the gateway's own broker. */
  url?: string
  /** Of a broker's user, its password. */
  secret?: string
  /** At a broker. */
  username?: string
}

export interface StoredChannel extends NoticeChannel {
  /** Of the address. */
  host: string | null
  carrier: ChannelCarrier
  /** Null but for MQTT. */
  topic: string | null
  perMinute: number | null
}

export interface ListedChannel extends StoredChannel {
  waiting: number
  lastSentAt: number | null
  /** Why the last attempt failed. */
  trouble: string | null
}

export interface ChannelStore {
  /** In the order they were made. */
  list(): Promise<ListedChannel[]>
  get(id: string): Promise<StoredChannel | undefined>
  /** Throws when the secret does not open (see vault.ts). */
  secrets(id: string): Promise<ChannelSecrets>
  /** With `rules` when it is the first of the house and nobody has made rules yet. */
  add(channel: StoredChannel, secrets: ChannelSecrets, rules: readonly NoticeRule[]): Promise<void>
  /** `secrets` undefined: they stay. */
  change(channel: StoredChannel, secrets: ChannelSecrets | undefined): Promise<void>
  /** What waits for it is dropped with it. */
  remove(id: string): Promise<void>
  rules(): Promise<NoticeRule[]>
  setRules(rules: readonly NoticeRule[]): Promise<void>
}

/** What is sent, without saying through what. */
export interface Notice {
  /** Random: a receiver that sees it twice drops the second. */
  id: string
  act: string
  at: number
  case: {
    id: string
    number: string
    title: string
    severity: Severity
    hazard: string
    state: string
    village: string
    grid: string | null
  }
  to: string
  text: string
  spoken: string
  /** Path of the case's page. */
  path: string
  link: string | null
}

export interface TimelineEntry {
  id: number
  act: string
  at: number
  actor: string | null
  text: string | null
  detail: Record<string, unknown>
  isQuiet: boolean
  case: Case
}

/** All that decides who is told, as it is now. */
export interface NoticeHouse {
  rules: NoticeRule[]
  channels: NoticeChannel[]
  people: NoticePerson[]
  /** User ids of those on duty at that time. */
  onDutyAt(at: number): ReadonlySet<string>
  /** Name of a person, or the id itself. */
  nameOf(userId: string): string
}

export interface NewDelivery {
  historyId: number
  caseId: string
  rule: string
  channel: string
  target: string
  notice: Notice
  /** Why it is not sent; null: it waits. */
  dropped: string | null
  /** Not before then; null: at once. */
  postponedTo: number | null
  at: number
  fallbackAt: number | null
}

export interface DueFallback {
  /** Of the delivery that nobody acknowledged. */
  historyId: number
  rule: string
  entry: TimelineEntry
  /** What stands in the case's timeline since. */
  since: { act: string; actor: string | null }[]
  /** Somebody said that they read it. */
  isRead: boolean
}

/** A delivery whose quiet hours are over. */
export interface DuePostponed {
  id: number
  act: string
  /** Of the case, as it is now. */
  state: CaseState
  later: Later[]
}

/** The timeline as it is told: its reader's position is kept together with what came of it. */
export interface NoticeLog {
  /** Where the reader stands; a house that has none begins behind the newest entry. */
  position(): Promise<number>
  /** Entries with id > position, in order. */
  after(position: number, limit: number): Promise<TimelineEntry[]>
  /** With who is on duty then or later. */
  house(since: number): Promise<NoticeHouse>
  /** One transaction. A delivery of the same entry to the same target is there already: it stays as it is. */
  keep(deliveries: readonly NewDelivery[], position: number): Promise<void>
  /** Earliest first; null: none is set. */
  nextFallbackAt(): Promise<number | null>
  dueFallbacks(now: number, limit: number): Promise<DueFallback[]>
  /** One transaction: what is told instead, and that this one was looked at. */
  fellBack(fallback: DueFallback, deliveries: readonly NewDelivery[]): Promise<void>
  /** Null: nothing is postponed. */
  nextPostponedAt(): Promise<number | null>
  /** In the order they were planned. */
  duePostponed(now: number, limit: number): Promise<DuePostponed[]>
  /** One transaction: `dropped` says why it is not sent any more, null: it waits to be sent. */
  released(ends: readonly { id: number; dropped: string | null }[], at: number): Promise<void>
}

export interface WaitingDelivery {
  id: number
  channel: string
  target: string
  notice: Notice
  attempts: number
  at: number
  nextAt: number
}

export type DeliveryState = 'postponed' | 'waiting' | 'sent' | 'failed' | 'dropped'

export interface Attempted {
  state: DeliveryState
  at: number
  nextAt: number
  receipt: string | null
  error: string | null
}

export interface ListedDelivery {
  id: number
  case: { id: string; number: string }
  act: string
  channel: string
  target: string
  /** User id, when it was meant for one person. */
  userId: string | null
  state: DeliveryState
  attempts: number
  at: number
  /** While it is postponed: to when. */
  postponedTo: number | null
  sentAt: number | null
  readAt: number | null
  readBy: string | null
  error: string | null
}

export interface DeliveryStore {
  /** The first of each queue; a queue is a target of a channel. */
  heads(): Promise<WaitingDelivery[]>
  /** One attempt and what came of it. */
  attempted(id: number, attempted: Attempted): Promise<void>
  waiting(): Promise<{ count: number; oldestAt: number | null; troubledSince: number | null }>
  list(filter: {
    caseId?: string | undefined
    scope: string
    limit: number
    cursor?: string | undefined
  }): Promise<{ items: ListedDelivery[]; nextCursor: string | null }>
  get(id: number): Promise<ListedDelivery | undefined>
  /** All that told this person of the same entry. */
  read(id: number, by: { userId: string; at: number }): Promise<void>
}

/** A browser that lets itself be told (Push API). */
export interface PushSubscriptionKeys {
  endpoint: string
  keys: { p256dh: string; auth: string }
}

/** RFC 8292: by these the push services know who sends. */
export interface PushKeys {
  publicKey: string
  privateKey: string
}

export interface PushStore {
  /** Made once, at the first call. */
  keys(): Promise<PushKeys>
  /** The same endpoint again takes the place of the one before, whoever's it was. */
  add(userId: string, subscription: PushSubscriptionKeys, at: number): Promise<void>
  get(id: string): Promise<PushSubscriptionKeys | undefined>
  /** Ids. */
  of(userId: string): Promise<string[]>
  remove(id: string): Promise<void>
  removeEndpoint(userId: string, endpoint: string): Promise<void>
}
