import { createHash } from 'node:crypto'
import type { Fix } from '../domain/checkin.ts'
import { canonicalJson } from '../domain/checkin-chain.ts'
import { judgeTime, type SentTime } from '../domain/checkin-time.ts'
import type { Actor } from '../domain/person.ts'
import type { TagBook, TagReading } from '../ports/tags.ts'

/** What of a check-in can be said before the tables are asked. */

/** As a phone sends it. */
interface SaidCheckin {
  id: string
  point?: string | undefined
  tag: string
  url?: string | undefined
  at: number
  monotonicMs?: number | undefined
  clock?: string | undefined
  lon?: number | undefined
  lat?: number | undefined
  accuracyM?: number | undefined
  round?: string | undefined
  photo?: string | undefined
  previousHash?: string | undefined
  phone?: string | undefined
  findings?: string[] | undefined
  note?: string | undefined
  task?: string | undefined
  verdict?: 'settled' | 'unsettled' | undefined
}

/** `raw` is what came; `said` what it means, or why it means nothing. */
export type SentCheckin = { raw: unknown } & (
  | { said: SaidCheckin; problem?: undefined }
  | { said?: undefined; problem: string }
)

interface Sender {
  /** User id; null: a badge that nobody is known by. */
  patroller: string | null
  team: string | null
  /** Where it belongs as long as no point says so. */
  village: string
  grid: string | null
}

/** Ready to be judged by what is known. */
export interface Candidate extends Sender {
  id: string
  /** What it is kept under when somebody else has its id. */
  otherId: string
  said: SaidCheckin | null
  problem: string | null
  sent: string | null
  at: number
  receivedAt: number
  isSkewed: boolean
  isBadTime: boolean
  isByPhone: boolean
  reading: TagReading
  fix: Fix | null
  hash: string | null
}

/** Where a phone says nothing of it, the benefit of the doubt. */
const unknownAccuracyM = 100
const longestSent = 8192
const longestProblem = 500
/** A check-in with all that it may have is half as much. */
const mostParts = 200
const mostLetters = 16_384
/** What a phone may call its check-ins; `reader:` is for those that stand there. */
const idPattern = /^(?!reader:)[\x20-\x7e]{1,64}$/
const nothing: TagReading = { kind: 'refused', refusal: 'unknownTag', point: null }

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function senderOf({ id, team, scope }: Pick<Actor, 'id' | 'team' | 'scope'>): Sender {
  const grid = scope.length === 15 ? scope : null
  return { patroller: id, team: team ?? null, village: scope.slice(0, 12), grid }
}

function fixOf({ lon, lat, accuracyM }: SaidCheckin): Fix | null {
  if (lon === undefined || lat === undefined) return null
  return { position: [lon, lat], accuracyM: accuracyM ?? unknownAccuracyM }
}

/** What nests without end, or holds more than any check-in, has no text here. */
function textOf(raw: unknown): string | undefined {
  return isModest(raw, { parts: mostParts, letters: mostLetters }) ? canonicalJson(raw) : undefined
}

/** Sorting the keys of a whole body would hold up everybody else for a second. */
function isModest(value: unknown, left: { parts: number; letters: number }): boolean {
  left.parts -= 1
  if (typeof value === 'string') left.letters -= value.length
  if (left.parts < 0 || left.letters < 0) return false
  if (typeof value !== 'object' || value === null) return true
  for (const key in value) {
    left.letters -= key.length
    if (!isModest((value as Record<string, unknown>)[key], left)) return false
  }
  return true
}

function problemOf(sent: SentCheckin, text: string | undefined): string | undefined {
  if (sent.problem !== undefined) return sent.problem
  if (text === undefined) return 'it holds more than a check-in does.'
  const { id, tag, url, note, task } = sent.said
  if (!idPattern.test(id)) return 'id: must be printable characters, and not begin with reader:.'
  // At a task there need be no tag.
  if (tag === 'manual' && url === undefined && task === undefined && !note?.trim()) {
    return 'note: say why it was made by hand.'
  }
  return undefined
}

/** The id it was sent with, where that is one. */
function idIn(raw: unknown): string | undefined {
  if (typeof raw !== 'object' || raw === null || !('id' in raw)) return undefined
  return typeof raw.id === 'string' && idPattern.test(raw.id) ? raw.id : undefined
}

interface Unread {
  sender: Sender
  receivedAt: number
  problem: string
  text: string | undefined
}

function unread(raw: unknown, { sender, receivedAt, problem, text }: Unread): Candidate {
  const otherId = `bad-${sha256(`${sender.patroller} ${text ?? ''}`).slice(0, 40)}`
  return {
    ...sender,
    id: idIn(raw) ?? otherId,
    otherId,
    said: null,
    problem: problem.slice(0, longestProblem),
    sent: (text ?? '').slice(0, longestSent),
    at: receivedAt,
    receivedAt,
    isSkewed: false,
    isBadTime: false,
    isByPhone: true,
    reading: nothing,
    fix: null,
    hash: text === undefined ? null : sha256(text),
  }
}

/** Asks the tag book, so not within a transaction. */
export async function prepareSent(
  sent: SentCheckin,
  { sender, time, tags }: { sender: Sender; time: SentTime; tags: Pick<TagBook, 'read'> },
): Promise<Candidate> {
  const { receivedAt } = time
  const text = textOf(sent.raw)
  const problem = problemOf(sent, text)
  if (problem !== undefined || !sent.said) {
    return unread(sent.raw, { sender, receivedAt, problem: problem ?? '', text })
  }
  const { said } = sent
  const judged = judgeTime(
    { saidAt: said.at, monotonicMs: said.monotonicMs ?? null, clock: said.clock ?? null },
    time,
  )
  const { tag, url, point } = said
  return {
    ...sender,
    id: said.id,
    otherId: `other-${sha256(`${sender.patroller} ${said.id}`).slice(0, 40)}`,
    said,
    problem: null,
    sent: null,
    at: judged.at,
    receivedAt,
    isSkewed: judged.isSkewed,
    isBadTime: judged.isBad,
    isByPhone: true,
    reading: await tags.read({ tag, url, point, at: judged.at }),
    fix: fixOf(said),
    hash: sha256(text ?? ''),
  }
}
