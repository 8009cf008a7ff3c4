import { randomUUID } from 'node:crypto'
import { ConfigError } from '../domain/errors.ts'
import { type Role, roles } from '../domain/person.ts'
import { createTokenDesk } from '../people/tokens.ts'
import { createAuditLog } from '../storage/audit-log.ts'
import { loadInstallationKey, newSecret } from '../storage/secrets.ts'
import { createTokenStore } from '../storage/token-store.ts'
import { createTownRepository } from '../storage/town-repository.ts'
import { cliConfig, clock, say, withDatabase } from './settings.ts'

export interface TokenCreateOptions {
  role?: string | undefined
  scope?: string | undefined
  unit?: string | undefined
  days?: string | undefined
}

const maxDays = 730

function problemsOf(name: string, options: TokenCreateOptions, days: number): string[] {
  const problems: string[] = []
  if (name.length < 1 || name.length > 100) problems.push('NAME: must have 1–100 characters')
  if (!roles.includes(options.role as Role)) {
    problems.push(`--role: must be one of ${roles.join(', ')}`)
  }
  const { unit } = options
  if (unit !== undefined && (unit.trim() === '' || unit.length > 100)) {
    problems.push('--unit: must have 1–100 characters')
  }
  if (!Number.isInteger(days) || days < 1 || days > maxDays) {
    problems.push(`--days: must be a whole number from 1 to ${maxDays}`)
  }
  return problems
}

/** Made on the machine itself, so by nobody who could lose the right to it later. */
export async function runTokenCreate(name: string, options: TokenCreateOptions): Promise<void> {
  const config = cliConfig()
  const days = Number(options.days ?? '90')
  const wrong = problemsOf(name, options, days)
  await withDatabase(config, async (db) => {
    const { places } = await createTownRepository({ db, timeZone: config.timeZone }).load()
    const scope = options.scope ?? places.find((place) => place.level === 'town')?.code
    if (scope === undefined) {
      wrong.push('there is no town yet; import one first: lianxun import DIR')
    } else if (!places.some((place) => place.code === scope)) {
      wrong.push(`--scope: there is no place ${scope}`)
    }
    if (scope === undefined || wrong.length > 0) throw new ConfigError(wrong)
    const key = await loadInstallationKey(config.dataDir)
    const desk = createTokenDesk({
      tokens: createTokenStore({ db, key, newId: randomUUID }),
      audit: createAuditLog({ db, key, clock }),
      newSecret,
      clock,
    })
    const { token, secret } = await desk.make(null, {
      name,
      role: options.role as Role,
      scope,
      unit: options.unit ?? null,
      days,
    })
    const until = new Date(token.expiresAt).toISOString().slice(0, 10)
    say(`Token ${name} was made (${token.role}, ${scope}), valid until ${until}.`)
    say(`Secret, shown this once; send it as Authorization: Bearer …: ${secret}`)
  })
}
