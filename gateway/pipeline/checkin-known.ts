import { neighbourMs, type PhoneUse, type Step, samePhoneMs } from '../domain/checkin-marks.ts'
import { type OpenRound, roundSlackMs } from '../domain/checkin-round.ts'
import { type SaidTime, wasSetBack } from '../domain/checkin-time.ts'
import type {
  CheckinUnit,
  KnownPoint,
  NewKeptCheckin,
  RecentCheckin,
  Span,
  SpanOf,
  TaskPlace,
} from '../ports/checkin-store.ts'
import type { Candidate } from './checkin-prepare.ts'

/** What some check-ins are judged by: loaded once for all of them, and kept up with as each is booked. */
export interface Known {
  points: ReadonlyMap<string, KnownPoint>
  roundsOf(point: string): readonly OpenRound[]
  /** Whether rounds are walked there, so that being there outside of all is odd. */
  isAwaited(point: string, task: string | undefined): boolean
  /** Where the task is that it names. */
  taskOf(candidate: Candidate): TaskPlace | undefined
  visitedIn(round: string | undefined): ReadonlySet<string>
  neighbours(patroller: string | null, at: number): Step[]
  uses(candidate: Candidate): PhoneUse[]
  wasClockSet(candidate: Candidate): boolean
  remember(kept: NewKeptCheckin): void
}

/** Spans around the times; those that touch are one. */
function spansAround(times: readonly number[], slackMs: number): Span[] {
  const spans: Span[] = []
  for (const at of times.toSorted((a, b) => a - b)) {
    const last = spans.at(-1)
    if (last && at - slackMs <= last.to) last.to = at + slackMs
    else spans.push({ from: at - slackMs, to: at + slackMs })
  }
  return spans
}

function spansOf(
  candidates: readonly Candidate[],
  nameOf: (one: Candidate) => string | null | undefined,
  slackMs: number,
): SpanOf[] {
  return [...Map.groupBy(candidates, nameOf)].flatMap(([id, ones]) => {
    if (!id) return []
    const times = ones.map(({ at }) => at)
    return spansAround(times, slackMs).map((span) => ({ id, ...span }))
  })
}

function append<T>(map: Map<string, T[]>, key: string | null, one: T): void {
  if (key === null) return
  const list = map.get(key)
  if (list) list.push(one)
  else map.set(key, [one])
}

/** Visits, uses of phones and clocks, by whose they are. */
function createTrail() {
  const steps = new Map<string, Step[]>()
  const usesBy = new Map<string, PhoneUse[]>()
  const clocks = new Map<string, SaidTime[]>()

  return {
    add(one: RecentCheckin): void {
      const { patroller, phone, point, lon, lat, at, clock } = one
      if (point !== null && lon !== null && lat !== null) {
        append(steps, patroller, { point, position: [lon, lat], at })
      }
      if (patroller !== null && phone !== null) {
        const use = { patroller, phone, at }
        append(usesBy, `by ${patroller}`, use)
        append(usesBy, `of ${phone}`, use)
      }
      if (one.monotonicMs !== null) append(clocks, clock && `${patroller} ${clock}`, one)
    },
    neighbours(patroller: string | null, at: number): Step[] {
      let before: Step | undefined
      let after: Step | undefined
      for (const step of steps.get(patroller ?? '') ?? []) {
        if (step.at <= at && (!before || step.at >= before.at)) before = step
        if (step.at > at && (!after || step.at < after.at)) after = step
      }
      return [before, after].filter((step) => step !== undefined)
    },
    uses(patroller: string | null, phone: string | undefined): PhoneUse[] {
      if (patroller === null || phone === undefined) return []
      return [...(usesBy.get(`by ${patroller}`) ?? []), ...(usesBy.get(`of ${phone}`) ?? [])]
    },
    /** The one just before it by the clock that nobody can set. */
    sameClock(patroller: string | null, { clock, monotonicMs }: SaidTime): SaidTime | undefined {
      let before: SaidTime | undefined
      for (const one of clocks.get(`${patroller} ${clock}`) ?? []) {
        const isEarlier = (one.monotonicMs ?? 0) <= (monotonicMs ?? 0)
        if (isEarlier && (one.monotonicMs ?? 0) >= (before?.monotonicMs ?? 0)) before = one
      }
      return before
    },
  }
}

async function recentOf(unit: CheckinUnit, candidates: readonly Candidate[]) {
  const recent = await unit.recent({
    patrollers: spansOf(candidates, ({ patroller }) => patroller, neighbourMs),
    phones: spansOf(candidates, ({ said }) => said?.phone, samePhoneMs),
  })
  const trail = createTrail()
  for (const one of recent) trail.add(one)
  return trail
}

export async function loadKnown(
  unit: CheckinUnit,
  candidates: readonly Candidate[],
): Promise<Known> {
  const pointIds = new Set(candidates.map(({ reading }) => reading.point ?? ''))
  const times = candidates.map(({ at }) => at)
  const points = await unit.points([...pointIds])
  const rounds = await unit.rounds(spansAround(times, roundSlackMs))
  const routePoints = await unit.routePoints()
  const trail = await recentOf(unit, candidates)
  const strict = rounds.filter(({ order }) => order === 'strict').map(({ id }) => id)
  const visited = await unit.visited(strict)
  const tasks = await unit.tasks(candidates.flatMap(({ said }) => said?.task ?? []))
  const byPoint = new Map<string, OpenRound[]>()
  for (const round of rounds) for (const point of round.points) append(byPoint, point, round)

  return {
    points,
    roundsOf: (point) => byPoint.get(point) ?? [],
    taskOf: ({ said }) => tasks.get(said?.task ?? ''),
    isAwaited: (point, task) => routePoints.has(point) && !tasks.has(task ?? ''),
    visitedIn: (round) => visited.get(round ?? '') ?? new Set(),
    neighbours: (patroller, at) => trail.neighbours(patroller, at),
    uses: ({ patroller, said }) => trail.uses(patroller, said?.phone),
    wasClockSet({ patroller, said }) {
      if (!said?.clock || said.monotonicMs === undefined) return false
      const { at: saidAt, monotonicMs, clock } = said
      const before = trail.sameClock(patroller, { saidAt, monotonicMs, clock })
      return before !== undefined && wasSetBack(before, { saidAt, monotonicMs, clock })
    },
    remember(kept) {
      const { lon, lat } = points.get(kept.point ?? '') ?? { lon: null, lat: null }
      trail.add({ ...kept, lon, lat })
      if (kept.round === null || kept.point === null) return
      visited.set(kept.round, (visited.get(kept.round) ?? new Set()).add(kept.point))
    },
  }
}
