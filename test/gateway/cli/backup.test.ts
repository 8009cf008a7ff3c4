import { existsSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockHouse } from '../../../gateway/storage/house-lock.ts'
import { type Installation, makeInstallation, removeInstallation } from '../backup/installation.ts'
import { lianxun, type Settings } from './commands.ts'

let house: Installation
let settings: Settings
let file: string

beforeEach(async () => {
  house = await makeInstallation()
  settings = { LIANXUN_DATA_DIR: house.dataDir }
  file = path.join(house.root, 'town.tar')
})
afterEach(() => removeInstallation(house))

describe('lianxun backup and restore', () => {
  it('beside a running gateway: a backup yes, a restore no', async () => {
    const gateway = lockHouse(house.dataDir, '')
    const backup = await lianxun(['backup', file], settings)
    expect(backup.code).toBe(0)
    expect(backup.out).toMatch(
      /town\.tar: \d+\.\d MiB, \d+ files, \d+ rows\.\nIt holds every secret/,
    )
    expect(backup.err).toMatch(/^Backing up: +\d+ % /)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const restore = await lianxun(['restore', file], settings)
    gateway.release()
    expect([restore.code, restore.err.trim()]).toEqual([
      1,
      `lianxun: A gateway runs on ${house.dataDir}. Stop it first, then restore.`,
    ])
  })

  it('without --force a file that is there stays as it is', async () => {
    await writeFile(file, 'mine')
    const refused = await lianxun(['backup', file], settings)
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('add --force')])
    expect(await readFile(file, 'utf8')).toBe('mine')
    expect((await lianxun(['backup', file, '--force'], settings)).code).toBe(0)
  })

  it('restore says what it holds now, where the former is, and what to revoke again', async () => {
    await lianxun(['backup', file], settings)
    const { code, out } = await lianxun(['restore', file], settings)
    expect(code).toBe(0)
    const kept = /kept in (\S+);/.exec(out)?.[1] ?? ''
    expect(kept).toMatch(/data\.before-restore-\d{8}T\d{6}Z$/)
    expect(existsSync(path.join(kept, 'lianxun.db'))).toBe(true)
    expect(out).toMatch(/every table was compared with the backup\.\n/)
    expect(out).toMatch(/revoke again what was revoked since/)
  })

  it('restore into another folder leaves the data directory alone', async () => {
    await lianxun(['backup', file], settings)
    const into = path.join(house.root, 'elsewhere')
    const { code, out } = await lianxun(['restore', file, '--into', into], settings)
    expect([code, out.includes('kept in')]).toEqual([0, false])
    expect(existsSync(path.join(into, 'lianxun.db'))).toBe(true)
    expect((await readdir(house.root)).toSorted()).toEqual(['data', 'elsewhere', 'town.tar'])
  })

  it('a damaged backup is refused with file and entry named', async () => {
    await lianxun(['backup', file], settings)
    const bytes = await readFile(file)
    bytes[1000] = (bytes[1000] as number) ^ 1
    await writeFile(file, bytes)
    const { code, err } = await lianxun(['restore', file], settings)
    expect(code).toBe(1)
    expect(err).toContain(`lianxun: ${file} is damaged: observations.db.zst inside`)
    expect(err).toContain('Nothing was changed. Use another backup.')
  })

  it.each([
    [['backup'], 'FILE is missing'],
    [['restore'], 'FILE is missing'],
    [['restore', '/nowhere.tar'], 'There is no file /nowhere.tar'],
    [['backup', 'a', 'b'], 'b: too much'],
  ])('%j is refused with a sentence', async (args, text) => {
    const { code, err } = await lianxun(args, settings)
    expect(code).toBe(1)
    expect(err).toContain(text)
  })
})
