import { ConfigError } from './domain/errors.ts'

/** An error as one clear text for the person at the terminal. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError) {
    return `${error.problems.length} to mend:\n${error.problems.map((text) => `  - ${text}`).join('\n')}`
  }
  if (!(error instanceof Error)) return String(error)
  const { code, address, port, path } = error as NodeJS.ErrnoException & {
    address?: string
    port?: number
  }
  const where = port === undefined ? (path ?? '') : `${address ?? ''}:${port}`
  switch (code) {
    case 'EADDRINUSE':
      return `${where} is in use by another program. Stop that one, or set LIANXUN_HTTP_PORT or LIANXUN_MQTT_PORT to a free port.`
    case 'EADDRNOTAVAIL':
      return `${where} is no address of this machine. Set LIANXUN_HTTP_HOST and LIANXUN_MQTT_HOST to one of its own, such as 127.0.0.1 or 0.0.0.0.`
    case 'EACCES':
    case 'EPERM':
      return `No permission for ${where}. Ports below 1024 and folders of other users need other rights.`
    case 'ENOSPC':
      return 'The disk is full. Free some space, then start again.'
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
      return `The database cannot be written (${error.message}). Check the rights of LIANXUN_DATA_DIR.`
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return `The database is damaged (${error.message}). Restore the last backup.`
    case undefined:
    default:
      return error.message || String(error)
  }
}

const storageFaults: readonly (readonly [RegExp, string])[] = [
  [/full|ENOSPC/, 'the disk is full. Free some space; it goes on by itself'],
  [/locked|busy/i, 'another program holds the database. Stop it, or wait; it goes on by itself'],
  [/readonly|unable to open|EACCES|EROFS/, 'the files under LIANXUN_DATA_DIR cannot be written'],
  [/malformed|not a database/, 'the database is damaged. Restore the last backup'],
  [/disk I\/O|EIO/, 'the disk does not take what is written to it. Look at its health'],
]

/** What a store says of its failure, as a sentence for the health page. */
export function inPlainWords(failure: string): string {
  const known = storageFaults.find(([pattern]) => pattern.test(failure))
  return known ? `${known[1]} (${failure}).` : failure
}
