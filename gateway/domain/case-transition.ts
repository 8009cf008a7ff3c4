import { type Case, type CaseAct, type CaseNote, type CaseState, caseActs } from './case.ts'
import {
  type ActRequest,
  type Effect,
  type Facts,
  type Moved,
  type Refusal,
  whatIsMissing,
} from './case-acts.ts'
import {
  type ClockRules,
  extendedClock,
  noClock,
  resumedClock,
  stepClock,
  suspendedClock,
  withTimer,
} from './case-clock.ts'
import { mayAct, mayProve, type Person } from './case-permission.ts'
import { type Beside, isEnded, nextState, tierOver, whyIllegal } from './case-states.ts'

/**
 * The one way a person changes a case. An act is done when the state knows it, the person's role
 * may do it at the tier that owns the case, and all it needs was given; anything else is a refusal
 * that says why. Nothing here reads a clock or a store.
 */

type Offered = Beside & Pick<Case, 'holder'>

/** What this person may do now: the buttons of the case's page. */
export function actsFor(present: Offered, person: Person): CaseAct[] {
  return caseActs.filter((act) => refusedTo(present, person, act) === null)
}

/** Why this person cannot do this here, whatever they give. */
function refusedTo(
  present: Offered,
  person: Person,
  act: CaseAct,
  isProven = false,
): Refusal | null {
  const forbidden: Refusal = { kind: 'forbidden', act, role: person.role }
  if (!mayAct(person, present, act) && !(isProven && mayProve(act))) return forbidden
  if (nextState(present, act) === undefined) {
    return { kind: 'illegal', act, state: present.state, message: whyIllegal(present, act) }
  }
  const { claimedBy, extension } = present
  const isLeader = person.role === 'townAdmin' || person.role === 'supervisor'
  if (act === 'claim' && claimedBy === person.id) {
    return { kind: 'illegal', act, state: present.state, message: 'You are on this case already.' }
  }
  if (act === 'claim' && claimedBy !== null) return { kind: 'claimed', act, by: claimedBy }
  // Somebody who went home must not keep others away.
  if (act === 'release' && claimedBy !== null && claimedBy !== person.id && !isLeader) {
    return { kind: 'claimed', act, by: claimedBy }
  }
  // Nobody grants what they asked for themselves, unless it is theirs to decide anyway.
  if (act === 'grantExtension' && extension?.by === person.id && !isLeader) return forbidden
  return null
}

export interface ActContext {
  person: Person
  now: number
  clock: ClockRules
  /** Ids of the alarms of the case; needed for `split`. */
  alarms?: readonly string[]
  /** A check-in on the spot speaks for the person, and instead of words. */
  isProven?: boolean
}

export function transition(
  present: Case,
  request: ActRequest,
  context: ActContext,
): Moved | Refusal {
  const { act } = request
  const { person, now, alarms = [], isProven = false } = context
  const refused = refusedTo(present, person, act, isProven)
  if (refused !== null) return refused
  if (isForSomebodyElse(request, person)) return { kind: 'forbidden', act, role: person.role }
  const missing = isProven ? null : whatIsMissing(present, request, { now, alarms })
  if (missing !== null) return { kind: 'missing', act, ...missing }
  const state = nextState(present, act) ?? present.state
  const changed = {
    ...after(present, { ...request, state }, context),
    version: present.version + 1,
  }
  const effects = effectsOf(present, changed, request)
  return {
    kind: 'moved',
    state,
    next: withTimer(changed),
    facts: factsOf(present, changed, request),
    effects,
  }
}

/** 微事不出网格: a grid worker takes it, and gives it to nobody else. */
function isForSomebodyElse({ act, to }: ActRequest, { id, role }: Person): boolean {
  if (act !== 'dispatch' || role !== 'gridWorker' || to === undefined) return false
  return to.kind !== 'user' || to.id !== id
}

type Step = ActRequest & { state: CaseState }

type Staying = CaseNote | 'split' | 'evaluate'

const unchanged = (present: Case) => present

/** Acts that leave the state as it is. */
const staying: Record<Staying, (present: Case, step: Step, context: ActContext) => Case> = {
  claim: (present, _, { person, now }) => ({ ...present, claimedBy: person.id, claimedAt: now }),
  release: (present) => ({ ...present, claimedBy: null, claimedAt: null }),
  note: unchanged,
  extend: (present, { reason = '', until = 0 }, { person, now }) => ({
    ...present,
    extension: { reason, until, by: person.id, at: now },
  }),
  grantExtension: (present, { until }, context) =>
    extended(present, until ?? present.extension?.until ?? context.now, context),
  refuseExtension: (present) => ({ ...present, extension: null }),
  remind: (present) => ({ ...present, reminders: present.reminders + 1 }),
  supervise: (present, { text = '', dueAt = 0 }, { person, now }) => ({
    ...present,
    supervision: { text, dueAt, by: person.id, at: now },
    supervisions: present.supervisions + 1,
  }),
  answer: (present) => ({ ...present, supervision: null }),
  passUp: (present, _, { now, clock }) => passedUp(present, now, clock),
  split: unchanged,
  evaluate: unchanged,
}

function isStaying(act: CaseAct): act is Staying {
  return Object.hasOwn(staying, act)
}

function after(present: Case, step: Step, context: ActContext): Case {
  const { act } = step
  return isStaying(act) ? staying[act](present, step, context) : moved(present, step, context)
}

function extended(present: Case, until: number, { now, clock }: ActContext): Case {
  const granted = { ...present, extension: null }
  if (present.state === 'suspended') return { ...granted, dueAt: until }
  return { ...granted, ...extendedClock(now, until, clock) }
}

/** The level above owns it now, and its clock starts anew; what was late stays late. */
export function passedUp(present: Case, now: number, clock: ClockRules): Case {
  const tier = tierOver(present.tier) ?? present.tier
  return { ...present, tier, extension: null, ...stepClock(present.state, now, clock) }
}

/** A step that leaves the state; only suspension keeps what the handling had gathered. */
function moved(present: Case, step: Step, { now, clock }: ActContext): Case {
  const { state } = step
  const begun = { ...present, state, stepSince: now, extension: null }
  if (step.act === 'suspend') {
    const span = { now, until: step.until ?? now }
    return { ...begun, ...suspendedClock(present, span, clock) }
  }
  if (step.act === 'resume') return { ...begun, ...resumedClock(present, now, clock) }
  const next: Case = {
    ...begun,
    ...stepClock(state, now, clock),
    overdueSince: null,
    reminders: 0,
    holder: step.act === 'dispatch' ? (step.to ?? null) : present.holder,
    closedAt: null,
  }
  if (state === 'accepted') return { ...next, holder: null }
  if (step.act === 'dispatch') return { ...next, claimedBy: null, claimedAt: null }
  return isEnded(state) ? ended(next, step, now) : next
}

function ended(present: Case, { act, falseAlarm, into }: Step, now: number): Case {
  return {
    ...present,
    ...noClock,
    claimedBy: null,
    claimedAt: null,
    supervision: null,
    closedAt: now,
    isFalseAlarm: act === 'void' && falseAlarm === true,
    mergedInto: act === 'merge' ? (into ?? null) : present.mergedInto,
  }
}

function effectsOf(before: Case, next: Case, request: ActRequest): Effect[] {
  const effects: Effect[] = []
  if (request.act === 'merge') effects.push({ kind: 'merge', into: request.into ?? '' })
  if (request.act === 'split') effects.push({ kind: 'split', alarms: request.alarms ?? [] })
  if (request.act === 'void' && next.isFalseAlarm) effects.push({ kind: 'acknowledgeAlarms' })
  if (isEnded(next.state) && !isEnded(before.state)) effects.push({ kind: 'endIncident' })
  if (isEnded(before.state) && !isEnded(next.state)) effects.push({ kind: 'reopenIncident' })
  return effects
}

function factsOf(before: Case, next: Case, request: ActRequest): Facts {
  const { act, until, dueAt, score, into, to, checkin } = request
  const facts: Record<string, Facts[string] | undefined> = {
    until: act === 'grantExtension' ? (until ?? before.extension?.until) : until,
    dueAt,
    score,
    into,
    checkin,
    ...(to !== undefined && { toKind: to.kind, to: to.id }),
    ...(act === 'void' && next.isFalseAlarm && { falseAlarm: true }),
    ...(next.tier !== before.tier && { from: before.tier, to: next.tier }),
    // An act that had to be done by then, and was done after it.
    ...(before.overdueSince !== null &&
      next.overdueSince === null && { overdueSince: before.overdueSince }),
  }
  return Object.fromEntries(
    Object.entries(facts).filter(
      (entry): entry is [string, Facts[string]] => entry[1] !== undefined,
    ),
  )
}
