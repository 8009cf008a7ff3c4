import { once } from 'node:events'
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../../../gateway/domain/errors.ts'
import type { SecureListener } from '../../../gateway/ports/tls.ts'
import { openTls, type TlsKeeper } from '../../../gateway/tls/keeper.ts'
import { initTls, makeDeviceCertificate, renewServer } from '../../../gateway/tls/tls-files.ts'
import { type DataFolder, dataFolder, tlsSettings } from './folder.ts'

const day = 86_400_000
const start = Date.now()

let now = start
const lines: string[] = []
const parts = {
  clock: { now: () => now, monotonic: () => now - start },
  log: { info: (text: string) => lines.push(text), warn: (text: string) => lines.push(text) },
}
const closing: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
  lines.length = 0
  now = start
})

async function open(folder: DataFolder, named = false): Promise<TlsKeeper | undefined> {
  const config = { dataDir: folder.dataDir, tls: tlsSettings(folder.files, named) }
  const keeper = await openTls(config, parts)
  if (keeper) closing.push(() => keeper.stop())
  return keeper
}

async function opened(folder: DataFolder): Promise<TlsKeeper> {
  const keeper = await open(folder)
  if (!keeper) throw new Error('there is no certificate')
  return keeper
}

async function problemsOf(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ConfigError)
  return (error as ConfigError).problems.join('\n')
}

describe('at start', () => {
  it('nothing there is no TLS, unless it was asked for', async () => {
    const folder = await dataFolder()
    expect(await open(folder)).toBeUndefined()
    const problems = await problemsOf(open(folder, true))
    expect(problems).toContain(folder.files.server.cert)
    expect(problems).toContain(folder.files.server.key)
    expect(problems).toContain('lianxun tls init')
  })

  it('a pair is taken, and its state is known', async () => {
    const folder = await dataFolder()
    const { notAfter } = await initTls(folder.files, ['lianxun.town'], now)
    const state = (await opened(folder)).state()
    expect(state).toMatchObject({ notAfter, problem: null })
    expect(state.names).toContain('lianxun.town')
  })

  it.each([
    ['half a pair', (f: DataFolder) => rm(f.files.server.key), 'server.key: it is not there'],
    ['the other half', (f: DataFolder) => rm(f.files.server.cert), 'server.crt: it is not there'],
    [
      'a key of another certificate',
      (f: DataFolder) => copyFile(f.files.ca.key, f.files.server.key),
      'is not the key of certificate',
    ],
    [
      'a certificate that is none',
      (f: DataFolder) => writeFile(f.files.server.cert, 'none'),
      'is no certificate in PEM form',
    ],
    [
      'a key that is none',
      (f: DataFolder) => copyFile(f.files.server.cert, f.files.server.key),
      'is no private key in PEM form',
    ],
    [
      'an authority that is none',
      (f: DataFolder) => writeFile(f.files.ca.cert, 'none'),
      'ca.crt: is no certificate',
    ],
  ])('%s stops it, and says what to do', async (_name, damage, text) => {
    const folder = await dataFolder()
    await initTls(folder.files, [], now)
    await damage(folder)
    expect(await problemsOf(open(folder))).toContain(text)
  })

  it('a certificate that has run out stops it', async () => {
    const folder = await dataFolder()
    await initTls(folder.files, [], now - 826 * day)
    const problems = await problemsOf(open(folder))
    expect(problems).toContain('ran out on')
    expect(problems).toContain('lianxun tls renew')
  })
})

interface Door {
  keeper: TlsKeeper
  listener: SecureListener
  folder: DataFolder
  /** Common names of those who came in; `-` without a certificate. */
  guests: string[]
  refused: string[]
}

async function openDoor(asksForCertificate = false): Promise<Door> {
  const folder = await dataFolder()
  await initTls(folder.files, [], now)
  const keeper = await opened(folder)
  const guests: string[] = []
  const refused: string[] = []
  const options = {
    host: '127.0.0.1',
    port: 0,
    maxConnections: 10,
    asksForCertificate,
    refused: (_address: string, why: string) => refused.push(why),
  }
  const listener = await keeper.listen(options, (socket, certifiedAs) => {
    guests.push(certifiedAs ?? '-')
    socket.on('error', () => {})
    socket.end('hello')
  })
  closing.push(async () => {
    const stopped = listener.stop()
    listener.cut()
    await stopped
  })
  return { keeper, listener, folder, guests, refused }
}

interface Visit {
  said: string
  serial: string
  protocol: string | null
}

/** Rejects when the handshake fails; says '' when it was cut off behind it. */
async function visit(door: Door, options: ConnectionOptions = {}): Promise<Visit> {
  const ca = await readFile(door.folder.files.ca.cert)
  const socket: TLSSocket = connect({
    port: door.listener.port(),
    host: '127.0.0.1',
    ca,
    ...options,
  })
  let said = ''
  socket.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  await once(socket, 'secureConnect')
  const seen = { serial: socket.getPeerCertificate().serialNumber, protocol: socket.getProtocol() }
  await new Promise<void>((resolve) => {
    socket.once('error', () => {})
    socket.once('close', () => resolve())
  })
  return { said, ...seen }
}

describe('a TLS port', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    const door = await openDoor()
    const options = { minVersion: version, maxVersion: version }
    expect(await visit(door, options)).toMatchObject({ said: 'hello', protocol: version })
  })

  it('speaks nothing older', async () => {
    const door = await openDoor()
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' } as const
    await expect(visit(door, old)).rejects.toThrow(/protocol|alert/i)
    expect(door.guests).toEqual([])
  })

  it('does not fall over what is no TLS', async () => {
    const door = await openDoor()
    const plain = await fetch(`http://127.0.0.1:${door.listener.port()}/`).catch(() => undefined)
    expect(plain).toBeUndefined()
    expect((await visit(door)).said).toBe('hello')
  })

  it('that is taken already is said', async () => {
    const door = await openDoor()
    const options = {
      host: '127.0.0.1',
      port: door.listener.port() ?? 0,
      maxConnections: 1,
      asksForCertificate: false,
    }
    await expect(door.keeper.listen(options, () => {})).rejects.toThrow('EADDRINUSE')
  })
})

describe('certificates of clients', () => {
  async function pairOf({ folder }: Door, device: string, at = now) {
    const { cert, key } = await makeDeviceCertificate(folder.files, device, at)
    return { cert: await readFile(cert), key: await readFile(key) }
  }

  it('are asked for, not required', async () => {
    const door = await openDoor(true)
    expect((await visit(door)).said).toBe('hello')
    expect((await visit(door, await pairOf(door, 'v1-pm1'))).said).toBe('hello')
    expect(door.guests).toEqual(['-', 'v1-pm1'])
  })

  it('name the client again when it resumes its session', async () => {
    const door = await openDoor(true)
    const pair = await pairOf(door, 'v1-pm1')
    let session: Buffer | undefined
    for (let n = 0; n < 3; n++) {
      const ca = await readFile(door.folder.files.ca.cert)
      const socket = connect({
        port: door.listener.port(),
        host: '127.0.0.1',
        ca,
        session,
        ...pair,
      })
      socket.on('session', (given: Buffer) => {
        session = given
      })
      socket.resume()
      await once(socket, 'close')
    }
    expect(door.guests).toEqual(['v1-pm1', 'v1-pm1', 'v1-pm1'])
  })

  it('of another authority, run out or not for clients, are cut off', async () => {
    const door = await openDoor(true)
    const stranger = await dataFolder()
    await initTls(stranger.files, [], now)
    const { server } = door.folder.files
    const pairs = [
      await pairOf({ ...door, folder: stranger }, 'v1-pm1'),
      await pairOf(door, 'v1-old', now - 731 * day),
      { cert: await readFile(server.cert), key: await readFile(server.key) },
    ]
    for (const pair of pairs) expect((await visit(door, pair)).said).toBe('')
    expect(door.guests).toEqual([])
    expect(door.refused).toEqual([
      expect.stringMatching(/not good: \S*(SIGNATURE|SELF_SIGNED|ISSUER|VERIFY)/),
      expect.stringContaining('CERT_HAS_EXPIRED'),
      expect.stringContaining('INVALID_PURPOSE'),
    ])
  })

  it('are not asked for without an authority of our own', async () => {
    const folder = await dataFolder()
    await initTls(folder.files, [], now)
    const ca = await readFile(folder.files.ca.cert)
    const pair = await makeDeviceCertificate(folder.files, 'v1-pm1', now)
    await rm(folder.files.ca.cert)
    const keeper = await opened(folder)
    const guests: (string | undefined)[] = []
    const options = { host: '127.0.0.1', port: 0, maxConnections: 10, asksForCertificate: true }
    const listener = await keeper.listen(options, (socket, certifiedAs) => {
      guests.push(certifiedAs)
      socket.end()
    })
    closing.push(() => listener.stop())
    const client = { cert: await readFile(pair.cert), key: await readFile(pair.key) }
    const socket = connect({ port: listener.port(), host: '127.0.0.1', ca, ...client })
    socket.resume()
    await once(socket, 'close')
    expect(guests).toEqual([undefined])
  })
})

describe('while it runs', () => {
  it('a renewed certificate is used for the next connection', async () => {
    const door = await openDoor()
    const first = await visit(door)
    const { notAfter } = await renewServer(door.folder.files, ['new.town'], now)
    expect((await visit(door)).serial).toBe(first.serial)
    await door.keeper.look()
    const second = await visit(door)
    expect(second).toMatchObject({ said: 'hello' })
    expect(second.serial).not.toBe(first.serial)
    expect(door.keeper.state()).toMatchObject({ notAfter, problem: null })
    expect(door.keeper.state().names).toContain('new.town')
    expect(lines).toEqual([expect.stringContaining('renewed certificate is in use')])
  })

  it('one that is of no use leaves the old one in use, and is said once', async () => {
    const door = await openDoor()
    const first = await visit(door)
    const { server } = door.folder.files
    const whole = await readFile(server.cert)
    await writeFile(server.cert, 'half a certi')
    for (let n = 0; n < 3; n++) await door.keeper.look()
    expect((await visit(door)).serial).toBe(first.serial)
    expect(door.keeper.state().problem).toContain('is no certificate in PEM form')
    expect(lines).toEqual([expect.stringContaining('the present certificate stays in use')])
    await writeFile(server.cert, whole)
    await door.keeper.look()
    expect(door.keeper.state().problem).toBeNull()
  })

  it('a key that came without its certificate, too', async () => {
    const door = await openDoor()
    const other = await dataFolder()
    await initTls(other.files, [], now)
    await copyFile(other.files.server.key, door.folder.files.server.key)
    await door.keeper.look()
    expect(door.keeper.state().problem).toContain('is not the key of')
    await copyFile(other.files.server.cert, door.folder.files.server.cert)
    await door.keeper.look()
    expect(door.keeper.state().problem).toBeNull()
    const ca = await readFile(join(other.dataDir, 'tls', 'ca.crt'))
    expect((await visit(door, { ca })).said).toBe('hello')
  })

  it('one that runs out is told, and goes on', async () => {
    const door = await openDoor()
    expect(door.keeper.state().problem).toBeNull()
    now = start + 826 * day
    expect(door.keeper.state().problem).toContain('ran out on')
    await door.keeper.look()
    expect(door.keeper.state().problem).toContain('ran out on')
  })
})
