import { userInfo } from 'node:os'
import type { Kysely } from 'kysely'
import type { Config } from '../config/config.ts'
import type { AuditEntry } from '../ports/audit-log.ts'
import { createAuditLog } from '../storage/audit-log.ts'
import type { Tables } from '../storage/schema.ts'
import { loadInstallationKey } from '../storage/secrets.ts'
import { clock } from './settings.ts'

/** A container may run under a number that has no name. */
function machineUser(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

/** What a command did: nobody signed in for it, so the machine's own user stands in the detail. */
export async function noteCommand(
  config: Config,
  db: Kysely<Tables>,
  { detail, ...entry }: Omit<AuditEntry, 'actor'>,
): Promise<void> {
  const key = await loadInstallationKey(config.dataDir)
  const by = `by command of ${machineUser()}`
  await createAuditLog({ db, key, clock }).write({
    actor: null,
    ...entry,
    detail: detail === undefined ? by : `${detail}, ${by}`,
  })
}
