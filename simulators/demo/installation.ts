import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSecrets, type Secrets } from '../secrets.ts'
import { withoutSettings } from './gateway-child.ts'
import { type CameraAccess, copyTown } from './town-copy.ts'

/**
 * The demo's own data directory: made afresh each time, with the sample town imported by the same
 * command that a real installation uses, and passwords that exist nowhere else.
 */
export interface Installation {
  secrets: Secrets
  /** True when nothing was there before: the past is still to be written. */
  isNew: boolean
  /** Where the town's files stand that were imported. */
  town: string
  /** Undefined: no cameras are simulated. */
  access: CameraAccess | undefined
}

/** The simulated cameras stand on this machine, where no real one may be looked for. */
export const cameraNetworks = '127.0.0.0/8'

/** Says that the folder is a demo's, and which process runs it. */
const marker = '.lianxun-demo'

function secretsFileIn(directory: string): string {
  return join(directory, 'secrets.json')
}

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

function importTown(options: { root: string; directory: string; town: string }): void {
  const { root, directory, town } = options
  const command = [join(root, 'gateway', 'cli.ts'), 'import', town]
  const imported = spawnSync(
    process.execPath,
    [...command, '--secrets-out', secretsFileIn(directory)],
    {
      env: {
        ...withoutSettings(process.env),
        LIANXUN_DATA_DIR: directory,
        LIANXUN_CAMERA_NETWORKS: cameraNetworks,
      },
      encoding: 'utf8',
    },
  )
  if (imported.status !== 0) {
    throw new Error(`the sample town could not be imported:\n${imported.stderr}`)
  }
}

export async function prepareInstallation(options: {
  root: string
  /** The town's files. */
  sample: string
  directory: string
  keep: boolean
  /** The cameras are simulated too, so the gateway is told how to log in to them. */
  hasCameras: boolean
}): Promise<Installation> {
  const { root, sample, directory, keep, hasCameras } = options
  refuseSecond(directory)
  const isNew = !(keep && existsSync(secretsFileIn(directory)))
  if (isNew) {
    clear(directory)
    mkdirSync(directory, { recursive: true })
  }
  claim(directory)
  const copy = hasCameras ? await copyTown(sample, join(directory, 'town')) : undefined
  if (isNew || copy?.isChanged) {
    importTown({ root, directory, town: copy?.directory ?? sample })
  }
  const secrets = readSecrets(secretsFileIn(directory))
  return { secrets, isNew, town: copy?.directory ?? sample, access: copy?.access }
}
