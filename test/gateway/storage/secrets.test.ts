import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from '../../../gateway/domain/errors.ts'
import {
  hashSecret,
  loadInstallationKey,
  newSecret,
  verifyHash,
} from '../../../gateway/storage/secrets.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'lianxun-secrets-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

describe('the installation key', () => {
  test('is made once, for the owner only, in a directory that need not be there', async () => {
    const inside = path.join(directory, 'data', 'deep')
    const key = await loadInstallationKey(inside)
    expect(key).toHaveLength(32)
    expect(await loadInstallationKey(inside)).toEqual(key)
    expect((await stat(path.join(inside, 'installation.key'))).mode & 0o777).toBe(0o600)
    expect(await readdir(inside)).toEqual(['installation.key'])
  })

  test('is the same for all who start at once', async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => loadInstallationKey(directory)))
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
    expect(await readdir(directory)).toEqual(['installation.key'])
  })

  test('differs between installations', async () => {
    const other = await loadInstallationKey(path.join(directory, 'other'))
    expect(await loadInstallationKey(path.join(directory, 'one'))).not.toEqual(other)
  })

  test('is never replaced when it is damaged: the error says what to do', async () => {
    await writeFile(path.join(directory, 'installation.key'), 'short')
    const loading = loadInstallationKey(directory)
    await expect(loading).rejects.toThrow(ConfigError)
    await expect(loading).rejects.toThrow(/5 bytes instead of 32: restore it from the backup/)
  })
})

describe('secrets', () => {
  const key = Buffer.alloc(32, 1)

  test('are 24 random bytes that need no quoting anywhere', () => {
    const secrets = Array.from({ length: 1_000 }, newSecret)
    expect(new Set(secrets).size).toBe(1_000)
    for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9_-]{32}$/)
  })

  test('are kept as a keyed hash: HMAC-SHA-256 in base64 (RFC 4231, case 2)', () => {
    expect(hashSecret(Buffer.from('Jefe'), 'what do ya want for nothing?')).toBe(
      Buffer.from(
        '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
        'hex',
      ).toString('base64'),
    )
  })

  test('are verified as text and as bytes', () => {
    const hash = hashSecret(key, 'open')
    expect(verifyHash(key, 'open', hash)).toBe(true)
    expect(verifyHash(key, Buffer.from('open'), hash)).toBe(true)
    expect(verifyHash(key, 'open', Buffer.from(hash, 'base64'))).toBe(true)
  })

  test.each([
    ['another secret', 'shut', hashSecret(key, 'open')],
    ['another key', 'open', hashSecret(Buffer.alloc(32, 2), 'open')],
    ['an empty secret', '', hashSecret(key, 'open')],
    ['no hash', 'open', undefined],
    ['an empty hash', 'open', ''],
    ['a short hash', 'open', hashSecret(key, 'open').slice(0, 8)],
    ['a hash of zeros', 'open', Buffer.alloc(32)],
  ])('%s is refused', (_name, secret, hash) => {
    expect(verifyHash(key, secret, hash)).toBe(false)
  })
})
