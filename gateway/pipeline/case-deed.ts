import type { Case } from '../domain/case.ts'
import type { ActRequest, Moved } from '../domain/case-acts.ts'
import { NotFoundError, OutOfScopeError } from '../domain/errors.ts'
import type { Actor } from '../domain/person.ts'
import { isInScope } from '../domain/place.ts'
import type { Town } from '../domain/town.ts'
import type { CaseUnit } from '../ports/case-store.ts'
import type { NewId } from '../ports/clock.ts'
import type { OutboxTopic } from '../ports/outbox.ts'

/** What the files about acts on cases share: who does what to which case, and the news of it. */

/** As it comes over HTTP; `version` is the one the person saw. */
export interface CaseDeed extends Omit<ActRequest, 'act' | 'to'> {
  action: ActRequest['act']
  version?: number
  to?: { user: string } | { team: string } | { unit: string }
  /** SHA-256 of uploaded pictures. */
  pictures?: string[]
}

export interface Act {
  actor: Actor
  caseId: string
  deed: CaseDeed
  town: Town
  newId: NewId
  now: number
  /** Where the person sits. */
  address: string | undefined
  /** By a check-in on the spot, wherever the person's own places are. */
  isProven?: boolean
}

export type Done = Act & { present: Case; request: ActRequest; outcome: Moved }

export async function caseInScope(
  unit: CaseUnit,
  actor: Pick<Actor, 'scope'>,
  id: string,
): Promise<Case> {
  const present = await unit.caseById(id)
  const text = `There is no case "${id}". It may belong to another place.`
  if (present === undefined) throw new NotFoundError(text)
  if (isInScope(actor.scope, present.grid ?? present.village)) return present
  throw new OutOfScopeError(text, `case:${id}`)
}

export async function emit(
  unit: CaseUnit,
  topic: OutboxTopic,
  subject: { id: string; village: string; grid: string | null },
  at: number,
): Promise<void> {
  const { id, village, grid } = subject
  await unit.emit({ at, topic, village, place: grid ?? village, body: { id } })
}
