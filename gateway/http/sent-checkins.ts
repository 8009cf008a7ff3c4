import { z } from 'zod'
import { InvalidError } from '../domain/errors.ts'
import type { SentBatch } from '../pipeline/checkin-desk.ts'
import type { SentCheckin } from '../pipeline/checkin-prepare.ts'
import { newCheckinSchema } from './schemas/patrol.ts'

/**
 * A batch as it came. Its check-ins are looked at one by one, and one that is wrong is answered as
 * that one: a phone that sends it with others would otherwise get none of them in, for ever.
 */

const mostCheckins = 200

const clockTime = z.number().int().optional().catch(undefined)
/** What is wrong with the clocks is as if the phone had not said it. */
const clocks = z.object({
  sentAt: clockTime,
  sentMonotonicMs: z.number().min(0).optional().catch(undefined),
  clock: z.string().min(1).max(64).optional().catch(undefined),
})

function itemsOf(body: unknown): unknown[] {
  const isObject = typeof body === 'object' && body !== null
  const items = isObject && 'checkins' in body ? body.checkins : body
  if (!Array.isArray(items)) {
    throw new InvalidError('body: send a list of check-ins, or an object with the list "checkins".')
  }
  if (items.length === 0) throw new InvalidError('checkins: there is none in it.')
  if (items.length > mostCheckins) {
    throw new InvalidError(`checkins: send at most ${mostCheckins} at once, then the next.`)
  }
  return items
}

function toSent(raw: unknown): SentCheckin {
  const parsed = newCheckinSchema.safeParse(raw)
  if (parsed.success) return { raw, said: parsed.data }
  const problem = parsed.error.issues
    .map(({ path, message }) => `${path.join('.') || 'check-in'}: ${message}`)
    .join('; ')
  return { raw, problem }
}

export function toBatch(body: unknown): SentBatch {
  const checkins = itemsOf(body).map(toSent)
  const said = clocks.safeParse(Array.isArray(body) ? {} : body).data
  return {
    checkins,
    sentAt: said?.sentAt ?? null,
    sentMonotonicMs: said?.sentMonotonicMs ?? null,
    clock: said?.clock ?? null,
  }
}
