import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { launch, lianxun, root, type Settings } from './commands.ts'

const sample = join(root, 'examples/town')

let directory: string
let settings: Settings

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-cli-'))
  settings = {
    LIANXUN_DATA_DIR: join(directory, 'data'),
    LIANXUN_HTTP_PORT: '0',
    LIANXUN_MQTT_PORT: '0',
  }
})

afterEach(() => rm(directory, { recursive: true, force: true }))

/** Places and hazards only: nobody's password has to be hashed. */
async function structure(): Promise<string> {
  const folder = join(directory, 'structure')
  await mkdir(folder)
  for (const name of ['places.geojson', 'hazards.yaml']) {
    await cp(join(sample, name), join(folder, name))
  }
  return folder
}

describe('import and export', () => {
  it('imports the sample town, keeps its secrets to the owner, and gives it back', async () => {
    const secrets = join(directory, 'secrets.json')
    const first = await lianxun(['import', sample, '--secrets-out', secrets], settings)
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(first.out).toContain('57 places, 117 devices, 28 users')
    expect((await stat(secrets)).mode & 0o777).toBe(0o600)
    const kept = JSON.parse(await readFile(secrets, 'utf8'))
    expect(Object.keys(kept.devices)).toHaveLength(117)
    expect(Object.keys(kept.users)).toHaveLength(28)
    expect(first.out).not.toContain(kept.devices['v1-pm1'])

    const second = await lianxun(['import', sample, '--secrets-out', secrets], settings)
    expect(second.out).not.toContain('generated secrets')
    expect(JSON.parse(await readFile(secrets, 'utf8'))).toEqual(kept)

    const folder = join(directory, 'export')
    expect((await lianxun(['export', folder], settings)).code).toBe(0)
    const texts = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
    )
    expect(texts).toHaveLength(7)
    for (const secret of [kept.devices['v1-pm1'], kept.users.admin01]) {
      expect(texts.join()).not.toContain(secret)
    }
  })

  it('without --secrets-out writes them into the data directory', async () => {
    const folder = await structure()
    await writeFile(
      join(folder, 'devices.csv'),
      'id,name,kind,village,lon,lat,adapter\nd1,x,camera,990101101201,106.7,29.19,mqtt\n',
    )
    const { out } = await lianxun(['import', folder], settings)
    const file = /stand in (\S+) and/.exec(out)?.[1] as string
    expect(file).toContain(join(directory, 'data', 'secrets-'))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })

  it('tells every problem with file, row and column, writes nothing and fails', async () => {
    const folder = await structure()
    await writeFile(join(folder, 'users.csv'), 'username,displayName,role,scope\nu,U,king,1\n')
    const ran = await lianxun(['import', folder], settings)
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('2 to mend')
    expect(ran.err).toContain('users.csv row 2, column role')
    expect(ran.err).toContain('users.csv row 2, column scope')
    expect(ran.err).not.toMatch(/at .*\.ts/)
    expect(existsSync(join(directory, 'data', 'lianxun.db'))).toBe(false)
  })

  it('does not lose secrets when their file is something else', async () => {
    const secrets = join(directory, 'notes.json')
    await writeFile(secrets, '["mine"]')
    const ran = await lianxun(['import', sample, '--secrets-out', secrets], settings)
    expect(ran.code).toBe(1)
    expect(ran.err).toContain('holds something else')
    expect(await readFile(secrets, 'utf8')).toBe('["mine"]')
    const exported = join(directory, 'export')
    await lianxun(['export', exported], settings)
    expect(await readFile(join(exported, 'devices.csv'), 'utf8')).not.toContain('v1-pm1')
  })
})

describe('people and devices', () => {
  beforeEach(async () => {
    await lianxun(['import', await structure()], settings)
  })

  it('adds a person, and shows the password once', async () => {
    const ran = await lianxun(['user', 'add', 'desk09', '--role', 'operator'], settings)
    expect(ran).toMatchObject({ code: 0, err: '' })
    expect(ran.out).toContain('desk09 was added (operator, 990101101)')
    expect(ran.out).toMatch(/Password, shown this once: \w{4}-\w{4}-\w{4}-\w{4}\n/)
    const again = await lianxun(['user', 'add', 'desk09', '--role', 'operator'], settings)
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('desk09 already') })
  })

  it('adds a person of a team and a unit, who stay in it through the files', async () => {
    const groups = ['--team', '红袖标1队', '--unit', '应急办']
    const ran = await lianxun(['user', 'add', 'p9', '--role', 'patroller', ...groups], settings)
    expect(ran).toMatchObject({ code: 0, err: '' })
    const exported = join(directory, 'groups')
    await lianxun(['export', exported], settings)
    expect(await readFile(join(exported, 'users.csv'), 'utf8')).toContain(
      'p9,p9,patroller,990101101,红袖标1队,应急办\n',
    )
    const again = await lianxun(['import', exported], settings)
    expect(again).toMatchObject({ code: 0, err: '' })
  })

  it('takes a password from standard input, not from the command line', async () => {
    const args = ['user', 'add', 'desk10', '--role', 'viewer', '--password-stdin']
    const good = await lianxun(args, settings, 'Lantern-Hill-42\n')
    expect(good.out).not.toContain('Password')
    const weak = await lianxun(
      ['user', 'add', 'desk11', ...args.slice(3)],
      settings,
      'password123\n',
    )
    expect(weak).toMatchObject({ code: 1, err: expect.stringContaining('tried first') })
  })

  it('adds a device, and shows the secret once', async () => {
    const place = [
      '--kind',
      'airStation',
      '--village',
      '990101101201',
      '--lon',
      '106.7',
      '--lat',
      '29.19',
    ]
    const ran = await lianxun(['device', 'add', 'd9', ...place], settings)
    expect(ran.out).toMatch(/Secret, shown this once: [\w-]{32}\n/)
    const secret = /once: (\S+)/.exec(ran.out)?.[1]

    const rotated = await lianxun(['device', 'rotate', 'd9'], settings)
    expect(rotated).toMatchObject({ code: 0, err: '' })
    expect(rotated.out).toMatch(/The old one opens until \d{4}-.* or until the new one is used/)
    expect(/once: (\S+)/.exec(rotated.out)?.[1]).not.toBe(secret)
    const atOnce = await lianxun(['device', 'rotate', 'd9', '--immediately'], settings)
    expect(atOnce.out).toContain('The old one opens no more.')
    const nobody = await lianxun(['device', 'rotate', 'nobody'], settings)
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('no device nobody') })
  })

  it.each([
    [['user', 'add', 'x', '--role', 'king'], '--role'],
    [['user', 'add', 'x', '--role', 'viewer', '--scope', '1'], '--scope'],
    [['user', 'add', 'a b', '--role', 'viewer'], '--username'],
    [['user', 'add'], 'USERNAME is missing'],
    [['user', 'add', 'x', 'y', '--role', 'viewer'], 'y: too much'],
    [['device', 'add', 'd', '--kind', 'oracle'], '--kind'],
    [['device', 'add', 'd', '--village', '1'], '--village'],
    [['device', 'add', 'd', '--colour', 'red'], 'colour'],
    [['upload', 'x'], 'no such command'],
    [['import'], 'DIR is missing'],
    [['import', '/nowhere'], 'cannot be read'],
  ])('%j is refused with a sentence', async (args, text) => {
    const ran = await lianxun(args, settings)
    expect(ran.code).toBe(1)
    expect(ran.err).toContain(text)
    expect(ran.err).not.toMatch(/at .*\.ts/)
  })
})

describe('doctor', () => {
  it('is content with a new installation but for the town', async () => {
    const ran = await lianxun(['doctor'], settings)
    expect(ran.out).toContain('✓ the settings are right')
    expect(ran.out).toContain('✓ data directory')
    expect(ran.out).toContain('✗ there is no town yet')
    expect(ran.code).toBe(1)
    await lianxun(['import', await structure()], settings)
    const after = await lianxun(['doctor'], settings)
    expect(after.out).not.toContain('✗ there is')
    expect(after.out).toContain('57 places')
  })

  it('names a port that another program uses, and wrong settings', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const ran = await lianxun(['doctor'], { ...settings, LIANXUN_MQTT_PORT: String(port) })
    other.close()
    expect(ran.out).toContain(`✗ MQTT port 127.0.0.1:${port}`)
    expect(ran.out).toContain('LIANXUN_MQTT_PORT')
    const wrong = await lianxun(['doctor'], { ...settings, LIANXUN_TZ: 'x', LIANXUN_FOO: '1' })
    expect(wrong.out).toContain('✗ LIANXUN_TZ')
    expect(wrong.out).toContain('✗ LIANXUN_FOO')
    expect(wrong.code).toBe(1)
  })
})

describe('the launcher', () => {
  it('helps', async () => {
    const ran = await launch(process.execPath, [join(root, 'bin/lianxun.mjs'), '--help'], settings)
    expect(ran.code).toBe(0)
    for (const command of ['import', 'export', 'user add', 'device add', 'doctor']) {
      expect(ran.out).toContain(`lianxun ${command}`)
    }
  })

  it('runs under the Node the machine has, with no warning', async () => {
    const ran = await launch('/bin/sh', ['-c', `node ${join(root, 'bin/lianxun.mjs')} doctor`], {
      ...settings,
      PATH: '/usr/local/bin:/usr/bin:/bin',
    })
    expect(ran.err).toBe('')
    expect(ran.out).toContain('✓ the settings are right')
  })
})
