import { randomBytes, X509Certificate } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../domain/errors.ts'
import { parseIp } from '../domain/network.ts'
import { createAuthority, type Issued, issueDevice, issueServer } from './authority.ts'
import { namesOf, parseCertificate } from './certificate.ts'

/**
 * The local authority's files under `<data>/tls`. What is there is never written over, but for the
 * server's pair when it is renewed; keys are their owner's only.
 */

export interface TlsFolder {
  folder: string
  ca: { cert: string; key: string }
  server: { cert: string; key: string }
  device(id: string): { cert: string; key: string }
}

type Paths = { cert: string; key: string }

export function tlsFolder(dataDir: string): TlsFolder {
  const folder = join(dataDir, 'tls')
  const pair = (...name: string[]): Paths => ({
    cert: `${join(folder, ...name)}.crt`,
    key: `${join(folder, ...name)}.key`,
  })
  return { folder, ca: pair('ca'), server: pair('server'), device: (id) => pair('devices', id) }
}

async function draftOf(file: string, text: string, mode: number): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(draft, 'wx', mode)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return draft
}

/** Whole or not at all, and only where nothing is. */
async function writeNew(file: string, text: string, mode: number): Promise<void> {
  const draft = await draftOf(file, text, mode)
  try {
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new ConfigError([`${file} is there already and is not written over; move it away first`])
  } finally {
    await rm(draft, { force: true })
  }
}

/** The key first: a certificate without its key would look whole. */
async function writePair(paths: Paths, { cert, key }: Issued): Promise<void> {
  await writeNew(paths.key, key, 0o600)
  try {
    await writeNew(paths.cert, cert, 0o644)
  } catch (error) {
    await rm(paths.key, { force: true })
    throw error
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ConfigError([`${file} cannot be read: ${(error as Error).message}`])
  }
}

async function refusePresent(files: readonly string[]): Promise<void> {
  const problems: string[] = []
  for (const file of files) {
    if ((await readText(file)) === undefined) continue
    problems.push(`${file} is there already and is not written over; "lianxun tls renew" renews it`)
  }
  if (problems.length > 0) throw new ConfigError(problems)
}

const hostName =
  /^(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** What every installation is called, and the names it is given. */
function hostsOf(given: readonly string[]): string[] {
  const wrong = given.filter((host) => !parseIp(host) && !hostName.test(host))
  if (wrong.length > 0) {
    throw new ConfigError(
      wrong.map((host) => `--host ${host}: must be a host name or an IP address`),
    )
  }
  const own = hostname()
  const usual = [...(hostName.test(own) ? [own] : []), 'localhost', '127.0.0.1', '::1']
  const byMeaning = new Map<string, string>()
  for (const host of [...given, ...usual]) {
    const key = String(parseIp(host)?.bits ?? host.toLowerCase())
    if (!byMeaning.has(key)) byMeaning.set(key, host)
  }
  return [...byMeaning.values()]
}

export interface MadeServer {
  hosts: string[]
  notAfter: number
}

function madeOf({ cert }: Issued): MadeServer {
  const certificate = new X509Certificate(cert)
  return { hosts: namesOf(certificate), notAfter: certificate.validToDate.getTime() }
}

/** Makes the authority and the server's certificate. */
export async function initTls(
  files: TlsFolder,
  given: readonly string[],
  now: number,
): Promise<MadeServer> {
  const hosts = hostsOf(given)
  await refusePresent([files.ca.cert, files.ca.key, files.server.cert, files.server.key])
  await mkdir(files.folder, { recursive: true, mode: 0o700 })
  const authority = await createAuthority(`Lianxun ${hosts[0]}`, now)
  const server = await issueServer(authority, hosts, now)
  await writePair(files.ca, authority)
  await writePair(files.server, server)
  return madeOf(server)
}

async function readAuthority(files: TlsFolder): Promise<Issued> {
  const [cert, key] = [await readText(files.ca.cert), await readText(files.ca.key)]
  if (cert === undefined || key === undefined) {
    const missing = cert === undefined ? files.ca.cert : files.ca.key
    throw new ConfigError([
      `${missing} is not there: this installation has no authority of its own. Make one with "lianxun tls init", or restore the folder from the backup`,
    ])
  }
  return { cert, key }
}

/** A new server certificate with the same names and those that are given, in place of the old one. */
export async function renewServer(
  files: TlsFolder,
  given: readonly string[],
  now: number,
): Promise<MadeServer> {
  const authority = await readAuthority(files)
  const present = parseCertificate((await readText(files.server.cert)) ?? '')
  const hosts = hostsOf([...given, ...(present ? namesOf(present) : [])])
  const server = await issueServer(authority, hosts, now)
  const drafts = {
    key: await draftOf(files.server.key, server.key, 0o600),
    cert: await draftOf(files.server.cert, server.cert, 0o644),
  }
  await rename(drafts.key, files.server.key)
  await rename(drafts.cert, files.server.cert)
  return madeOf(server)
}

export async function makeDeviceCertificate(
  files: TlsFolder,
  device: string,
  now: number,
): Promise<Paths & { notAfter: number }> {
  const authority = await readAuthority(files)
  const paths = files.device(device)
  await mkdir(join(files.folder, 'devices'), { recursive: true, mode: 0o700 })
  const made = await issueDevice(authority, device, now)
  await writePair(paths, made)
  return { ...paths, notAfter: new X509Certificate(made.cert).validToDate.getTime() }
}
