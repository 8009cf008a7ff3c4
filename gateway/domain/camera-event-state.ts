import type { EventMapping } from './camera-event.ts'
import { meaningOf } from './camera-event-match.ts'
import { type CameraMessage, identityOf } from './camera-message.ts'

/**
 * What stands at one camera now. The camera speaks of many things (each rule, each object); the
 * house of types: a type is active while one of its things is, and only its changes are news. While
 * the path is down everything is unknown and nothing is over. Pure: time is handed in.
 */
export interface CameraStates {
  /** By what the camera speaks of. */
  held: ReadonlyMap<string, Held>
  /** Called over by us, as the camera never did: its word that it still stands counts no more. */
  overdue: ReadonlySet<string>
}

interface Held {
  type: string
  isKnown: boolean
  /** Over at this time unless there is news, epoch ms; null: it waits for its end. */
  until: number | null
}

export interface StateChange {
  type: string
  state: 'active' | 'clear' | 'unknown' | 'pulse'
}

export interface Step {
  states: CameraStates
  changes: StateChange[]
}

export type TakenMessage = Step & { isUnmapped: boolean }

/** A camera that makes up a new object with each message must not fill the memory. */
const heldMost = 256

const restored = 'restored:'

/** What was held when the house went down; the camera is asked whether it still is. */
export function initialStates(types: readonly string[] = []): CameraStates {
  const held = types.map((type): [string, Held] => [
    restored + type,
    { type, isKnown: false, until: null },
  ])
  return { held: new Map(held), overdue: new Set() }
}

type Standing = 'active' | 'unknown'

function standings(states: CameraStates): Map<string, Standing> {
  const found = new Map<string, Standing>()
  for (const { type, isKnown } of states.held.values()) {
    if (isKnown) found.set(type, 'active')
    else if (!found.has(type)) found.set(type, 'unknown')
  }
  return found
}

export function heldTypes(states: CameraStates): string[] {
  return [...standings(states).keys()].sort()
}

function compared(before: CameraStates, states: CameraStates): Step {
  if (before === states) return { states, changes: [] }
  const was = standings(before)
  const is = standings(states)
  const changes: StateChange[] = []
  for (const [type, state] of is) if (was.get(type) !== state) changes.push({ type, state })
  for (const type of was.keys()) if (!is.has(type)) changes.push({ type, state: 'clear' })
  return { states, changes }
}

function withHeld(states: CameraStates, id: string, held: Held): CameraStates {
  const all = new Map(states.held)
  all.delete(id)
  all.set(id, held)
  const oldest = all.size > heldMost ? all.keys().next().value : undefined
  if (oldest !== undefined) all.delete(oldest)
  const overdue = new Set(states.overdue)
  overdue.delete(id)
  return { held: all, overdue }
}

function without(states: CameraStates, id: string): CameraStates {
  if (!states.held.has(id) && !states.overdue.has(id)) return states
  const held = new Map(states.held)
  held.delete(id)
  const overdue = new Set(states.overdue)
  overdue.delete(id)
  return { held, overdue }
}

export function takeMessage(
  states: CameraStates,
  message: CameraMessage,
  { mappings, now }: { mappings: readonly EventMapping[]; now: number },
): TakenMessage {
  const id = identityOf(message)
  const unchanged = { states, changes: [] }
  if (message.operation === 'deleted') {
    return { ...compared(states, without(states, id)), isUnmapped: false }
  }
  const meaning = meaningOf(message, mappings)
  if (meaning.kind !== 'active') {
    const isUnmapped = meaning.kind === 'unmapped'
    // A thing that happens says nothing about what happened before.
    if (message.operation === null) return { ...unchanged, isUnmapped }
    return { ...compared(states, without(states, id)), isUnmapped }
  }
  const { type, holdS } = meaning.mapping
  if (message.operation === null && holdS === null) {
    return { states, changes: [{ type, state: 'pulse' }], isUnmapped: false }
  }
  if (message.operation === 'initialized' && states.overdue.has(id)) {
    return { ...unchanged, isUnmapped: false }
  }
  const until = holdS === null ? null : now + holdS * 1000
  const next = withHeld(states, id, { type, isKnown: true, until })
  return { ...compared(states, next), isUnmapped: false }
}

/** What was to be over by now. */
export function expire(states: CameraStates, now: number): Step {
  const over = [...states.held].filter(([, { until }]) => until !== null && until <= now)
  if (over.length === 0) return { states, changes: [] }
  const held = new Map(states.held)
  const overdue = new Set(states.overdue)
  for (const [id] of over) {
    held.delete(id)
    overdue.add(id)
  }
  while (overdue.size > heldMost) overdue.delete(overdue.values().next().value as string)
  return compared(states, { held, overdue })
}

/** When `expire` has something to do next, epoch ms. */
export function nextEnd(states: CameraStates): number | null {
  let next: number | null = null
  for (const { until } of states.held.values()) {
    if (until !== null && (next === null || until < next)) next = until
  }
  return next
}

/** The path is down: nobody knows. */
export function losePath(states: CameraStates): Step {
  if (states.held.size === 0) return { states, changes: [] }
  const held = new Map([...states.held].map(([id, one]) => [id, { ...one, isKnown: false }]))
  return compared(states, { held, overdue: states.overdue })
}

/** The camera has told all that stands, so what it did not name is over. */
export function settle(states: CameraStates): Step {
  const held = new Map([...states.held].filter(([, { isKnown }]) => isKnown))
  if (held.size === states.held.size) return { states, changes: [] }
  return compared(states, { held, overdue: states.overdue })
}
