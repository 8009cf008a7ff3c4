import { existsSync } from 'node:fs'
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import SqliteFile from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openBackup } from '../../../gateway/backup/read-backup.ts'
import { restoreBackup } from '../../../gateway/backup/restore.ts'
import { settleRestore, swapFolders } from '../../../gateway/backup/swap.ts'
import { tableSums } from '../../../gateway/backup/table-sums.ts'
import { openDatabase } from '../../../gateway/storage/database.ts'
import { lockHouse } from '../../../gateway/storage/house-lock.ts'
import {
  backUp,
  type Installation,
  madeAt,
  makeInstallation,
  removeInstallation,
  version,
} from './installation.ts'

const stamp = '20260131T023000Z'

let house: Installation
let file: string

let made: Installation

beforeAll(async () => {
  made = await makeInstallation()
  await backUp(made)
})
afterAll(() => removeInstallation(made))

beforeEach(async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'lianxun-restore-'))
  await cp(made.root, root, { recursive: true })
  house = { root, dataDir: path.join(root, 'data') }
  file = path.join(root, 'a.tar')
})
afterEach(() => removeInstallation(house))

const restore = (into: string, from = file) =>
  restoreBackup({ file: from, into, productVersion: version, now: madeAt })

async function tree(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !/lock|-shm|-wal/.test(entry.name))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted()
}

async function expectBackedUp(folder: string): Promise<void> {
  const { manifest } = await openBackup(file, version)
  for (const { name, tables } of manifest.files) {
    if (!tables) {
      expect((await readFile(path.join(folder, name))).length).toBeGreaterThan(0)
      continue
    }
    const db = new SqliteFile(path.join(folder, name), { fileMustExist: true })
    expect([name, tableSums(db)]).toEqual([name, tables])
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
  }
}

async function count(folder: string, value: number): Promise<void> {
  const db = await openDatabase(path.join(folder, 'lianxun.db'))
  await db.updateTable('counter').set({ value }).where('name', '=', 'cases').execute()
  await db.destroy()
}

function counted(folder: string): unknown {
  const db = new SqliteFile(path.join(folder, 'lianxun.db'), { fileMustExist: true })
  const value = db.prepare("SELECT value FROM counter WHERE name = 'cases'").pluck().get()
  db.close()
  return value
}

describe('restore', () => {
  it.each(['a folder that is not there', 'an empty folder'])('into %s', async (what) => {
    const into = path.join(house.root, 'deep', 'new')
    if (what === 'an empty folder') await mkdir(into, { recursive: true })
    expect((await restore(into)).kept).toBeNull()
    await expectBackedUp(into)
    expect(await readdir(path.dirname(into))).toEqual(['new'])
    expect((await stat(path.join(into, 'installation.key'))).mode & 0o777).toBe(0o600)
  })

  it('brings back voice notes and begun uploads byte by byte', async () => {
    const into = path.join(house.root, 'elsewhere')
    await restore(into)
    const files = (await tree(house.dataDir)).filter((name) => /^(voices|uploads)\//.test(name))
    expect(files).toHaveLength(2)
    for (const name of files) {
      const [there, was] = [path.join(into, name), path.join(house.dataDir, name)]
      expect((await readFile(there)).equals(await readFile(was))).toBe(true)
    }
  })

  it('keeps what was there, and leaves the backups where they are looked for', async () => {
    await count(house.dataDir, 77)
    const before = await tree(house.dataDir)
    const { kept } = await restore(house.dataDir)
    expect(kept).toBe(`${house.dataDir}.before-restore-${stamp}`)
    await expectBackedUp(house.dataDir)
    expect([counted(house.dataDir), counted(kept as string)]).toEqual([41, 77])
    expect(await tree(kept as string)).toEqual(before.filter((name) => !name.startsWith('backups')))
    expect(await readdir(path.join(house.dataDir, 'backups'))).toEqual(['old.tar'])
  })

  it('is refused while a gateway runs there, and nothing is touched', async () => {
    const before = await tree(house.dataDir)
    const gateway = lockHouse(house.dataDir, '')
    await expect(restore(house.dataDir)).rejects.toThrow(/A gateway runs on .*Stop it first/)
    gateway.release()
    expect(await tree(house.dataDir)).toEqual(before)
    expect((await readdir(house.root)).toSorted()).toEqual(['a.tar', 'data'])
  })

  it('of a damaged backup touches nothing and leaves nothing', async () => {
    const bytes = await readFile(file)
    bytes[700] = (bytes[700] as number) ^ 1
    await writeFile(file, bytes)
    await count(house.dataDir, 77)
    await expect(restore(house.dataDir)).rejects.toThrow(/observations\.db\.zst inside/)
    expect(counted(house.dataDir)).toBe(77)
    expect((await readdir(house.root)).toSorted()).toEqual(['a.tar', 'data'])
  })

  it('onto a file is refused', async () => {
    await expect(restore(file)).rejects.toThrow(/is not a folder/)
  })

  it('removes what an earlier one that was killed left aside', async () => {
    const left = `${house.dataDir}.restore-20250101T000000Z`
    await mkdir(left)
    await writeFile(path.join(left, 'lianxun.db'), 'half')
    await restore(house.dataDir)
    expect(existsSync(left)).toBe(false)
    await expectBackedUp(house.dataDir)
  })
})

describe('restore of the tables alone', () => {
  let copy: string
  beforeEach(async () => {
    copy = path.join(house.root, 'before-0003-later.db')
    const db = new SqliteFile(path.join(house.dataDir, 'lianxun.db'))
    await db.backup(copy)
    db.close()
    await count(house.dataDir, 77)
  })

  it('replaces them and keeps the log, the pictures and the former tables', async () => {
    const before = await tree(house.dataDir)
    const { kept, manifest } = await restore(house.dataDir, copy)
    expect(manifest).toBeNull()
    expect(counted(house.dataDir)).toBe(41)
    expect(kept).toBe(path.join(house.dataDir, `lianxun.db.before-restore-${stamp}`))
    expect(await tree(house.dataDir)).toEqual([...before, path.basename(kept as string)].toSorted())
    const former = new SqliteFile(kept as string)
    expect(former.prepare("SELECT value FROM counter WHERE name = 'cases'").pluck().get()).toBe(77)
    former.close()
  })

  it('of a copy that is damaged or of a newer version changes nothing', async () => {
    const newer = new SqliteFile(copy)
    newer.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2099')")
    newer.close()
    await expect(restore(house.dataDir, copy)).rejects.toThrow(
      /newer version of Lianxun.*9999-later/,
    )
    const bytes = await readFile(copy)
    await writeFile(copy, bytes.fill(7, 5000, 20_000))
    await expect(restore(house.dataDir, copy)).rejects.toThrow(/is damaged/)
    expect(counted(house.dataDir)).toBe(77)
    expect((await tree(house.dataDir)).filter((name) => name.includes('restore.new'))).toEqual([])
  })

  it('where there are none is refused', async () => {
    const into = path.join(house.root, 'empty')
    await mkdir(into)
    await expect(restore(into, copy)).rejects.toThrow(/copy of the tables alone/)
  })
})

/** As a volume is: the directory itself cannot change its name, only what is in it. */
describe('a restore that was cut off', () => {
  const aside = () => path.join(house.dataDir, `restore-${stamp}`)
  const kept = () => path.join(house.dataDir, `before-restore-${stamp}`)
  const mark = (phase: 'keeping' | 'placing') =>
    writeFile(
      path.join(house.dataDir, 'restore-in-progress.json'),
      JSON.stringify({ stamp, phase }),
    )
  const own = (names: string[]) =>
    names.filter((name) => !/^(backups|before-restore|gateway)/.test(name)).toSorted()

  async function move(from: string, to: string, some: number): Promise<void> {
    await mkdir(to, { recursive: true })
    for (const name of own(await readdir(from)).filter((one) => !one.startsWith('restore'))) {
      if (some-- <= 0) return
      await rename(path.join(from, name), path.join(to, name))
    }
  }

  it.each([0, 1, 2, 99])('after %i entries were taken away is taken back', async (some) => {
    await count(house.dataDir, 77)
    const before = own(await tree(house.dataDir))
    await restore(aside())
    await move(house.dataDir, kept(), some)
    await mark('keeping')
    expect(await settleRestore(house.dataDir)).toMatch(/as it was before/)
    expect(own(await tree(house.dataDir))).toEqual(before)
    expect(counted(house.dataDir)).toBe(77)
    expect(existsSync(aside())).toBe(false)
  })

  it.each([0, 1, 2, 99])('after %i entries were put in place is finished', async (some) => {
    await count(house.dataDir, 77)
    await restore(aside())
    await move(house.dataDir, kept(), 99)
    await move(aside(), house.dataDir, some)
    await mark('placing')
    expect(await settleRestore(house.dataDir)).toMatch(/is now finished/)
    await expectBackedUp(house.dataDir)
    expect([counted(house.dataDir), counted(kept())]).toEqual([41, 77])
    expect(existsSync(aside())).toBe(false)
    expect(await settleRestore(house.dataDir)).toBeNull()
  })

  it('between the two renames is finished', async () => {
    await restore(`${house.dataDir}.restore-${stamp}`)
    await rename(house.dataDir, `${house.dataDir}.before-restore-${stamp}`)
    expect(await settleRestore(house.dataDir)).toMatch(/is now finished/)
    await expectBackedUp(house.dataDir)
    expect(await readdir(path.join(house.dataDir, 'backups'))).toEqual(['old.tar'])
  })

  it('leaves a new installation alone', async () => {
    const into = path.join(house.root, 'new')
    await mkdir(`${into}.restore-${stamp}`)
    expect(await settleRestore(into)).toBeNull()
    expect(existsSync(into)).toBe(false)
  })
})

it('entries move one by one where the directory cannot be renamed', async () => {
  await count(house.dataDir, 77)
  const swap = await swapFolders(house.dataDir, stamp, 'moving')
  await restore(swap.aside)
  const kept = await swap.perform()
  expect(kept).toBe(path.join(house.dataDir, `before-restore-${stamp}`))
  await expectBackedUp(house.dataDir)
  expect([counted(house.dataDir), counted(kept as string)]).toEqual([41, 77])
  expect(await readdir(path.join(house.dataDir, 'backups'))).toEqual(['old.tar'])
  await rm(kept as string, { recursive: true })
})
