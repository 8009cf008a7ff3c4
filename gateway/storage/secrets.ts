import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { ConfigError } from '../domain/errors.ts'

/**
 * Secrets of devices and tokens are long random texts, so a keyed hash is enough to keep them: it
 * costs microseconds where a password hash would cost the reconnect of ten thousand devices an hour.
 * The key is the installation's own; without it the hashes of a stolen database can be tested
 * against nothing.
 */
const keyBytes = 32
const secretBytes = 24
const hashBytes = 32

/** Reads `<directory>/installation.key`, or makes it (mode 0600) on the first start. */
export async function loadInstallationKey(directory: string): Promise<Buffer> {
  const file = path.join(directory, 'installation.key')
  const present = await readKey(file)
  if (present !== undefined) return present
  await mkdir(directory, { recursive: true })
  await writeOnce(file, randomBytes(keyBytes))
  const key = await readKey(file)
  if (key === undefined) throw new ConfigError([`${file} vanished while it was being made.`])
  return key
}

async function readKey(file: string): Promise<Buffer | undefined> {
  let key: Buffer
  try {
    key = await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  if (key.length === keyBytes) return key
  const advice = 'restore it from the backup; a new key would lock out every device'
  throw new ConfigError([`${file} holds ${key.length} bytes instead of ${keyBytes}: ${advice}.`])
}

/** Linking fails where the name is taken, so of two starts one key wins; and it is never half there. */
async function writeOnce(file: string, key: Buffer): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(key)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** 192 random bits as base64url: 32 characters that survive a CSV file and a QR code. */
export function newSecret(): string {
  return randomBytes(secretBytes).toString('base64url')
}

/** HMAC-SHA-256 in base64. */
export function hashSecret(key: Uint8Array, secret: string | Uint8Array): string {
  return digest(key, secret).toString('base64')
}

function digest(key: Uint8Array, secret: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(secret).digest()
}

/** Same work and same time whether the hash is there, well-formed or right. */
export function verifyHash(
  key: Uint8Array,
  secret: string | Uint8Array,
  hash: Uint8Array | string | undefined,
): boolean {
  const expected = typeof hash === 'string' ? Buffer.from(hash, 'base64') : hash
  const isUsable = expected?.length === hashBytes
  const actual = digest(key, secret)
  const isEqual = timingSafeEqual(actual, isUsable ? expected : Buffer.alloc(hashBytes))
  return isEqual && isUsable
}
