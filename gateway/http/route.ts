import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { People } from './people.ts'
import type { Patience } from './server-limits.ts'
import type { HttpOptions, HttpServices } from './services.ts'
import type { StreamHub } from './stream-hub.ts'

/** What every file of routes gets and shares. */

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

export interface RouteParts extends People {
  services: HttpServices
  hub: StreamHub
  patience: Patience
  options: HttpOptions
}

export const idParams = z.object({ id: z.string().min(1).max(64) })

const flag = z.enum(['true', 'false', '1', '0'])

/** `?open=true`; absent means no condition. */
export const flagQuery = flag.optional().describe('true or false')

export function isSet(value: z.output<typeof flagQuery>): boolean {
  return value === 'true' || value === '1'
}

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(400).optional(),
})

export const placeQuery = z
  .string()
  .regex(/^\d{12}$/, 'must be the 12 digits of a village')
  .optional()
export const wordQuery = z.string().min(1).max(64).optional()
