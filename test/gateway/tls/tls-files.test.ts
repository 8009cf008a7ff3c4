import { X509Certificate } from 'node:crypto'
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../../gateway/domain/errors.ts'
import { initTls, makeDeviceCertificate, renewServer } from '../../../gateway/tls/tls-files.ts'
import { lacksPrograms } from '../../support/programs.ts'
import { dataFolder, openssl } from './folder.ts'

const lacksOpenssl = lacksPrograms('certificates before OpenSSL', 'openssl')

const day = 86_400_000
const now = Date.now()

const certificateOf = async (file: string) => new X509Certificate(await readFile(file))
const modeOf = async (file: string) => (await stat(file)).mode & 0o777

describe.skipIf(lacksOpenssl)('tls init', () => {
  it('makes a chain that OpenSSL takes at its strictest', async () => {
    const { files } = await dataFolder()
    await initTls(files, ['lianxun.town', '192.168.7.2'], now)
    const strict = ['verify', '-x509_strict', '-CAfile', files.ca.cert, '-purpose', 'sslserver']
    for (const name of ['lianxun.town', 'localhost']) {
      const { code, text } = await openssl(...strict, '-verify_hostname', name, files.server.cert)
      expect([code, text]).toEqual([0, `${files.server.cert}: OK\n`])
    }
    for (const ip of ['192.168.7.2', '127.0.0.1', '::1']) {
      expect((await openssl(...strict, '-verify_ip', ip, files.server.cert)).code).toBe(0)
    }
    const wrong = await openssl(...strict, '-verify_hostname', 'evil.example', files.server.cert)
    expect(wrong.code).not.toBe(0)
  })

  it('makes an authority for ten years that can make no other', async () => {
    const { files } = await dataFolder()
    await initTls(files, [], now)
    const { text } = await openssl('x509', '-in', files.ca.cert, '-noout', '-text')
    expect(text).toContain('CA:TRUE, pathlen:0')
    expect(text).toContain('Certificate Sign, CRL Sign')
    expect(text).toContain('ASN1 OID: prime256v1')
    const ca = await certificateOf(files.ca.cert)
    const years = (ca.validToDate.getTime() - now) / (365 * day)
    expect(years).toBeGreaterThan(9.9)
    expect(years).toBeLessThanOrEqual(10)
  })

  it('makes a server certificate for 825 days at most, which phones ask for', async () => {
    const { files } = await dataFolder()
    const made = await initTls(files, ['lianxun.town'], now)
    const server = await certificateOf(files.server.cert)
    const length = server.validToDate.getTime() - server.validFromDate.getTime()
    expect(length).toBe(825 * day)
    expect(server.validFromDate.getTime()).toBeLessThan(now)
    expect(made.notAfter).toBe(server.validToDate.getTime())
    expect(made.hosts).toEqual(
      expect.arrayContaining(['lianxun.town', 'localhost', '127.0.0.1', '::1']),
    )
    expect(server.subjectAltName?.toLowerCase()).toContain(hostname().toLowerCase())
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  })

  it('keeps keys to their owner', async () => {
    const { files } = await dataFolder()
    await initTls(files, [], now)
    expect(await modeOf(files.ca.key)).toBe(0o600)
    expect(await modeOf(files.server.key)).toBe(0o600)
    expect(await modeOf(files.folder)).toBe(0o700)
    expect((await readdir(files.folder)).toSorted()).toEqual([
      'ca.crt',
      'ca.key',
      'server.crt',
      'server.key',
    ])
  })

  it.each(['ca', 'server'] as const)('writes over nothing: %s', async (name) => {
    const { files } = await dataFolder()
    await initTls(files, [], now)
    await rm(files[name === 'ca' ? 'server' : 'ca'].cert)
    const before = await readFile(files[name].key, 'utf8')
    await expect(initTls(files, [], now)).rejects.toThrow(/is there already .* not written over/)
    expect(await readFile(files[name].key, 'utf8')).toBe(before)
  })

  it.each(['a b', 'http://lianxun.town', '-x', '', 'a..b', 'x'.repeat(300)])(
    'takes no %j for a name',
    async (host) => {
      const { files } = await dataFolder()
      await expect(initTls(files, [host], now)).rejects.toThrow(ConfigError)
      await expect(stat(files.folder)).rejects.toThrow('ENOENT')
    },
  )

  it('finds room for a long name', async () => {
    const { files } = await dataFolder()
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.town`
    await initTls(files, [long], now)
    const verify = ['verify', '-x509_strict', '-CAfile', files.ca.cert, '-verify_hostname', long]
    expect((await openssl(...verify, files.server.cert)).code).toBe(0)
  })
})

describe.skipIf(lacksOpenssl)('tls renew', () => {
  it('keeps the names, adds what is given, and is signed by the same authority', async () => {
    const { files } = await dataFolder()
    await initTls(files, ['lianxun.town'], now - 800 * day)
    const [before, ca] = await Promise.all([files.server.cert, files.ca.cert].map(certificateOf))
    const made = await renewServer(files, ['192.168.7.2'], now)
    const after = await certificateOf(files.server.cert)
    expect(made.hosts).toEqual(
      expect.arrayContaining(['192.168.7.2', 'lianxun.town', 'localhost', '::1']),
    )
    expect(new Set(made.hosts).size).toBe(made.hosts.length)
    expect(after.serialNumber).not.toBe(before?.serialNumber)
    expect((await certificateOf(files.ca.cert)).serialNumber).toBe(ca?.serialNumber)
    expect((await openssl('verify', '-CAfile', files.ca.cert, files.server.cert)).code).toBe(0)
    expect(await modeOf(files.server.key)).toBe(0o600)
  })

  it('outlives its authority in no case', async () => {
    const { files } = await dataFolder()
    await initTls(files, [], now - 9.5 * 365 * day)
    const made = await renewServer(files, [], now)
    expect(made.notAfter).toBe((await certificateOf(files.ca.cert)).validToDate.getTime())
  })

  it('says what is missing', async () => {
    const { files } = await dataFolder()
    await expect(renewServer(files, [], now)).rejects.toThrow(/ca\.crt is not there.*tls init/)
    await initTls(files, [], now)
    await rm(files.ca.key)
    await expect(renewServer(files, [], now)).rejects.toThrow(/ca\.key is not there/)
  })
})

describe.skipIf(lacksOpenssl)('tls device', () => {
  it('makes a certificate for two years that names the device and is for clients only', async () => {
    const { files } = await dataFolder()
    await initTls(files, [], now)
    const made = await makeDeviceCertificate(files, 'v1-pm1', now)
    expect(made.cert).toBe(join(files.folder, 'devices', 'v1-pm1.crt'))
    const certificate = await certificateOf(made.cert)
    expect(certificate.subject).toBe('CN=v1-pm1')
    expect((certificate.validToDate.getTime() - now) / day).toBeCloseTo(730, 0)
    expect(await modeOf(made.key)).toBe(0o600)
    const verify = (purpose: string) =>
      openssl('verify', '-x509_strict', '-CAfile', files.ca.cert, '-purpose', purpose, made.cert)
    expect((await verify('sslclient')).code).toBe(0)
    expect((await verify('sslserver')).code).not.toBe(0)
    await expect(makeDeviceCertificate(files, 'v1-pm1', now)).rejects.toThrow('not written over')
  })

  it('can sign nothing itself', async () => {
    const { files } = await dataFolder()
    await initTls(files, [], now)
    const made = await makeDeviceCertificate(files, 'v1-pm1', now)
    const { text } = await openssl('x509', '-in', made.cert, '-noout', '-text')
    expect(text).toContain('CA:FALSE')
    expect(text).not.toContain('Certificate Sign')
  })

  it('needs an authority', async () => {
    const { files } = await dataFolder()
    await expect(makeDeviceCertificate(files, 'v1-pm1', now)).rejects.toThrow('tls init')
  })

  it('says so when the folder cannot be read', async () => {
    const { files } = await dataFolder()
    await initTls(files, [], now)
    await rm(files.ca.key)
    await writeFile(files.ca.key, '')
    await chmod(files.ca.key, 0o600)
    await expect(makeDeviceCertificate(files, 'v1-pm1', now)).rejects.toThrow()
  })
})
