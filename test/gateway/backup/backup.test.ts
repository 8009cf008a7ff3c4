import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import SqliteFile from 'better-sqlite3'
import * as fc from 'fast-check'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createArchive } from '../../../gateway/backup/archive.ts'
import { checkName, isNewer, type Manifest } from '../../../gateway/backup/format.ts'
import { openBackup, unpackBackup } from '../../../gateway/backup/read-backup.ts'
import { restoreBackup } from '../../../gateway/backup/restore.ts'
import { tableSums } from '../../../gateway/backup/table-sums.ts'
import { writeBackup } from '../../../gateway/backup/write-backup.ts'
import {
  backUp,
  type Installation,
  madeAt,
  makeInstallation,
  readings,
  removeInstallation,
  version,
} from './installation.ts'

let house: Installation
let file: string
let manifest: Manifest

beforeAll(async () => {
  house = await makeInstallation()
  file = await backUp(house)
  manifest = (await openBackup(file, version)).manifest
})
afterAll(() => removeInstallation(house))

const nothing = () => {}
let folders = 0
const freshFolder = () => path.join(house.root, `out-${++folders}`)

function sumsOf(database: string) {
  const db = new SqliteFile(database, { fileMustExist: true })
  try {
    return tableSums(db)
  } finally {
    db.close()
  }
}

describe('a backup', () => {
  it('holds every kind of file, and neither old backups nor locks nor half-written files', () => {
    const names = manifest.files.map(({ name }) => name.replace(/[0-9a-f]{64}/, 'SHA'))
    expect(names.filter((name) => !name.startsWith('pictures/')).toSorted()).toEqual(
      expect.arrayContaining([
        'installation.key',
        'lianxun.db',
        'observations.db',
        'tls/server.key',
      ]),
    )
    expect(names.filter((name) => name.startsWith('series-')).length).toBeGreaterThan(1)
    expect(names.filter((name) => name.startsWith('pictures/'))).toHaveLength(2)
    expect(names.filter((name) => name.startsWith('voices/'))).toHaveLength(1)
    // What a phone has begun goes on after a restore.
    expect(names.filter((name) => /^uploads\/SHA\.part$/.test(name))).toHaveLength(1)
    expect(names.filter((name) => /backups|before-restore|lock|-wal|-shm/.test(name))).toEqual([])
  })

  it('says of each table how many rows it has and what is in them', async () => {
    const of = (name: string) => manifest.files.find((one) => one.name === name)?.tables
    expect(of('lianxun.db')?.counter?.rows).toBe(1)
    expect(of('lianxun.db')?.audit?.rows).toBe(3)
    expect(of('observations.db')?.log?.rows).toBe(readings)
    const series = manifest.files.filter(({ name }) => name.startsWith('series-'))
    const raw = series.reduce((sum, { tables }) => sum + (tables?.raw?.rows ?? 0), 0)
    expect(raw).toBe(readings)
    for (const name of ['lianxun.db', 'observations.db']) {
      expect(of(name)).toEqual(sumsOf(path.join(house.dataDir, name)))
    }
  })

  it('says when, by which version, of which installation, and where the audit log stood', async () => {
    const key = await readFile(path.join(house.dataDir, 'installation.key'))
    expect(manifest).toMatchObject({
      formatVersion: 1,
      productVersion: version,
      createdAt: madeAt,
      installation: createHash('sha256').update(key).digest('hex').slice(0, 8),
      auditHead: { id: 3 },
    })
  })

  it('is readable by its owner only, and leaves nothing beside it', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await readdir(house.root)).filter((name) => name.includes('aside'))).toEqual([])
  })

  it('is a tar that other tools list', () => {
    const listed = execFileSync('tar', ['-tf', file], { encoding: 'utf8' }).trim().split('\n')
    expect(listed).toEqual([
      ...manifest.files.map(({ name }) => (name.endsWith('.db') ? `${name}.zst` : name)),
      'manifest.json',
      'seal.json',
    ])
  })

  it('does not replace a file unless it is told to', async () => {
    await expect(backUp(house)).rejects.toThrow(/a\.tar is there already.*--force/)
    await writeFile(path.join(house.root, 'b.tar'), 'mine')
    const options = {
      dataDir: house.dataDir,
      file: path.join(house.root, 'b.tar'),
      backupDir: path.join(house.dataDir, 'backups'),
      productVersion: version,
      now: madeAt,
    }
    await expect(writeBackup(options)).rejects.toThrow(/--force/)
    await writeBackup({ ...options, force: true })
    expect((await openBackup(options.file, version)).manifest.files).toHaveLength(
      manifest.files.length,
    )
  })

  it('tells how far it is, forwards only and to the end', async () => {
    const told: number[] = []
    await writeBackup({
      dataDir: house.dataDir,
      file: path.join(house.root, 'told.tar'),
      backupDir: path.join(house.dataDir, 'backups'),
      productVersion: version,
      now: madeAt,
      progress: (done) => told.push(done),
    })
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    expect(told.at(-1)).toBe(1)
  })

  it('of a folder that is no data directory is refused with a sentence, and nothing is left', async () => {
    const empty = freshFolder()
    await mkdir(empty)
    const options = { dataDir: empty, backupDir: empty, productVersion: version, now: madeAt }
    const target = path.join(house.root, 'none.tar')
    await expect(writeBackup({ ...options, file: target })).rejects.toThrow(/LIANXUN_DATA_DIR/)
    expect((await readdir(house.root)).filter((name) => name.startsWith('none'))).toEqual([])
  })

  it('that is stopped leaves nothing', async () => {
    const stop = new AbortController()
    const options = {
      dataDir: house.dataDir,
      file: path.join(house.root, 'stopped.tar'),
      backupDir: path.join(house.dataDir, 'backups'),
      productVersion: version,
      now: madeAt,
      signal: stop.signal,
      progress: () => stop.abort(new Error('enough')),
    }
    await expect(writeBackup(options)).rejects.toThrow('enough')
    expect((await readdir(house.root)).filter((name) => name.startsWith('stopped'))).toEqual([])
  })

  it('comes back as it was, file by file', async () => {
    const out = freshFolder()
    const opened = await openBackup(file, version)
    await unpackBackup(opened, out, nothing)
    for (const { name, bytes, sha256 } of manifest.files) {
      const content = await readFile(path.join(out, name))
      expect([name, content.length]).toEqual([name, bytes])
      expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
    }
    expect((await stat(path.join(out, 'tls', 'server.key'))).mode & 0o777).toBe(0o600)
  })
})

describe('a damaged backup is refused with the file inside named', () => {
  async function flipped(at: number, bit = 0): Promise<string> {
    const bytes = await readFile(file)
    bytes[at] = (bytes[at] as number) ^ (1 << bit)
    const target = path.join(house.root, 'flipped.tar')
    await writeFile(target, bytes)
    return target
  }

  async function whatIsSaid(damaged: string): Promise<string> {
    const into = freshFolder()
    const said = await restoreBackup({
      file: damaged,
      into,
      productVersion: version,
      now: madeAt,
    }).then(
      () => 'restored',
      (error: Error) => error.message,
    )
    expect(existsSync(into)).toBe(false)
    return said
  }

  /** Where each entry's content begins: tar keeps its header in the block before. */
  async function contents(): Promise<{ name: string; at: number; size: number }[]> {
    const bytes = await readFile(file)
    const found = []
    for (let at = 0; at + 512 <= bytes.length; ) {
      const name = bytes.toString('utf8', at, at + 100).replace(/\0.*$/s, '')
      if (name === '') break
      const size = Number.parseInt(bytes.toString('utf8', at + 124, at + 135), 8)
      found.push({ name, at: at + 512, size })
      at += 512 + Math.ceil(size / 512) * 512
    }
    return found
  }

  it('one flipped bit in the middle of each file', async () => {
    for (const { name, at, size } of await contents()) {
      const said = await whatIsSaid(await flipped(at + Math.floor(size / 2), 3))
      expect(said).toContain('is damaged')
      expect(said).toContain(name)
    }
  })

  it('one flipped bit in the header of each file', async () => {
    for (const { name, at } of await contents()) {
      expect([name, await whatIsSaid(await flipped(at - 512 + 2))]).toEqual([
        name,
        expect.stringContaining('is damaged'),
      ])
    }
  })

  it('one flipped bit anywhere: headers, padding and seal too', { timeout: 120_000 }, async () => {
    const { size } = await stat(file)
    await fc.assert(
      fc.asyncProperty(fc.nat(size - 1), fc.nat(7), async (at, bit) => {
        expect(await whatIsSaid(await flipped(at, bit))).toMatch(/is damaged: .+/)
      }),
      { numRuns: 120 },
    )
  })

  it('cut off anywhere', { timeout: 60_000 }, async () => {
    const bytes = await readFile(file)
    const target = path.join(house.root, 'cut.tar')
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await writeFile(target, bytes.subarray(0, length))
        expect(await whatIsSaid(target)).toMatch(/its end.+missing/)
      }),
      { numRuns: 30 },
    )
  })

  it('something behind its end', async () => {
    const target = path.join(house.root, 'longer.tar')
    await writeFile(target, Buffer.concat([await readFile(file), Buffer.from('x')]))
    expect(await whatIsSaid(target)).toContain('is damaged')
  })

  it.each([
    ['nothing', ''],
    ['a text', 'hello '.repeat(1000)],
    ['zeros', '\0'.repeat(10_240)],
  ])('%s is no backup', async (_name, content) => {
    const target = path.join(house.root, 'other.tar')
    await writeFile(target, content)
    expect(await whatIsSaid(target)).toContain('no backup of Lianxun')
  })

  it('a file that is not there', async () => {
    expect(await whatIsSaid(path.join(house.root, 'nowhere.tar'))).toContain('There is no file')
  })
})

/** A backup whose sums are all right, and whose contents nobody of ours would write. */
async function forged(change: (manifest: Manifest) => unknown, names: string[]): Promise<string> {
  const target = path.join(house.root, `forged-${++folders}.tar`)
  const archive = await createArchive(target)
  for (const name of names) {
    await archive.add({ name, size: 1, mode: 0o600, content: Buffer.from('x') })
  }
  const base = { ...manifest, files: [] }
  const content = Buffer.from(`${JSON.stringify(change(base) ?? base)}\n`)
  const manifestAt = archive.size()
  await archive.add({ name: 'manifest.json', size: content.length, mode: 0o600, content })
  const manifestSha256 = createHash('sha256').update(content).digest('hex')
  await archive.seal({ manifestAt, manifestSha256 })
  await archive.close()
  return target
}

const x = createHash('sha256').update('x').digest('hex')
const oneFile = (name: string) => ({ name, bytes: 1, sha256: x, mode: 0o600 })

describe('a backup of somebody else', () => {
  const restore = (from: string, into = freshFolder()) =>
    restoreBackup({ file: from, into, productVersion: version, now: madeAt })

  it.each([
    '../evil',
    '/etc/cron.d/evil',
    'a/../../evil',
    'a\\..\\evil',
    'tls/\0evil',
    '..',
    'a//b',
  ])('writes no file %j', async (name) => {
    expect(() => checkName(name)).toThrow(/is no name for a file of a backup/)
    const target = await forged((base) => ({ ...base, files: [oneFile(name)] }), [])
    await expect(restore(target)).rejects.toThrow(/is no name for a file of a backup/)
  })

  it('no name leads out of the folder it is unpacked into', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('.', '/', 'a', '\\', '\0', '~', 'é') }),
        (name) => {
          const isTaken = (() => {
            try {
              return checkName(name) === name
            } catch {
              return false
            }
          })()
          const target = path.resolve('/data/aside', name.replaceAll('\0', ''))
          if (isTaken) expect(target.startsWith('/data/aside/')).toBe(true)
        },
      ),
    )
  })

  it('whose tar says another name than its manifest is refused', async () => {
    const target = await forged((base) => ({ ...base, files: [oneFile('tls/a')] }), ['tls/b'])
    await expect(restore(target)).rejects.toThrow(/tls\/a inside is missing/)
  })

  it('with a link in it is refused', async () => {
    const tar = pack()
    tar.entry({ name: 'lianxun.db.zst', type: 'symlink', linkname: '/etc/passwd' })
    tar.finalize()
    const chunks: Buffer[] = []
    for await (const chunk of tar as unknown as AsyncIterable<Buffer>) chunks.push(chunk)
    const target = path.join(house.root, 'link.tar')
    await writeFile(target, Buffer.concat(chunks))
    await expect(restore(target)).rejects.toThrow(/is damaged/)
  })

  it('without the tables of the house is refused', async () => {
    const target = await forged((base) => ({ ...base, files: [oneFile('tls/a')] }), ['tls/a'])
    await expect(restore(target)).rejects.toThrow(/holds no lianxun\.db/)
  })

  it('of a newer format or version is refused with a sentence', async () => {
    const format = await forged((base) => ({ ...base, formatVersion: 2 }), [])
    await expect(restore(format)).rejects.toThrow(
      /newer version of Lianxun \(format 2; this one reads 1\)/,
    )
    const product = await forged((base) => ({ ...base, productVersion: '1.10.0' }), [])
    await expect(restore(product)).rejects.toThrow(/made by Lianxun 1\.10\.0, this is 1\.2\.0/)
  })

  it('whose manifest has another shape is refused', async () => {
    const target = await forged(() => ({ formatVersion: 1, files: 'all' }), [])
    await expect(restore(target)).rejects.toThrow(/manifest\.json inside cannot be read/)
  })
})

it.each([
  ['0.2.0', '0.1.9', true],
  ['0.10.0', '0.9.0', true],
  ['1.0.0', '1.0.0', false],
  ['0.9.9', '1.0.0', false],
  ['1.0.1-rc.1', '1.0.0', true],
])('version %s is newer than %s: %s', (one, other, newer) => {
  expect(isNewer(one, other)).toBe(newer)
})
