import { type DutySpan, dutyProblem } from '../domain/duty.ts'
import { ConflictError, InvalidError, NotFoundError } from '../domain/errors.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { NewId } from '../ports/clock.ts'
import type { DutyStore, ListedDuty } from '../ports/duty-store.ts'
import type { By } from './by.ts'

/** The duty roster: who enters and takes away whose duties is in the audit log. */
export interface DutyDesk {
  /** ConflictError when the person has another duty then. */
  add(by: By, person: DutyPerson, span: DutySpan): Promise<string>
  remove(by: By, duty: ListedDuty): Promise<void>
  /** Each takes the other's duty; ConflictError when one of them has another then. */
  swap(by: By, duty: ListedDuty, other: ListedDuty): Promise<void>
}

interface DutyPerson {
  id: string
  username: string
  displayName: string
  disabled: boolean
}

export interface DutyDeskParts {
  duties: DutyStore
  audit: AuditLog
  newId: NewId
}

const iso = (at: number) => new Date(at).toISOString()
const spanText = ({ startsAt, endsAt }: DutySpan) => `${iso(startsAt)} – ${iso(endsAt)}`

export function createDutyDesk({ duties, audit, newId }: DutyDeskParts): DutyDesk {
  async function note({ actor, address }: By, act: string, id: string, detail: string) {
    await audit.write({ actor: actor.id, act, subject: `duty:${id}`, detail, address })
  }

  return {
    async add(by, person, span) {
      const problem = dutyProblem(span)
      if (problem !== null) throw new InvalidError(problem)
      const { username, displayName } = person
      if (person.disabled) {
        throw new InvalidError(`username: ${displayName} cannot sign in any more; choose another.`)
      }
      const id = newId()
      const other = await duties.add({ id, userId: person.id, ...span })
      if (other) {
        throw new ConflictError(
          `${displayName} is on duty already from ${iso(other.startsAt)} to ${iso(other.endsAt)}. Take that away first.`,
          { username, ...other },
        )
      }
      await note(by, 'addDuty', id, `${username} ${spanText(span)}`)
      return id
    },
    async swap(by, duty, other) {
      if (duty.userId === other.userId) {
        throw new InvalidError(`with: both duties are of ${duty.name}; choose another person's.`)
      }
      const busy = await duties.swap([duty.id, other.id])
      if (busy) {
        throw new ConflictError(
          `${busy.name} is on duty already from ${iso(busy.startsAt)} to ${iso(busy.endsAt)}. Take that away first.`,
          { username: busy.username, startsAt: busy.startsAt, endsAt: busy.endsAt },
        )
      }
      const texts = [duty, other].map((one) => `${one.username} ${spanText(one)}`)
      await note(by, 'swapDuty', duty.id, texts.join(' ⇄ '))
    },
    async remove(by, duty) {
      if (!(await duties.remove(duty.id))) {
        throw new NotFoundError('There is no such duty any more.')
      }
      await note(by, 'removeDuty', duty.id, `${duty.username} ${spanText(duty)}`)
    },
  }
}
