import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
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

const marker = '.lianxun-demo'

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
  if (keep && existsSync(secretsFile)) return { secrets: readSecrets(secretsFile), isNew: false }
  clear(directory)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, marker), 'Made by npm run demo; removed by the next one.\n')
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
