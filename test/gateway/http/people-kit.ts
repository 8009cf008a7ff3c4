import { Secret, TOTP } from 'otpauth'
import type { Clock } from '../../../gateway/ports/clock.ts'
import { type House, type Person, password } from './house.ts'

/** What the tests of people's accounts share. */

export const nextPassword = 'Terrace-Field-77'

export interface Entry {
  actor: string | null
  act: string
  subject: string
  detail: string | null
  address: string | null
}

/** The newest entries of the audit log about a subject, oldest first. */
export async function auditOf(house: House, subject: string): Promise<Entry[]> {
  return house.db
    .selectFrom('audit')
    .select(['actor', 'act', 'subject', 'detail', 'address'])
    .where('subject', '=', subject)
    .orderBy('id')
    .execute()
}

export function idOf(house: House, username: string): Promise<string> {
  return house.db
    .selectFrom('user')
    .select('id')
    .where('username', '=', username)
    .executeTakeFirstOrThrow()
    .then((row) => row.id)
}

export function trySignIn(
  house: House,
  username: string,
  more: { password?: string; code?: string } = {},
  headers: Record<string, string> = {},
) {
  return house.ask('/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ username, password, ...more }),
  })
}

/** What the authenticator app shows now, or some steps from now. */
export function codeOf(secret: string, clock: Clock, steps = 0): string {
  const timestamp = clock.now() + steps * 30_000
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp })
}

/** Any six digits that are none of the codes that open now. */
export function wrongCodeFor(secret: string, clock: Clock): string {
  const right = [-1, 0, 1].map((steps) => codeOf(secret, clock, steps))
  return ['000000', '111111', '222222', '333333'].find((code) => !right.includes(code)) as string
}

/** Puts a second factor in force for the person; answers with its secret. */
export async function withSecondFactor(person: Person, clock: Clock): Promise<string> {
  const { secret } = (await person.post('/api/v1/account/second-factor')).body
  const code = codeOf(secret, clock)
  const confirmed = await person.post('/api/v1/account/second-factor/confirm', { code })
  if (confirmed.status !== 204) throw new Error(confirmed.text)
  return secret
}
