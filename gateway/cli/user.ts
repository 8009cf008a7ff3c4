import { randomUUID } from 'node:crypto'
import { ConfigError } from '../domain/errors.ts'
import { passwordWeakness } from '../domain/password.ts'
import { hashPassword, newPassword } from '../storage/passwords.ts'
import { userRow } from '../storage/town-files/shapes.ts'
import { createTownRepository } from '../storage/town-repository.ts'
import { createUserStore } from '../storage/user-store.ts'
import { noteCommand } from './note-command.ts'
import { cliConfig, say, withDatabase } from './settings.ts'

export interface UserAddOptions {
  role?: string
  scope?: string
  name?: string
  team?: string
  unit?: string
  /** Read the password from standard input instead of making one. */
  passwordStdin: boolean
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

export async function runUserAdd(username: string, options: UserAddOptions): Promise<void> {
  const config = cliConfig()
  await withDatabase(config, async (db) => {
    const { places } = await createTownRepository({ db, timeZone: config.timeZone }).load()
    const scope = options.scope ?? places.find((place) => place.level === 'town')?.code
    const row = userRow.safeParse({
      username,
      displayName: options.name ?? username,
      role: options.role,
      scope,
      team: options.team,
      unit: options.unit,
    })
    const wrong = row.success
      ? []
      : row.error.issues.map((issue) => `--${String(issue.path[0])}: ${issue.message}`)
    if (scope === undefined)
      wrong.push('there is no town yet; import one first: lianxun import DIR')
    else if (!places.some((place) => place.code === scope)) {
      wrong.push(`--scope: there is no place ${scope}`)
    }
    if (!row.success || wrong.length > 0) throw new ConfigError(wrong)
    const password = options.passwordStdin ? await readStdin() : newPassword()
    const weakness = passwordWeakness(password)
    if (weakness) throw new ConfigError([`the password ${weakness}`])
    const users = createUserStore({ db, newId: randomUUID })
    await users.add({ ...row.data, passwordHash: await hashPassword(password) })
    const detail = `${row.data.role} ${scope}`
    await noteCommand(config, db, { act: 'addUser', subject: `user:${username}`, detail })
    say(`User ${username} was added (${row.data.role}, ${scope}).`)
    if (!options.passwordStdin) say(`Password, shown this once: ${password}`)
  })
}
