import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { ConfigError } from '../domain/errors.ts'
import type { AuditFault, AuditVerdict } from '../ports/audit-log.ts'
import { createAuditLog } from '../storage/audit-log.ts'
import { auditPages } from '../storage/audit-pages.ts'
import { loadInstallationKey } from '../storage/secrets.ts'
import { noteCommand } from './note-command.ts'
import { cliConfig, clock, say, withDatabase } from './settings.ts'

const faults: Record<AuditFault, string> = {
  changed: 'is not what was written there, or the one before it is another',
  missing: 'is gone, or others were put in its place',
  cut: 'is gone: the end of the log was cut off',
  anchor: 'and those before it are gone, and retention did not remove them',
  head: 'is not the one that was noted as the last',
}

/** An empty log would be made, and found to be right. */
function presentConfig(): Config {
  const config = cliConfig()
  const file = join(config.dataDir, 'lianxun.db')
  if (!existsSync(file)) {
    throw new ConfigError([`${file} is not there; set LIANXUN_DATA_DIR to the data directory`])
  }
  return config
}

function report({ ok, entries, head, brokenAt, fault }: AuditVerdict): void {
  if (ok) {
    say(`${entries} entries, each fits the one before.`)
    say(`Head: ${head ?? 'none'}`)
    say('Written down elsewhere, it shows later whether the end was cut off: --known HASH.')
    return
  }
  const what = fault === null ? '' : faults[fault]
  say(`Entry ${brokenAt} ${what}. ${entries} entries before it fit.`)
  say('Delete nothing; compare with a backup, and find out who can reach the files.')
}

/** False when the log is not what was written. */
export async function runAuditVerify(known: string | undefined): Promise<boolean> {
  const config = presentConfig()
  const { stderr } = process
  const onProgress = (entries: number) => {
    if (stderr.isTTY) stderr.write(`\r\x1B[K${entries} entries`)
  }
  const verdict = await withDatabase(config, async (db) => {
    const key = await loadInstallationKey(config.dataDir)
    return await createAuditLog({ db, key, clock }).verify({ known, onProgress })
  })
  if (stderr.isTTY) stderr.write('\r\x1B[K')
  report(verdict)
  return verdict.ok
}

/** One entry a line, as JSON, with its hash. */
export async function runAuditExport(file: string): Promise<void> {
  const config = presentConfig()
  let entries = 0
  const handle = await open(file, 'wx', 0o600).catch((error: Error) => {
    throw new ConfigError([`${file} cannot be made: ${error.message}`])
  })
  try {
    await withDatabase(config, async (db) => {
      for await (const page of auditPages(db)) {
        await handle.writeFile(page.map((row) => `${JSON.stringify(row)}\n`).join(''))
        entries += page.length
      }
      await handle.sync()
      await noteCommand(config, db, { act: 'exportAudit', subject: 'audit:', detail: `${entries}` })
    })
  } finally {
    await handle.close()
  }
  say(`${entries} entries are in ${resolve(file)}.`)
}
