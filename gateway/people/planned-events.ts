import { ConflictError, InvalidError, NotFoundError } from '../domain/errors.ts'
import { contains } from '../domain/place.ts'
import { type PlannedEvent, plannedTimeProblem } from '../domain/planned-event.ts'
import type { Town } from '../domain/town.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import type { PlannedEventStore } from '../ports/planned-events.ts'
import type { By } from './by.ts'

/** 报备: who enters, changes and takes away what is announced is in the audit log. */

type PlannedEntry = Omit<PlannedEvent, 'id' | 'registeredAt'>

export interface PlannedEventDesk {
  /** InvalidError for a place, hazard or unit that the town does not have, or a wrong time. */
  add(by: By, entry: PlannedEntry): Promise<PlannedEvent>
  /** ConflictError when it is over: it stays as it was. */
  change(by: By, present: PlannedEvent, change: Partial<PlannedEntry>): Promise<PlannedEvent>
  remove(by: By, event: PlannedEvent): Promise<void>
}

export interface PlannedEventDeskParts {
  plannedEvents: PlannedEventStore
  audit: AuditLog
  clock: Clock
  newId: NewId
  town: () => Town
}

const iso = (at: number) => new Date(at).toISOString()

function describe({ kind, title, place, startsAt, endsAt }: PlannedEvent): string {
  return `${kind} ${title} ${place} ${iso(startsAt)} – ${iso(endsAt)}`
}

/** The units that the town's hazards name: a list, so that nobody writes a person there. */
function unitsOf({ hazards }: Town): string[] {
  return [...new Set(hazards.flatMap(({ unit, assist }) => [unit, ...assist]))]
}

function problemOf(town: Town, event: PlannedEntry): string | null {
  const { circle, unit } = event
  const unknown = event.hazards.find((id) => town.hazards.every((one) => one.id !== id))
  if (unknown !== undefined) return `hazards: there is no hazard "${unknown}".`
  const place = town.places.find(({ code }) => code === event.place)
  if (place === undefined) return `place: there is no place ${event.place} in this town.`
  if (circle !== null && !contains(place.boundary, [circle.lon, circle.lat])) {
    return `circle: its middle lies outside ${place.name}. Mark it again, or choose its place.`
  }
  if (unit !== null && !unitsOf(town).includes(unit)) {
    return `unit: "${unit}" is no unit of this town; known are ${unitsOf(town).join(', ')}.`
  }
  return null
}

function covers({ hazards, place, circle, startsAt, endsAt, kind }: PlannedEntry): string {
  return JSON.stringify([hazards, place, circle, startsAt, endsAt, kind])
}

export function createPlannedEventDesk(parts: PlannedEventDeskParts): PlannedEventDesk {
  const { plannedEvents, audit, clock, newId, town } = parts

  async function note({ actor, address }: By, act: string, event: PlannedEvent) {
    const subject = `planned:${event.id}`
    await audit.write({ actor: actor.id, act, subject, detail: describe(event), address })
  }

  function check(entry: PlannedEntry): void {
    const problem = plannedTimeProblem(entry, clock.now()) ?? problemOf(town(), entry)
    if (problem !== null) throw new InvalidError(problem)
  }

  return {
    async add(by, entry) {
      check(entry)
      const event = { ...entry, id: newId(), registeredAt: clock.now() }
      await plannedEvents.add(event)
      await note(by, 'addPlannedEvent', event)
      return event
    },
    async change(by, present, change) {
      const now = clock.now()
      if (present.endsAt <= now) {
        throw new ConflictError('It is over and stays as it was; enter a new one.', present)
      }
      const event = { ...present, ...change }
      check(event)
      if (covers(event) !== covers(present)) event.registeredAt = now
      if (!(await plannedEvents.update(event))) throw gone()
      await note(by, 'changePlannedEvent', event)
      return event
    },
    async remove(by, event) {
      if (!(await plannedEvents.remove(event.id))) throw gone()
      await note(by, 'removePlannedEvent', event)
    },
  }
}

function gone(): NotFoundError {
  return new NotFoundError('There is no such planned event any more.')
}
