import { readFileSync } from 'node:fs'

/** What `lianxun import --secrets-out FILE` wrote. */
export interface Secrets {
  devices: ReadonlyMap<string, string>
  users: ReadonlyMap<string, string>
}

function entriesOf(section: unknown): [string, string][] {
  if (typeof section !== 'object' || section === null) return []
  return Object.entries(section).filter((entry): entry is [string, string] => {
    return typeof entry[1] === 'string'
  })
}

export function readSecrets(file: string): Secrets {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(
      `${file}: ${(error as Error).message}. Give the file that "lianxun import DIR --secrets-out FILE" wrote.`,
      { cause: error },
    )
  }
  const { devices, users } = (parsed ?? {}) as { devices?: unknown; users?: unknown }
  return { devices: new Map(entriesOf(devices)), users: new Map(entriesOf(users)) }
}
