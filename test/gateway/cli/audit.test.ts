import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lianxun, root, type Settings } from './commands.ts'

/** The audit log from the command line, and what commands leave in it. */

let directory: string
let settings: Settings
const village = '990101101201'
const place = ['--kind', 'airStation', '--village', village, '--lon', '106.7', '--lat', '29.19']

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-audit-'))
  settings = { LIANXUN_DATA_DIR: join(directory, 'data') }
  const town = join(directory, 'town')
  await mkdir(town)
  for (const name of ['places.geojson', 'hazards.yaml']) {
    await cp(join(root, 'examples/town', name), join(town, name))
  }
  for (const args of [
    ['import', town],
    ['export', join(directory, 'out')],
    ['user', 'add', 'desk09', '--role', 'operator'],
    ['device', 'add', 'd9', ...place],
    ['device', 'rotate', 'd9'],
    ['token', 'create', 'weather', '--role', 'viewer'],
    ['backup', join(directory, 'backup.tar')],
  ]) {
    const ran = await lianxun(args, settings)
    if (ran.code !== 0) throw new Error(`${args.join(' ')}: ${ran.err}`)
  }
})

afterAll(() => rm(directory, { recursive: true, force: true }))

const database = () => new Database(join(directory, 'data', 'lianxun.db'))

describe('commands', () => {
  it('stand in the log: nobody signed in, by whom on the machine', () => {
    const db = database()
    const rows = db
      .prepare<[], { act: string; subject: string; actor: string | null; detail: string }>(
        'SELECT act, subject, actor, detail FROM audit ORDER BY id',
      )
      .all()
    db.close()
    expect(rows.map(({ act }) => act)).toEqual([
      'import',
      'export',
      'addUser',
      'addDevice',
      'rotateSecret',
      'makeToken',
      'backup',
    ])
    expect(rows.every(({ actor }) => actor === null)).toBe(true)
    expect(rows[0]).toMatchObject({
      subject: `town:${join(directory, 'town')}`,
      detail: expect.stringMatching(/^57 places, 10 hazards, by command of \S+$/),
    })
    expect(rows[2]).toMatchObject({
      subject: 'user:desk09',
      detail: expect.stringMatching(/^operator 990101101, by command of \S+$/),
    })
    expect(rows[3]).toMatchObject({ subject: 'device:d9' })
  })

  it('that are refused leave nothing', async () => {
    const before = database()
    const count = () => before.prepare('SELECT count(*) FROM audit').pluck().get()
    const present = count()
    await lianxun(['user', 'add', 'desk09', '--role', 'operator'], settings)
    await lianxun(['import', join(directory, 'nowhere')], settings)
    expect(count()).toBe(present)
    before.close()
  })
})

describe('audit verify', () => {
  it('counts, tells the head, and ends with 0', async () => {
    const ran = await lianxun(['audit', 'verify'], settings)
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toMatch(/^7 entries, each fits the one before\.\nHead: [\w+/]{43}=\n/)
  })

  it('looks for a hash that was noted', async () => {
    const { out } = await lianxun(['audit', 'verify'], settings)
    const head = /Head: (\S+)/.exec(out)?.[1] as string
    expect(await lianxun(['audit', 'verify', '--known', head], settings)).toMatchObject({ code: 0 })
    const other = await lianxun(['audit', 'verify', '--known', 'AAAA'], settings)
    expect(other).toMatchObject({ code: 1, out: expect.stringContaining('was cut off') })
  })

  it.each([
    ['changed', "UPDATE audit SET detail = 'nothing' WHERE id = 3", 'Entry 3 is not what was'],
    ['removed', 'DELETE FROM audit WHERE id = 4', 'Entry 4 is gone, or others'],
    ['cut off', 'DELETE FROM audit WHERE id > 5', 'Entry 6 is gone: the end'],
    ['cut off in the front', 'DELETE FROM audit WHERE id < 3', 'Entry 1 is gone'],
  ])('names the first entry that does not fit (%s), and ends with 1', async (_, change, words) => {
    const db = database()
    const rows = db.prepare('SELECT * FROM audit').all()
    const triggers = db
      .prepare<[], string>(
        "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
      )
      .pluck()
      .all()
    db.exec('DROP TRIGGER audit_is_never_changed; DROP TRIGGER audit_is_never_removed')
    db.exec(change)
    const ran = await lianxun(['audit', 'verify'], settings)
    db.exec('DELETE FROM audit')
    const insert = db.prepare(
      `INSERT INTO audit (id, at, actor, act, subject, detail, address, reason, hash)
       VALUES (:id, :at, :actor, :act, :subject, :detail, :address, :reason, :hash)`,
    )
    for (const row of rows) insert.run(row)
    for (const text of triggers) db.exec(text)
    db.close()
    expect(ran.code).toBe(1)
    expect(ran.out).toContain(words)
    expect(ran.out).toContain('Delete nothing')
    expect((await lianxun(['audit', 'verify'], settings)).code).toBe(0)
  })

  it('finds no log where there is none, instead of making an empty one', async () => {
    const empty = { LIANXUN_DATA_DIR: join(directory, 'elsewhere') }
    const ran = await lianxun(['audit', 'verify'], empty)
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('is not there') })
    await expect(stat(join(directory, 'elsewhere'))).rejects.toThrow('ENOENT')
  })
})

describe('audit export', () => {
  it('writes one entry a line, with its hash, for the owner only', async () => {
    const file = join(directory, 'audit.jsonl')
    const ran = await lianxun(['audit', 'export', file], settings)
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('7 entries are in') })
    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    const entries = lines.map((line) => JSON.parse(line) as { id: number; hash: string })
    expect(entries.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(entries.every(({ hash }) => /^[\w+/]{43}=$/.test(hash))).toBe(true)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const verdict = await lianxun(['audit', 'verify'], settings)
    expect(verdict.out).toContain('8 entries')
  })

  it('replaces no file that is there', async () => {
    const file = join(directory, 'mine.txt')
    await writeFile(file, 'mine')
    const ran = await lianxun(['audit', 'export', file], settings)
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('cannot be made') })
    expect(await readFile(file, 'utf8')).toBe('mine')
  })
})
