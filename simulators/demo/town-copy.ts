import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withOpenShift } from './open-shift.ts'
import { freePort } from './ports.ts'

/**
 * The sample town as the demo imports it: its cameras at ports that are free on this machine, and
 * with a login that exists nowhere else. Its patrols have a shift now, whatever the hour.
 */
export interface TownCopy {
  directory: string
  access: CameraAccess
  /** The gateway does not know it yet. */
  isChanged: boolean
}

export interface CameraAccess {
  username: string
  password: string
}

const username = 'admin'
const devicesFile = 'devices.csv'
/** Row by row: a camera's own port, and at the end its login. */
const address = /(?<=http:\/\/127\.0\.0\.1:)\d+(?=\/)/
const login = /,admin:([\w-]{16,})$/

async function withFreePorts(lines: readonly string[]): Promise<string[]> {
  const settled: string[] = []
  let least = 1
  for (const line of lines) {
    const wanted = Number(address.exec(line)?.[0] ?? 0)
    if (wanted === 0) {
      settled.push(line)
      continue
    }
    const port = await freePort(Math.max(wanted, least))
    least = port + 1
    settled.push(line.replace(address, String(port)))
  }
  return settled
}

function withLogins([header = '', ...rows]: readonly string[], password: string): string[] {
  const signed = rows.map((row) => (address.test(row) ? `${row},${username}:${password}` : row))
  return [`${header},login`, ...signed]
}

function openShift(file: string): void {
  const shift = { nowMs: Date.now(), timeZone: 'Asia/Shanghai', beganMin: 10, leftMin: 170 }
  writeFileSync(file, withOpenShift(readFileSync(file, 'utf8'), shift))
}

/** The copy that stands in `directory` is gone on with; without one it is made. */
export async function copyTown(source: string, directory: string): Promise<TownCopy> {
  const file = join(directory, devicesFile)
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const known = before.split('\n').flatMap((line) => login.exec(line)?.[1] ?? [])[0]
  const password = known ?? randomBytes(18).toString('base64url')
  if (known === undefined) {
    cpSync(source, directory, { recursive: true })
    openShift(join(directory, 'routes.yaml'))
  }
  const lines = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/)
  const free = await withFreePorts(lines)
  const text = `${(known === undefined ? withLogins(free, password) : free).join('\n')}\n`
  // A file that stands keeps its mode, and this one holds a password.
  rmSync(file)
  writeFileSync(file, text, { mode: 0o600 })
  return { directory, access: { username, password }, isChanged: text !== before }
}
