import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { type TlsFolder, tlsFolder } from '../../../gateway/tls/tls-files.ts'
import { run } from '../../support/programs.ts'

/** A data folder of its own for one test. */

export interface DataFolder {
  dataDir: string
  files: TlsFolder
}

const made: string[] = []

afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true })
})

export async function dataFolder(): Promise<DataFolder> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lianxun-tls-'))
  made.push(dataDir)
  return { dataDir, files: tlsFolder(dataDir) }
}

export const openssl = (...args: string[]) => run('openssl', args)

export function tlsSettings(files: TlsFolder, named = false) {
  return {
    certFile: files.server.cert,
    keyFile: files.server.key,
    named,
    httpsPort: 0,
    mqttsPort: 0,
  }
}
