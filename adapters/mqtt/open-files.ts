import { readFileSync } from 'node:fs'

/** Files that the rest of the house keeps open: tables, threads, screens. */
const forTheHouse = 256

/**
 * How many connections the system lets this process have, and what to say when they are fewer than
 * wanted: at its limit a process cannot open its own tables any more either.
 */
export function connectionsWithin(
  wanted: number,
  openFiles: number | undefined,
): { connections: number; warning: string | undefined } {
  if (openFiles === undefined || wanted + forTheHouse <= openFiles) {
    return { connections: wanted, warning: undefined }
  }
  const connections = Math.max(1, openFiles - forTheHouse)
  const advice = `raise the limit (ulimit -n, LimitNOFILE) to ${wanted + forTheHouse}`
  const warning = `MQTT: this process may open ${openFiles} files, so at most ${connections} devices can be connected at a time; for ${wanted}, ${advice}`
  return { connections, warning }
}

/** The soft limit, which Node raises to the hard one at its start; undefined where nobody says. */
export function openFilesLimit(file = '/proc/self/limits'): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync(file, 'utf8')) ?? []
    return soft === undefined || soft === 'unlimited' ? undefined : Number(soft)
  } catch {
    return undefined
  }
}
