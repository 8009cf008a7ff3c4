import type { CheckinMark } from '../../gateway/domain/checkin.ts'
import type {
  PatrolDay,
  PatrolReportView,
  PatrolTaskView,
} from '../../gateway/http/schemas/patrol.ts'

/** What the phone's screens see of its engine, and what they ask of it. */

export type DayPoint = PatrolDay['points'][number]
export type DayRound = PatrolDay['rounds'][number]

export interface PhonePerson {
  username: string
  name: string
  role: string
  team: string | null
}

export interface PhoneFix {
  lon: number
  lat: number
  accuracyM: number
  /** Epoch ms. */
  at: number
}

/** A check-in that the phone has stored: what the green tick says. */
export interface DoneCheckin {
  id: string
  at: number
  /** Null: a tag that only the gateway can read, and nothing near is known. */
  point: DayPoint | null
  /** The tag's point is known to the gateway only; `point` is the nearest one. */
  isProbable: boolean
  /** The same tag a moment ago: it was counted then. */
  isAgain: boolean
  /** What to look at there, as hazard ids. */
  checklist: string[]
  /** Whether findings, a note or a photo can still be put to it (`finish`). */
  isOpen: boolean
}

export type QueueKind = 'help' | 'checkin' | 'report' | 'word' | 'photo' | 'voice'

/** One line of 待上传. */
export interface QueueLine {
  id: string
  kind: QueueKind
  at: number
  /** Name of a point, words of a report; may be empty. */
  text: string
  /** Bytes that have gone, of how many; only for photos and voices. */
  progress: { sent: number; size: number } | null
  state: 'waiting' | 'sending'
}

/** What the gateway did not take; it stays until somebody has seen it (`seen`). */
export interface RefusedLine {
  id: string
  kind: QueueKind
  at: number
  text: string
  /** `forged`, `replayed`, `unknownTag`, `badTime`, else the gateway's own word. */
  reason: string
  /** The gateway's own sentence, English; null: say it by `reason`. */
  detail: string | null
}

/** What the gateway answered lately, newest first, at most 50. */
export interface TakenCheckin {
  id: string
  at: number
  point: string | null
  round: string | null
  marks: CheckinMark[]
}

export type SyncState =
  /** Nothing waits. */
  | 'idle'
  | 'sending'
  /** No signal or no gateway: tried again at `nextTryAt`. */
  | 'away'
  /** The session is over or somebody else's: everything stays, 请重新登录. */
  | 'signedOut'

/** Next point and how much is done, of the round that runs or comes next. */
export interface Walk {
  round: DayRound
  points: { point: DayPoint; visitedAt: number | null }[]
  visited: number
  total: number
  next: DayPoint | null
  /** From the last fix; null without one. Bearing in degrees from north. */
  distanceM: number | null
  bearing: number | null
}

export interface PhoneState {
  stage: 'opening' | 'signIn' | 'patrol'
  /**
   * `insecure`: plain http, so nothing works without the gateway (say: 离线打卡需要 https).
   * `noStore`: the browser keeps nothing (private window).
   */
  offline: 'preparing' | 'ready' | 'insecure' | 'noStore'
  person: PhonePerson | null
  /** Who else used this phone; what waits of theirs goes when they sign in again. */
  others: { username: string; name: string; waiting: number }[]
  /** What the browser says; `sync` says whether the gateway answers. */
  isOnline: boolean
  sync: SyncState
  nextTryAt: number | null
  day: PatrolDay | null
  /** When `day` was fetched, epoch ms. */
  dayAt: number | null
  walk: Walk | null
  /** Other rounds that are open now or come today and tomorrow. */
  otherRounds: DayRound[]
  tasks: PatrolTaskView[]
  /** Own reports with the answers. */
  reports: PatrolReportView[]
  queue: QueueLine[]
  refused: RefusedLine[]
  taken: TakenCheckin[]
  fix: PhoneFix | null
  fixState: 'off' | 'searching' | 'found' | 'denied'
  /** The last check-in until `closeDone()`; a new object each time: tick, voice and vibration. */
  done: DoneCheckin | null
  /** A tag was opened before anybody signed in: it is checked in right after (say so). */
  isTagKept: boolean
  /** The address that opened the page is no tag of this town. */
  isTagWrong: boolean
  /** Who is expected to sign in. */
  wanted: string | null
  /** The disk is full: offer to send photos first; the check-in itself was kept if `done` says so. */
  isDiskFull: boolean
}

export type Scanned =
  /** Text of a QR, or of a URL record of an NFC tag. */
  | { kind: 'text'; text: string; nfcUid?: string }
  | { kind: 'nfc'; uid: string }
  | { kind: 'manual'; point: string; reason: string }
  /** At the place of a case, without a tag. */
  | { kind: 'task'; task: string }

export type CheckInOutcome =
  | { kind: 'done'; checkin: DoneCheckin }
  /** A code of something else; `nobody`: nobody is signed in. */
  | { kind: 'notOurs' | 'unknownPoint' | 'diskFull' | 'nobody' | 'failed' }

export interface CheckinAdditions {
  findings?: string[]
  note?: string
  photo?: Blob
  task?: string
  verdict?: 'settled' | 'unsettled'
}

export interface ReportDraft {
  hazard: string
  text: string
  /** As the camera gave them; the engine shrinks and marks them. At most 9. */
  photos: Blob[]
  voice: Blob | null
}

export type StoreOutcome =
  | { kind: 'stored'; id: string }
  | { kind: 'diskFull' | 'nobody' | 'failed' }

export type SignInOutcome =
  | { kind: 'done' }
  | { kind: 'codeRequired' | 'wrongCode' | 'wrongPassword' | 'away' | 'viewer' }
  | { kind: 'tooMany'; retryAfterS: number | null }
  | { kind: 'failed'; detail: string | null }

export interface PhoneActs {
  signIn(credentials: { username: string; password: string; code?: string }): Promise<SignInOutcome>
  /** Refused while anything of this person waits. */
  signOut(): Promise<{ kind: 'done' } | { kind: 'waiting'; count: number } | { kind: 'away' }>
  /** 换人: somebody else signs in; what waits stays on the phone for its owner. */
  handOver(): Promise<void>
  /** 重新登录: the same person, whose session is over. */
  signInAgain(): Promise<void>
  /** Answers within 300 ms; it is stored by then. Also sets `done`. */
  checkIn(scanned: Scanned): Promise<CheckInOutcome>
  /** Before a camera or a form opens over the tick: keeps the check-in open (5 min at most). */
  hold(id: string): Promise<void>
  /** Puts a photo or a note to a check-in at once, and leaves it open; false: too late. */
  add(id: string, additions: CheckinAdditions): Promise<boolean>
  /** Puts findings, note, photo to a check-in that is still open and closes it; false: too late. */
  finish(id: string, additions?: CheckinAdditions): Promise<boolean>
  /** Closes the tick (and the check-in with it). */
  closeDone(): void
  report(draft: ReportDraft): Promise<StoreOutcome>
  help(text?: string): Promise<StoreOutcome>
  /** The patroller's word to a check-in that the gateway has. */
  say(checkin: string, text: string): Promise<StoreOutcome>
  /** Takes a refused line off the phone. */
  seen(id: string): Promise<void>
  /** Tries at once; the queue page's button. */
  sendNow(): void
  refreshDay(): Promise<void>
  /** Walks that round from now on, until it is over. */
  chooseRound(id: string): void
}

export interface Phone extends PhoneActs {
  state: () => PhoneState
  subscribe: (listener: () => void) => () => void
  start(): Promise<void>
  stop(): void
}
