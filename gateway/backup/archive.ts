import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack } from 'tar-stream'
import { type Seal, sealName } from './format.ts'

/** The tar of a backup, entry by entry, so that it is known where each begins. */

/** What closes every tar: two empty blocks. */
const endBytes = 1024
/** Header, one block of content, the end. */
export const sealBytes = 512 + 512 + endBytes

interface Entry {
  name: string
  size: number
  mode: number
  content: Readable | Buffer
}

export interface Archive {
  add(entry: Entry): Promise<void>
  /** Bytes so far: where the next entry begins. */
  size(): number
  /** Adds the seal, and is on the disk when it resolves. */
  seal(found: Omit<Seal, 'sha256'>): Promise<number>
  close(): Promise<void>
}

async function* tarOf({ name, size, mode, content }: Entry): AsyncGenerator<Buffer> {
  const tar = pack()
  const entry = tar.entry({ name, size, mode, mtime: new Date(0), uid: 0, gid: 0 })
  const written = Buffer.isBuffer(content)
    ? Promise.resolve(entry.end(content))
    : pipeline(content, entry as unknown as NodeJS.WritableStream)
  const finished = written.then(() => tar.finalize())
  // A source that fails leaves the tar waiting for ever.
  finished.catch((error: Error) => tar.destroy(error))
  yield* tar as unknown as AsyncIterable<Buffer>
  await finished
}

/** The blocks of one entry without the tar's end. */
async function* blocksOf(entry: Entry): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of tarOf(entry)) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    if (held.length <= endBytes) continue
    yield held.subarray(0, held.length - endBytes)
    held = Buffer.from(held.subarray(held.length - endBytes))
  }
}

/** The last bytes of the file: made again from what they say, they must be the same. */
export async function sealOf(seal: Seal): Promise<Buffer> {
  const { sha256, manifestAt, manifestSha256 } = seal
  const content = Buffer.from(`${JSON.stringify({ sha256, manifestAt, manifestSha256 })}\n`)
  const parts: Buffer[] = []
  for await (const part of tarOf({ name: sealName, size: content.length, mode: 0o600, content })) {
    parts.push(part)
  }
  return Buffer.concat(parts)
}

async function write(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await handle.write(bytes, at)).bytesWritten
  }
}

export async function createArchive(file: string): Promise<Archive> {
  const handle = await open(file, 'wx', 0o600)
  const hash = createHash('sha256')
  let size = 0
  return {
    size: () => size,
    async add(entry) {
      for await (const block of blocksOf(entry)) {
        hash.update(block)
        await write(handle, block)
        size += block.length
      }
    },
    async seal(found) {
      await write(handle, await sealOf({ ...found, sha256: hash.digest('hex') }))
      await handle.sync()
      return size + sealBytes
    },
    close: () => handle.close(),
  }
}

/** Hashes and counts what runs through. */
export function tap(): { through: Transform; sha256(): string; bytes(): number } {
  const hash = createHash('sha256')
  let bytes = 0
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  return { through, sha256: () => hash.digest('hex'), bytes: () => bytes }
}
