import type { CheckinRefusal } from '../domain/checkin.ts'
import { marksOf } from '../domain/checkin-marks.ts'
import { roundOf } from '../domain/checkin-round.ts'
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

/** Whether what may count once only counts now. */
async function isFirstUse(unit: CheckinUnit, { reading, patroller }: Candidate): Promise<boolean> {
  const once = reading.kind === 'genuine' ? reading.once : null
  if (once === null) return true
  if (once.kind === 'counter') return unit.raiseCounter(once.uid, once.counter)
  const { point, step } = once
  return patroller === null || unit.useStep({ patroller, point, step })
}

/** At the place of a task, where no point is: that of the fix is what the task is judged by. */
function isOnlyOfTask({ said, reading }: Candidate): boolean {
  const { tag, url, point } = said ?? {}
  return reading.kind === 'refused' && tag === 'manual' && url === undefined && point === undefined
}

async function refusalOf(
  unit: CheckinUnit,
  candidate: Candidate,
  known: Known,
): Promise<CheckinRefusal | null> {
  const { reading, isBadTime, problem } = candidate
  if (problem !== null) return 'invalid'
  if (isOnlyOfTask(candidate) && known.taskOf(candidate)) return isBadTime ? 'badTime' : null
  if (reading.kind === 'refused') return reading.refusal
  // Removed since its tag was read.
  if (!known.points.has(reading.point)) return 'unknownTag'
  if (!(await isFirstUse(unit, candidate))) return 'replayed'
  return isBadTime ? 'badTime' : null
}

function placed(candidate: Candidate, known: Known) {
  const point = known.points.get(candidate.reading.point ?? '') ?? null
  const place = (isOnlyOfTask(candidate) && known.taskOf(candidate)) || candidate
  if (point === null) return { point, village: place.village, grid: place.grid }
  return { point, village: point.grid.slice(0, 12), grid: point.grid }
}

function judged(candidate: Candidate, known: Known, refusal: CheckinRefusal | null) {
  const { said, at, receivedAt, patroller, team } = candidate
  const { point, village, grid } = placed(candidate, known)
  const asked = { at, team, named: said?.round ?? null }
  const round = point && roundOf({ point: point.id, ...asked }, known.roundsOf(point.id))
  const facts = {
    at,
    receivedAt,
    isSkewed: candidate.isSkewed || known.wasClockSet(candidate),
    isReplayed: refusal === 'replayed',
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
    saidAt: said?.at ?? candidate.at,
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
    const refusal = taken === null ? await refusalOf(unit, candidate, known) : 'invalid'
    const problem = taken ?? candidate.problem
    const kept = toKept(candidate, { id, refusal, problem, ...judged(candidate, known, refusal) })
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
