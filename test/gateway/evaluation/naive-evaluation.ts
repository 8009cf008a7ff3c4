import type { Kysely } from 'kysely'
import type { Town } from '../../../gateway/domain/town.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'

/**
 * The evaluation once more, by another way and for one town only: raw rows, a zone of fixed offset,
 * budgets that are used up instead of deadlines that move. Slow and simple on purpose.
 */

const hour = 3_600_000
const day = 24 * hour
const zone = 8 * hour

type CaseRow = {
  id: string
  hazard: string
  village: string
  state: string
  opened_at: number
  holder: string | null
}
type Row = {
  at: number
  act: string
  from_state: string | null
  to_state: string | null
  facts: Record<string, unknown>
}

type Clock = (from: number, to: number) => number

function clockFor(town: Town, hazard: string): { run: Clock; allowance: Record<string, number> } {
  const found = town.hazards.find((one) => one.id === hazard)
  if (!found) throw new Error(hazard)
  const { clocks, workHours } = found
  const { restDays, workDays } = town.calendar
  const run: Clock = (from, to) => {
    if (!workHours) return Math.max(0, to - from)
    let sum = 0
    for (let at = Math.floor((from + zone) / day) * day; at <= to + zone; at += day) {
      const name = new Date(at).toISOString().slice(0, 10)
      const weekday = new Date(at).getUTCDay()
      const works = (weekday % 6 !== 0 || workDays.includes(name)) && !restDays.includes(name)
      if (!works) continue
      const opens = at - zone + 8.5 * hour
      const closes = at - zone + 17.5 * hour
      sum += Math.max(0, Math.min(to, closes) - Math.max(from, opens))
    }
    return sum
  }
  return { run, allowance: { ...clocks } }
}

const stepIn: Record<string, [step: string, act: string]> = {
  reported: ['accept', 'accept'],
  accepted: ['dispatch', 'dispatch'],
  dispatched: ['sign', 'sign'],
  handling: ['handle', 'feedback'],
}

export interface NaiveCase {
  row: CaseRow
  rows: Row[]
  steps: {
    step: string
    onTime: boolean
    minutes: number | null
    hadOverdue: boolean
    granted: boolean
  }[]
  suspendedMs: number
  closeMinutes: number | null
  closedAt: number | null
}

/** Cuts the timeline into stays in one state (suspension belongs to handling), then judges each stay. */
function judge(town: Town, row: CaseRow, rows: Row[], now: number): NaiveCase {
  const { run, allowance } = clockFor(town, row.hazard)
  const stays: { state: string; from: number; to: number; left: string | null; rows: Row[] }[] = []
  let stay = {
    state: 'reported',
    from: row.opened_at,
    to: now,
    left: null as string | null,
    rows: [] as Row[],
  }
  stays.push(stay)
  for (const one of rows) {
    const moves =
      one.to_state !== null && one.from_state !== null && one.to_state !== one.from_state
    const pauses = one.to_state === 'suspended' || (one.from_state === 'suspended' && moves)
    if (!moves || pauses) {
      stay.rows.push(one)
      continue
    }
    stay.to = one.at
    stay.left = one.act
    stay = { state: one.to_state as string, from: one.at, to: now, left: null, rows: [] }
    stays.push(stay)
  }
  const steps: NaiveCase['steps'] = []
  let suspendedMs = 0
  let suspendedClock = 0
  for (const one of stays) {
    const [step, awaited] = stepIn[one.state] ?? []
    let at = one.from
    let paused = false
    let used = 0
    let total = 0
    let budget = (allowance[step ?? ''] ?? 0) * 60_000
    let late = false
    const spend = (until: number) => {
      if (paused) {
        suspendedMs += until - at
        suspendedClock += run(at, until)
      } else {
        used += run(at, until)
        total += run(at, until)
      }
      at = until
    }
    // Outside working hours a budget is used up to the millisecond and lasts until somebody acts.
    const overBy = () => used > budget
    for (const act of one.rows) {
      spend(act.at)
      if (act.to_state === 'suspended') {
        late ||= overBy()
        paused = true
      } else if (act.from_state === 'suspended' && act.to_state === 'handling') paused = false
      else if (act.act === 'grantExtension' && !paused)
        budget = used + run(act.at, Number(act.facts['until']))
      else if ((act.act === 'passUp' || act.act === 'escalated') && !paused) {
        late ||= overBy() || act.act === 'escalated'
        used = 0
        budget = (allowance[step ?? ''] ?? 0) * 60_000
      }
    }
    spend(one.to)
    late ||= !paused && overBy()
    if (step === undefined) continue
    const hadOverdue = one.rows.some(({ act }) => act === 'overdue')
    const granted = one.rows.some(({ act }) => act === 'grantExtension')
    if (one.left === awaited)
      steps.push({ step, onTime: !late, minutes: total / 60_000, hadOverdue, granted })
    else if (late) steps.push({ step, onTime: false, minutes: null, hadOverdue, granted })
  }
  const closed = rows.filter(
    ({ from_state, to_state }) => from_state !== 'closed' && to_state === 'closed',
  )
  const closedAt = row.state === 'closed' ? (closed.at(-1)?.at ?? null) : null
  const closeMinutes =
    closedAt === null ? null : (run(row.opened_at, closedAt) - suspendedClock) / 60_000
  return { row, rows, steps, suspendedMs, closeMinutes, closedAt }
}

function middle(values: number[]): number | null {
  if (values.length === 0) return null
  const list = values.slice().sort((a, b) => a - b)
  return list.length % 2 === 1
    ? (list[(list.length - 1) / 2] as number)
    : ((list[list.length / 2 - 1] as number) + (list[list.length / 2] as number)) / 2
}

const ratio = (part: number, whole: number) => (whole === 0 ? null : part / whole)

function figures(cases: NaiveCase[]) {
  const all = cases.flatMap(({ steps }) => steps)
  const acts = (name: string) =>
    cases.flatMap(({ rows }) => rows).filter(({ act }) => act === name).length
  const scores = cases
    .map(({ rows }) => rows.filter(({ act }) => act === 'evaluate').at(-1)?.facts['score'])
    .filter((score): score is number => typeof score === 'number')
  const steps = ['accept', 'dispatch', 'sign', 'handle'] as const
  const onTime = Object.fromEntries(
    steps.map((step) => {
      const those = all.filter((one) => one.step === step)
      return [step, ratio(those.filter((one) => one.onTime).length, those.length)]
    }),
  )
  const medians = Object.fromEntries(
    steps.map((step) => {
      const those = all.filter((one) => one.step === step && one.minutes !== null)
      return [step, middle(those.map((one) => one.minutes as number))]
    }),
  )
  return {
    opened: cases.length,
    closed: cases.filter(({ closedAt }) => closedAt !== null).length,
    onTime,
    returnRate: ratio(acts('sendBack'), acts('dispatch')),
    reworkRate: ratio(acts('rework'), acts('feedback')),
    medianMinutes: {
      ...medians,
      close: middle(cases.map((one) => one.closeMinutes).filter((one) => one !== null)),
    },
    meanScore: ratio(
      scores.reduce((a, b) => a + b, 0),
      scores.length,
    ),
  }
}

/** How long the devices were silent, each by any of its alarms. */
async function offlineMinutes(db: Kysely<Tables>, { from, to, now }: Record<string, number>) {
  const alarms = await db.selectFrom('alarm').select(['device', 'cause', 'cleared_at']).execute()
  const spans = new Map<string, [number, number][]>()
  for (const { device, cause, cleared_at } of alarms) {
    const { lastHeardAt } = JSON.parse(cause) as { lastHeardAt?: number }
    if (lastHeardAt === undefined) continue
    const span: [number, number] = [
      Math.max(lastHeardAt, from as number),
      Math.min(cleared_at ?? Number.POSITIVE_INFINITY, to as number, now as number),
    ]
    spans.set(device, [...(spans.get(device) ?? []), span])
  }
  let sum = 0
  for (const own of spans.values()) {
    // Between any two neighbouring borders a device is silent throughout or not at all.
    const borders = [...new Set(own.flat())].sort((a, b) => a - b)
    for (const [at, start] of borders.entries()) {
      const end = borders[at + 1]
      if (end === undefined) continue
      if (own.some(([a, b]) => a <= start && end <= b)) sum += end - start
    }
  }
  return sum / 60_000
}

export async function naiveEvaluation(
  db: Kysely<Tables>,
  town: Town,
  { from, to, now }: { from: number; to: number; now: number },
) {
  const everything = await db.selectFrom('case').selectAll().execute()
  const history = await db.selectFrom('case_history').selectAll().orderBy('id').execute()
  const opened = everything.filter((row) => row.opened_at >= from && row.opened_at < to)
  const counted = opened
    .filter(
      ({ hazard, state }) => hazard !== 'deviceFault' && state !== 'void' && state !== 'merged',
    )
    .map((row) => {
      const rows = history
        .filter(({ case_id }) => case_id === row.id)
        .map((one) => ({ ...one, facts: JSON.parse(one.detail ?? '{}') as Row['facts'] }))
      return judge(town, row, rows, now)
    })
  const lastHolder = ({ rows }: NaiveCase): [kind: unknown, id: unknown] => {
    const facts = rows.filter(({ act }) => act === 'dispatch').at(-1)?.facts
    return [facts?.['toKind'], facts?.['to']]
  }
  const group = (keyOf: (one: NaiveCase) => string | null) => {
    const keys = [...new Set(counted.map(keyOf))].filter((key) => key !== null)
    return new Map(keys.map((key) => [key, figures(counted.filter((one) => keyOf(one) === key))]))
  }
  return {
    counted,
    villages: group(({ row }) => row.village),
    units: group((one) => {
      const [kind, id] = lastHolder(one)
      if (kind === 'unit') return String(id)
      return town.hazards.find((hazard) => hazard.id === one.row.hazard)?.unit ?? null
    }),
    teams: group((one) => {
      const [kind, id] = lastHolder(one)
      return kind === 'team' ? String(id) : null
    }),
    suspendedMinutes: counted.reduce((sum, one) => sum + one.suspendedMs, 0) / 60_000,
    offlineMinutes: await offlineMinutes(db, { from, to, now }),
    deviceFaults: opened.filter(
      ({ hazard, state }) => hazard === 'deviceFault' && state !== 'merged',
    ).length,
  }
}
