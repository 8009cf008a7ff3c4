import type { CheckinMark } from '../../gateway/domain/checkin.ts'
import { type Kept, type Live, visitsOf } from './core.ts'
import type { DayRound, PhoneState, QueueLine, RefusedLine } from './phone.ts'
import type { FixWatch } from './place/fix.ts'
import { roundFor, roundNow, walkOf } from './place/walk.ts'
import type { ItemRow, UploadRow } from './store/tables.ts'
import type { SyncView } from './sync/sync.ts'

/** The state that screens draw, put together from what is kept and what is going on. */

export interface ViewSources {
  isOpening: boolean
  offline: PhoneState['offline']
  isOnline: boolean
  kept: Kept
  live: Live
  sync: SyncView
  fixes: FixWatch
  now: number
}

/** Older ones point somewhere else by now. */
const fixAgeMs = 2 * 60_000

const itemLine =
  (isSending: boolean) =>
  ({ id, kind, at, text }: ItemRow): QueueLine => ({
    id,
    kind,
    at,
    text,
    progress: null,
    state: isSending ? 'sending' : 'waiting',
  })

const uploadLine =
  (isSending: boolean) =>
  ({ key, kind, at, text, sent, size }: UploadRow): QueueLine => ({
    id: key,
    kind,
    at,
    text,
    progress: { sent, size },
    state: isSending && sent > 0 ? 'sending' : 'waiting',
  })

const waits = ({ state }: { state: string }) => state !== 'refused'

function queueLines({ items, overflow, uploads }: Kept, { state }: SyncView): QueueLine[] {
  const isSending = state === 'sending'
  return [
    ...[...items, ...overflow].filter(waits).map(itemLine(isSending)),
    ...uploads.filter(waits).map(uploadLine(isSending)),
  ]
}

function refusedLines({ items, uploads }: Kept): RefusedLine[] {
  const rows = [...items, ...uploads.map((upload) => ({ ...upload, id: upload.key }))]
  return rows
    .filter(({ state }) => state === 'refused')
    .map(({ id, kind, at, text, reason, detail }) => ({
      id,
      kind,
      at,
      text,
      reason: reason ?? 'refused',
      detail,
    }))
}

function otherRounds({ day }: Kept, now: number, chosen: string | null): DayRound[] {
  if (!day) return []
  const current = roundNow(day.day, now, chosen)
  return day.day.rounds
    .filter((round) => round.id !== current?.id && round.dueUntil >= now)
    .sort((one, other) => one.dueFrom - other.dueFrom)
}

function stageOf({ isOpening, live }: ViewSources): PhoneState['stage'] {
  if (isOpening) return 'opening'
  return live.person ? 'patrol' : 'signIn'
}

function walkPart({ kept, live: { chosenRound: chosen }, fixes, now }: ViewSources) {
  const day = kept.day?.day ?? null
  const fix = fixes.within(fixAgeMs)
  const visits = visitsOf(kept, (of, point, at) => roundFor(of, point, at)?.id ?? null)
  return {
    day,
    dayAt: kept.day?.at ?? null,
    walk: day && walkOf({ day, now, chosen, visits, fix }),
    otherRounds: otherRounds(kept, now, chosen),
    tasks: day?.tasks.filter(({ doneAt }) => doneAt === null) ?? [],
    reports: kept.day?.reports ?? [],
    fix,
    fixState: fixes.state(),
  }
}

export function viewOf(sources: ViewSources): PhoneState {
  const { kept, live, sync, offline, isOnline } = sources
  const { person, done, isTagKept, isTagWrong, wanted, isDiskFull, isSessionOver } = live
  return {
    stage: stageOf(sources),
    offline,
    person,
    others: kept.others,
    isOnline,
    sync: isSessionOver ? 'signedOut' : sync.state,
    nextTryAt: sync.nextTryAt,
    ...walkPart(sources),
    queue: queueLines(kept, sync),
    refused: refusedLines(kept),
    taken: kept.taken.map(({ id, at, point, round, marks }) => ({
      id,
      at,
      point,
      round,
      marks: marks satisfies CheckinMark[],
    })),
    done,
    isTagKept,
    isTagWrong,
    wanted,
    isDiskFull,
  }
}
