import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Clock } from '../ports/clock.ts'
import type { Tls, TlsState } from '../ports/tls.ts'
import { type CertificatePair, expiryProblem, readPair } from './certificate.ts'
import { createSecureServer, type SecureServer } from './secure-server.ts'

/**
 * Keeps the certificate that the listeners use. Its files are looked at every minute, so that a
 * renewal needs no restart; while what lies there is of no use, the old one stays and it is said.
 */
export interface TlsKeeper extends Tls {
  state(): TlsState
  /** Looks at the files now. */
  look(): Promise<void>
  stop(): Promise<void>
}

export interface TlsKeeperParts {
  clock: Clock
  log: { info(text: string): void; warn(text: string): void }
}

const lookEveryMs = 60_000

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  )
}

/** Undefined: there is no certificate, so there is no TLS. Throws ConfigError when one is wrong. */
export async function readTls(
  { dataDir, tls }: Pick<Config, 'dataDir' | 'tls'>,
  now: number,
): Promise<CertificatePair | undefined> {
  const { certFile, keyFile, named } = tls
  const some = named || (await isThere(certFile)) || (await isThere(keyFile))
  if (!some) return undefined
  return readPair({ certFile, keyFile, caFile: join(dataDir, 'tls', 'ca.crt') }, now)
}

/** Looks at the files and keeps what it finds; undefined where there is no certificate. */
export async function openTls(
  config: Pick<Config, 'dataDir' | 'tls'>,
  parts: TlsKeeperParts,
): Promise<TlsKeeper | undefined> {
  const first = await readTls(config, parts.clock.now())
  if (!first) return undefined
  const { certFile, keyFile } = config.tls
  const files = { certFile, keyFile, caFile: join(config.dataDir, 'tls', 'ca.crt') }
  return createTlsKeeper(first, { ...parts, certFile, read: (now) => readPair(files, now) })
}

interface KeeperParts extends TlsKeeperParts {
  certFile: string
  read(now: number): Promise<CertificatePair>
}

function isSame(a: CertificatePair, b: CertificatePair): boolean {
  return a.cert === b.cert && a.key === b.key && a.ca === b.ca
}

function createTlsKeeper(first: CertificatePair, parts: KeeperParts): TlsKeeper {
  const { clock, log, certFile } = parts
  const servers = new Set<SecureServer>()
  let pair = first
  let unusable: string | null = null
  let looking: Promise<void> = Promise.resolve()

  async function lookOnce(): Promise<void> {
    let found: CertificatePair
    try {
      found = await parts.read(clock.now())
    } catch (error) {
      const text = (error as Error).message.replaceAll('\n', '; ')
      if (text !== unusable) log.warn(`TLS: the present certificate stays in use: ${text}`)
      unusable = text
      return
    }
    unusable = null
    if (isSame(found, pair)) return
    pair = found
    for (const server of servers) server.renew(pair)
    log.info(
      `TLS: the renewed certificate is in use; it runs until ${new Date(pair.notAfter).toISOString()}`,
    )
  }

  function look(): Promise<void> {
    looking = looking.then(lookOnce)
    return looking
  }

  const timer = setInterval(() => void look(), lookEveryMs)
  timer.unref()

  return {
    look,
    state: () => ({
      notAfter: pair.notAfter,
      names: pair.names,
      problem: unusable ?? expiryProblem(certFile, pair.notAfter, clock.now()),
    }),
    async listen(options, welcome) {
      const server = createSecureServer(options, pair, welcome)
      await server.start()
      servers.add(server)
      return {
        port: () => server.port(),
        cut: () => server.cut(),
        async stop() {
          servers.delete(server)
          await server.stop()
        },
      }
    },
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}
