import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSecrets, type Secrets } from '../secrets.ts'
import { withoutSettings } from './gateway-child.ts'

/**
 * The demo's own data directory: made afresh each time, with the sample town imported by the same
 * command that a real installation uses, and passwords that exist nowhere else.
 */
export interface Installation {
  secrets: Secrets
  /** True when nothing was there before: the past is still to be written. */
  isNew: boolean
}

/** Says that the folder is a demo's, and which process runs it. */
const marker = '.lianxun-demo'

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function refuseSecond(directory: string): void {
  const file = join(directory, marker)
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (pid > 0 && pid !== process.pid && isAlive(pid)) {
    throw new Error(
      `a demo runs in ${directory} (process ${pid}): stop it with Ctrl-C, or give another --directory`,
    )
  }
}

function claim(directory: string): void {
  const file = join(directory, marker)
  writeFileSync(file, String(process.pid))
  process.once('exit', () => {
    if (existsSync(file)) writeFileSync(file, '')
  })
}

function clear(directory: string): void {
  if (!existsSync(directory)) return
  if (!existsSync(join(directory, marker))) {
    throw new Error(`${directory} holds something else than a demo: move it away first`)
  }
  rmSync(directory, { recursive: true })
}

export function prepareInstallation(options: {
  root: string
  directory: string
  keep: boolean
}): Installation {
  const { root, directory, keep } = options
  const secretsFile = join(directory, 'secrets.json')
  refuseSecond(directory)
  if (keep && existsSync(secretsFile)) {
    claim(directory)
    return { secrets: readSecrets(secretsFile), isNew: false }
  }
  clear(directory)
  mkdirSync(directory, { recursive: true })
  claim(directory)
  const command = [join(root, 'gateway', 'cli.ts'), 'import', join(root, 'examples', 'town')]
  const imported = spawnSync(process.execPath, [...command, '--secrets-out', secretsFile], {
    env: { ...withoutSettings(process.env), LIANXUN_DATA_DIR: directory },
    encoding: 'utf8',
  })
  if (imported.status !== 0) {
    throw new Error(`the sample town could not be imported:\n${imported.stderr}`)
  }
  return { secrets: readSecrets(secretsFile), isNew: true }
}
