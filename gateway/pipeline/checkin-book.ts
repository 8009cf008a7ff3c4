import type { CheckinRefusal } from '../domain/checkin.ts'
import { marksOf } from '../domain/checkin-marks.ts'
import { roundOf } from '../domain/checkin-round.ts'
import { shownTime } from '../domain/checkin-time.ts'
import { judgeTap, type TapUse } from '../domain/tag-tap.ts'
import type { BookedCheckin, CheckinUnit, NewKeptCheckin } from '../ports/checkin-store.ts'
import { type Known, loadKnown } from './checkin-known.ts'
import type { Candidate } from './checkin-prepare.ts'

/**
 * Books check-ins inside one transaction, one after the other as they were sent: each is judged by
 * what is in the tables and by those before it. Each exists once, by its id: sent again, it has the
 * same answer again.
 */

/** A check-in under somebody else's id is kept, but not as that one. */
const takenId = 'id: somebody else sent a check-in with this id; send it with another.'

/** Whether what may count once only counts now; from then on it was used. */
async function useOf(unit: CheckinUnit, { reading, patroller, at }: Candidate): Promise<TapUse> {
  const once = reading.kind === 'genuine' ? reading.once : null
  if (once === null) return 'first'
  if (once.kind === 'counter') {
    const tap = { counter: once.counter, at }
    const use = judgeTap(tap, await unit.tapsBeside(once.uid, once.counter))
    if (use !== 'again') await unit.addTap(once.uid, tap)
    return use
  }
  const { point, step } = once
  const isFirst = patroller === null || (await unit.useStep({ patroller, point, step }))
  return isFirst ? 'first' : 'again'
}

interface Verdict {
  refusal: CheckinRefusal | null
  isReplayed: boolean
}

const refused = (refusal: CheckinRefusal): Verdict => ({ refusal, isReplayed: false })
const accepted: Verdict = { refusal: null, isReplayed: false }

/** At the place of a task, where no point is: that of the fix is what the task is judged by. */
function isOnlyOfTask({ said, reading }: Candidate): boolean {
  const { tag, url, point } = said ?? {}
  return reading.kind === 'refused' && tag === 'manual' && url === undefined && point === undefined
}

async function verdictOf(unit: CheckinUnit, candidate: Candidate, known: Known): Promise<Verdict> {
  const { reading, isBadTime, problem } = candidate
  if (problem !== null) return refused('invalid')
  const atPlace = isBadTime ? refused('badTime') : accepted
  if (isOnlyOfTask(candidate) && known.taskOf(candidate)) return atPlace
  if (reading.kind === 'refused') return refused(reading.refusal)
  // Removed since its tag was read.
  if (!known.points.has(reading.point)) return refused('unknownTag')
  const use = await useOf(unit, candidate)
  if (use === 'again') return { refusal: 'replayed', isReplayed: true }
  return { ...atPlace, isReplayed: use === 'late' }
}

function placed(candidate: Candidate, known: Known) {
  const point = known.points.get(candidate.reading.point ?? '') ?? null
  const place = (isOnlyOfTask(candidate) && known.taskOf(candidate)) || candidate
  if (point === null) return { point, village: place.village, grid: place.grid }
  return { point, village: point.grid.slice(0, 12), grid: point.grid }
}

function judged(candidate: Candidate, known: Known, { refusal, isReplayed }: Verdict) {
  const { said, at, receivedAt, patroller, team } = candidate
  const { point, village, grid } = placed(candidate, known)
  const asked = { at, team, named: said?.round ?? null }
  const round = point && roundOf({ point: point.id, ...asked }, known.roundsOf(point.id))
  const facts = {
    at,
    receivedAt,
    isSkewed: candidate.isSkewed || known.wasClockSet(candidate),
    isReplayed,
    isByPhone: candidate.isByPhone,
    fix: candidate.fix,
    point: point && { ...point, position: [point.lon, point.lat] as [number, number] },
    round: round ?? null,
    isRoutePoint: point !== null && known.isAwaited(point.id, said?.task),
    visited: known.visitedIn(round?.id),
    neighbours: known.neighbours(patroller, at),
    uses: known.uses(candidate),
    patroller,
    phone: said?.phone ?? null,
  }
  return {
    marks: refusal === 'invalid' ? [] : marksOf(facts),
    point: point?.id ?? null,
    round: round?.id ?? null,
    village,
    grid,
  }
}

function toKept(
  candidate: Candidate,
  outcome: Pick<NewKeptCheckin, 'id' | 'refusal' | 'problem'> & ReturnType<typeof judged>,
): NewKeptCheckin {
  const { said, reading, fix } = candidate
  return {
    ...outcome,
    status: outcome.refusal === null ? 'accepted' : 'refused',
    sent: candidate.sent,
    grade: reading.kind === 'genuine' ? reading.grade : 'manual',
    patroller: candidate.patroller,
    team: candidate.team,
    at: candidate.at,
    saidAt: shownTime(said?.at ?? candidate.at),
    receivedAt: candidate.receivedAt,
    monotonicMs: said?.monotonicMs ?? null,
    clock: said?.clock ?? null,
    lon: fix?.position[0] ?? null,
    lat: fix?.position[1] ?? null,
    accuracyM: fix?.accuracyM ?? null,
    phone: said?.phone ?? null,
    photo: said?.photo ?? null,
    findings: said?.findings ?? [],
    note: said?.note ?? null,
    hash: candidate.hash,
    previousHash: said?.previousHash ?? null,
    task: said?.task ?? null,
    verdict: said?.verdict ?? null,
  }
}

/** One event for all that happened in a round, and for all of a place that is of none. */
async function tell(unit: CheckinUnit, added: readonly NewKeptCheckin[]): Promise<void> {
  const last = new Map(added.map((one) => [one.round ?? one.grid ?? one.village, one]))
  for (const { id, round, village, grid, receivedAt } of last.values()) {
    const kind = round === null ? 'checkin' : 'round'
    const body = { id: round ?? id, kind } as const
    await unit.emit({ at: receivedAt, topic: 'patrol', village, place: grid ?? village, body })
  }
}

/** A purge takes the person away: the id alone is then as good. */
function isOwn({ patroller }: BookedCheckin, by: Candidate): boolean {
  return patroller === null || patroller === by.patroller
}

export async function bookAll(
  unit: CheckinUnit,
  candidates: readonly Candidate[],
): Promise<BookedCheckin[]> {
  const ids = candidates.flatMap(({ id, otherId }) => [id, otherId])
  const booked = new Map((await unit.booked(ids)).map((one) => [one.id, one]))
  const known = await loadKnown(
    unit,
    candidates.filter(({ id }) => !booked.has(id)),
  )
  const added: NewKeptCheckin[] = []
  const answers: BookedCheckin[] = []

  async function add(candidate: Candidate, id: string, taken: string | null) {
    const verdict = taken === null ? await verdictOf(unit, candidate, known) : refused('invalid')
    const { refusal } = verdict
    const problem = taken ?? candidate.problem
    const kept = toKept(candidate, { id, refusal, problem, ...judged(candidate, known, verdict) })
    if (refusal === null) known.remember(kept)
    added.push(kept)
    booked.set(id, kept)
    return kept
  }

  for (const candidate of candidates) {
    const { id, otherId } = candidate
    const there = booked.get(id)
    if (there && !isOwn(there, candidate)) {
      const other = booked.get(otherId) ?? (await add(candidate, otherId, takenId))
      answers.push({ ...other, id })
    } else answers.push(there ?? (await add(candidate, id, null)))
  }
  await unit.add(added)
  await tell(unit, added)
  return answers
}
