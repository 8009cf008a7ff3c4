import { randomUUID } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../../../gateway/domain/errors.ts'
import { verifyPassword } from '../../../gateway/storage/passwords.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { hashSecret } from '../../../gateway/storage/secrets.ts'
import { deviceRow } from '../../../gateway/storage/town-files/shapes.ts'
import { parseRows } from '../../../gateway/storage/town-files/source.ts'
import { readTownFolder } from '../../../gateway/storage/town-files/town-files.ts'
import { toCsv, writeTownFolder } from '../../../gateway/storage/town-files/write-town.ts'
import { type GeneratedSecrets, importTown } from '../../../gateway/storage/town-import.ts'
import { createTownRepository } from '../../../gateway/storage/town-repository.ts'
import { openDatabase } from '../../support/house-file.ts'

const sample = join(import.meta.dirname, '../../../examples/town')
const key = Buffer.alloc(32, 7)

let directory: string
let db: Kysely<Tables>

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-town-'))
  db = await openDatabase(join(directory, 'lianxun.db'))
})

afterEach(async () => {
  await db.destroy()
  await rm(directory, { recursive: true, force: true })
})

/** A folder with the sample's structure and no people, whose passwords would cost a second. */
async function folderWith(files: Record<string, string>, base: string[] = []): Promise<string> {
  const folder = join(directory, `town-${randomUUID()}`)
  await mkdir(folder)
  for (const name of base) await cp(join(sample, name), join(folder, name))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

async function importFolder(folder: string): Promise<GeneratedSecrets> {
  let generated: GeneratedSecrets = { devices: {}, users: {} }
  await importTown({ db, key, newId: randomUUID }, await readTownFolder(folder), async (made) => {
    generated = made
  })
  return generated
}

async function problemsOf(folder: string): Promise<readonly string[]> {
  try {
    await importFolder(folder)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems
  }
}

const places = 'places.geojson'
const structure = [places, 'hazards.yaml']
const heading = 'id,name,kind,village,lon,lat,adapter'
const towns = () => createTownRepository({ db, timeZone: 'Asia/Shanghai' })

describe('the sample town', () => {
  it('imports, and every device lies in its grid', async () => {
    const generated = await importFolder(sample)
    const { town, devices, users, points, routes } = await towns().contents()
    expect(town.places.map((place) => place.level)).toHaveLength(57)
    expect([devices.length, users.length, points.length, routes.length]).toEqual([117, 28, 48, 8])
    expect([town.rules.length, town.seasons.length, town.hazards.length]).toEqual([9, 3, 10])
    expect(devices.find((device) => device.id === 'v1-pm1')?.grid).toBe('990101101201001')
    expect(devices.every((device) => device.grid?.startsWith(device.village))).toBe(true)
    expect(Object.keys(generated.devices)).toHaveLength(117)
    expect(Object.keys(generated.users)).toHaveLength(28)
    const admin = await db
      .selectFrom('user')
      .select('password_hash')
      .where('username', '=', 'admin01')
      .executeTakeFirstOrThrow()
    expect(await verifyPassword(admin.password_hash, generated.users.admin01 as string)).toBe(true)
  })

  it('exports to a folder that imports back to the same town', async () => {
    await importFolder(sample)
    const before = await towns().contents()
    const folder = join(directory, 'export')
    await writeTownFolder(folder, before)
    const other = await openDatabase(join(directory, 'other.db'))
    const read = await readTownFolder(folder)
    await importTown({ db: other, key, newId: randomUUID }, read, async () => {})
    const after = await createTownRepository({ db: other, timeZone: 'Asia/Shanghai' }).contents()
    await other.destroy()
    const withoutIds = (contents: typeof before) => ({
      ...contents,
      users: contents.users.map((user) => ({ ...user, id: '' })),
    })
    expect(withoutIds(after)).toEqual(withoutIds(before))
  })
})

async function refuse(): Promise<void> {
  throw new Error('disk full')
}

describe('importing again', () => {
  const devices = `${heading}\nd1,一号,airStation,990101101201,106.704425,29.183339,mqtt\n`

  it('keeps secrets, states and what is not mentioned, and updates the rest', async () => {
    const first = await importFolder(await folderWith({ 'devices.csv': devices }, structure))
    expect(Object.keys(first.devices)).toEqual(['d1'])
    await db.updateTable('device').set({ state: 'outOfService' }).execute()
    const second = await importFolder(
      await folderWith({
        'devices.csv': devices
          .replace('一号', '壹号')
          .concat('d2,二号,camera,990101101201,106.7,29.19,onvif\n'),
      }),
    )
    expect(Object.keys(second.devices)).toEqual(['d2'])
    const rows = await db.selectFrom('device').selectAll().orderBy('id').execute()
    expect(rows.map((row) => [row.id, row.name, row.state])).toEqual([
      ['d1', '壹号', 'outOfService'],
      ['d2', '二号', 'active'],
    ])
    expect(rows[0]?.secret_hash).toBe(hashSecret(key, first.devices.d1 as string))
    expect((await towns().load()).hazards).toHaveLength(10)
  })

  it('honours given secrets and passwords, and makes none for them', async () => {
    const folder = await folderWith(
      {
        'devices.csv': `${heading},secret\nd1,x,airStation,990101101201,106.7,29.19,mqtt,a-secret-of-my-own-1\n`,
        'users.csv':
          'username,displayName,role,scope,password\nu1,甲,viewer,990101101,Lantern-Hill-42\n',
      },
      structure,
    )
    expect(await importFolder(folder)).toEqual({ devices: {}, users: {} })
    const user = await db.selectFrom('user').selectAll().executeTakeFirstOrThrow()
    expect(await verifyPassword(user.password_hash, 'Lantern-Hill-42')).toBe(true)
    // The same password again is no change: the hash, and with it the sessions, stay.
    await importFolder(folder)
    const again = await db.selectFrom('user').selectAll().executeTakeFirstOrThrow()
    expect(again).toEqual(user)
  })

  it('raises the revision, so that a running gateway loads again', async () => {
    const folder = await folderWith({}, structure)
    await importFolder(folder)
    const before = await towns().revision()
    await importFolder(folder)
    expect(await towns().revision()).toBe(before + 1)
  })

  it('moves old devices when a border moves', async () => {
    await importFolder(await folderWith({ 'devices.csv': devices }, structure))
    const geo = JSON.parse(await readFile(join(sample, places), 'utf8'))
    const one = geo.features.find(
      (feature: { properties: { code: string } }) => feature.properties.code === '990101101201001',
    )
    one.geometry = {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    }
    await importFolder(
      await folderWith({
        [places]: JSON.stringify({ type: 'FeatureCollection', features: [one] }),
      }),
    )
    const device = await db.selectFrom('device').selectAll().executeTakeFirstOrThrow()
    expect(device.grid).toBeNull()
  })

  it('keeps nothing when the secrets could not be kept', async () => {
    const folder = await folderWith({ 'devices.csv': devices }, structure)
    const files = await readTownFolder(folder)
    await expect(importTown({ db, key, newId: randomUUID }, files, refuse)).rejects.toThrow(
      'disk full',
    )
    expect(await db.selectFrom('place').selectAll().execute()).toEqual([])
  })
})

const device = (change: Record<string, string>) => {
  const right = {
    id: 'd1',
    name: 'x',
    kind: 'airStation',
    village: '990101101201',
    lon: '106.7',
    lat: '29.19',
    adapter: 'mqtt',
    ...change,
  }
  return `${Object.keys(right).join(',')}\n${Object.values(right).join(',')}\n`
}
const user = (row: string) => `username,displayName,role,scope,password\n${row}\n`
const point = (row: string) => `id,name,grid,lon,lat,radiusM,tag,tagUid\n${row}\n`
const rule = (change: string) =>
  `rules:\n  - { id: r, name: r, hazard: forestFire, severity: red, kinds: [smokeSensor], ${change} }\n`
const hazard = (change: string) =>
  `hazards:\n  - { id: h, name: h, unit: u, clocks: { accept: 1, dispatch: 1, sign: 1, handle: 1 }${change} }\n`
const season = (change: string) => `seasons:\n  - { id: s, name: s, ${change} }\n`

const square = [
  [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 0],
  ],
]
const feature = (properties: object, coordinates: unknown = square) => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Polygon', coordinates },
})
const town = { code: '990101101', name: 't', level: 'town', parent: null }

describe('wrong rows', () => {
  it.each<[string, string, string, string]>([
    [
      'a village that is none',
      'devices.csv',
      device({ village: '990101101999' }),
      'devices.csv row 2, column village: there is no village 990101101999',
    ],
    [
      'a grid as village',
      'devices.csv',
      device({ village: '990101101201001' }),
      'row 2, column village',
    ],
    [
      'a kind that is none',
      'devices.csv',
      device({ kind: 'oracle' }),
      'devices.csv row 2, column kind',
    ],
    [
      'a comma as decimal point',
      'devices.csv',
      device({ lon: '"106,7"' }),
      'column lon: must be a number with a decimal point',
    ],
    [
      'latitude and longitude swapped',
      'devices.csv',
      device({ lon: '29.19', lat: '106.7' }),
      'column lat: must lie between -90 and 90',
    ],
    ['NaN', 'devices.csv', device({ lon: 'NaN' }), 'column lon: must be a number'],
    ['an empty name', 'devices.csv', device({ name: '' }), 'column name: is missing'],
    ['an id that is a topic filter', 'devices.csv', device({ id: 'a/+/#' }), 'column id'],
    ['an id that is a path', 'devices.csv', device({ id: '../x' }), 'column id'],
    [
      'a short secret',
      'devices.csv',
      device({ secret: 'short' }),
      'column secret: must have at least 16',
    ],
    [
      'a column that is none',
      'devices.csv',
      device({ secrets: 'x' }),
      'devices.csv row 1, column secrets: unknown',
    ],
    [
      'a missing column',
      'devices.csv',
      'id,name\nd1,x\n',
      'devices.csv row 1, column kind: is missing',
    ],
    [
      'a device twice',
      'devices.csv',
      `${device({})}${device({}).split('\n')[1]}\n`,
      'devices.csv row 3, column id: d1 stands in devices.csv row 2 already',
    ],
    ['a broken quote', 'devices.csv', `${heading}\n"d1,x`, 'devices.csv: is no CSV'],
    [
      'a role that is none',
      'users.csv',
      user('u,U,king,990101101,'),
      'users.csv row 2, column role',
    ],
    [
      'a scope that is none',
      'users.csv',
      user('u,U,viewer,990101109,'),
      'users.csv row 2, column scope: there is no place 990101109',
    ],
    [
      'a weak password',
      'users.csv',
      user('u,U,viewer,990101101,password1234'),
      'users.csv row 2, column password: is one of the passwords',
    ],
    [
      'a short password',
      'users.csv',
      user('u,U,viewer,990101101,short'),
      'column password: has 5 characters',
    ],
    [
      'a point in no grid',
      'points.csv',
      point('p,P,990101101201999,106.7,29.19,60,qr,'),
      'points.csv row 2, column grid: there is no grid 990101101201999',
    ],
    [
      'a tag that is none',
      'points.csv',
      point('p,P,990101101201001,106.7,29.19,60,rfid,'),
      'points.csv row 2, column tag',
    ],
    [
      'a UID in lower case',
      'points.csv',
      point('p,P,990101101201001,106.7,29.19,60,nfcUid,04ab12cd'),
      'column tagUid',
    ],
    [
      'a hazard that is none',
      'rules.yaml',
      rule('when: { property: smoke, above: 5 }').replace('forestFire', 'fire'),
      'rules.yaml row 2, column hazard: there is no hazard fire',
    ],
    [
      'a hazard that people report',
      'rules.yaml',
      rule('when: { property: smoke, above: 5 }').replace('forestFire', 'dispute'),
      'dispute is reported by people only',
    ],
    [
      'a property that is none',
      'rules.yaml',
      rule('when: { property: smoek, above: 5 }'),
      'rules.yaml row 2, column when.property',
    ],
    [
      'a condition that says nothing',
      'rules.yaml',
      rule('when: { property: smoke }'),
      'says none of above, below',
    ],
    [
      'a key that is none',
      'rules.yaml',
      rule('when: { property: smoke, above: 5, onDelay: 3 }'),
      'unknown: onDelay',
    ],
    [
      'a deadband turned over',
      'rules.yaml',
      rule('when: { property: smoke, above: 5, clearBelow: 6 }'),
      'column when.clearBelow: must not be higher',
    ],
    [
      'a severity that is none',
      'rules.yaml',
      rule('when: { silentForS: 900 }').replace('red', 'purple'),
      'column severity',
    ],
    [
      'a device kind that is none',
      'rules.yaml',
      rule('when: { silentForS: 900 }').replace('smokeSensor', 'dog'),
      'column kinds.0',
    ],
    [
      'a rule twice',
      'rules.yaml',
      `${rule('when: { silentForS: 900 }')}${rule('when: { silentForS: 900 }').split('\n')[1]}\n`,
      'rules.yaml row 3, column id: r stands in rules.yaml row 2 already',
    ],
    [
      'a day that is none',
      'rules.yaml',
      season('from: "13-01", to: "06-30"'),
      'column from: must be MM-DD',
    ],
    [
      'a season of no hazard',
      'rules.yaml',
      season('from: "03-01", to: "06-30", raise: { fire: 1 }'),
      'column raise: there is no hazard fire',
    ],
    ['a top that is none', 'rules.yaml', 'rule: []\n', 'rules.yaml row 1, column rule: unknown'],
    ['a list that is none', 'rules.yaml', 'rules: 5\n', 'column rules: must be a list'],
    ['broken YAML', 'rules.yaml', 'rules:\n  - { id: r\n', 'rules.yaml row'],
    [
      'a missing clock',
      'hazards.yaml',
      hazard('').replace('sign: 1, ', ''),
      'hazards.yaml row 2, column clocks.sign: is missing',
    ],
    ['a negative distance', 'hazards.yaml', hazard(', correlateM: -1'), 'column correlateM'],
    ['other tiers', 'hazards.yaml', 'tiers: [county]\n', 'hazards.yaml row 1'],
    [
      'a route of no point',
      'routes.yaml',
      'routes:\n  - { id: r, name: r, village: "990101101201", team: t, points: [p9] }\n',
      'routes.yaml row 2, column points: there is no point p9',
    ],
    [
      'a village without quotes',
      'routes.yaml',
      'routes:\n  - { id: r, name: r, village: 990101101201, team: t, points: [p9] }\n',
      'column village',
    ],
    ['GeoJSON that is none', places, '{"type":"FeatureCollection"', 'places.geojson: is no JSON'],
    ['something else', places, '{"type":"Feature"}', 'must be a GeoJSON FeatureCollection'],
  ])('%s', async (_name, file, text, expected) => {
    await importFolder(await folderWith({}, structure))
    const before = await towns().revision()
    const problems = await problemsOf(await folderWith({ [file]: text }))
    expect(problems.join('\n')).toContain(expected)
    expect(await towns().revision()).toBe(before)
  })

  it.each<[string, object[], string]>([
    [
      'no town',
      [feature({ ...town, code: '990101101201', level: 'village', parent: '990101101' })],
      'has no town',
    ],
    [
      'two towns',
      [feature(town), feature({ ...town, code: '990101102' })],
      'feature 2, column properties.code: an installation has one town, and it is 990101101',
    ],
    [
      'a code of the wrong length',
      [feature({ ...town, level: 'village', parent: null })],
      'a village has 12 digits',
    ],
    [
      'a parent that is none',
      [
        feature(town),
        feature({ code: '990101101201', name: 'v', level: 'village', parent: '990101109' }),
      ],
      'there is no town 990101109',
    ],
    [
      'codes that do not nest',
      [
        feature(town),
        feature({ code: '990101999201', name: 'v', level: 'village', parent: '990101101' }),
      ],
      "must begin with its parent's code 990101101",
    ],
    [
      'a grid right below the town',
      [
        feature(town),
        feature({ code: '990101101201001', name: 'g', level: 'grid', parent: '990101101' }),
      ],
      'there is no village 990101101',
    ],
    [
      'a code twice',
      [feature(town), feature(town)],
      'feature 2, column code: 990101101 stands in places.geojson feature 1 already',
    ],
    [
      'a ring that stays open',
      [
        feature(town, [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 1],
          ],
        ]),
      ],
      'a ring ends where it begins',
    ],
    [
      'latitude first',
      [
        feature(town, [
          [
            [29, 106],
            [30, 106],
            [30, 107],
            [29, 106],
          ],
        ]),
      ],
      'latitude comes second',
    ],
    [
      'a point for a place',
      [{ ...feature(town), geometry: { type: 'Point', coordinates: [0, 0] } }],
      'feature 1, column geometry',
    ],
  ])('places: %s', async (_name, features, expected) => {
    const text = JSON.stringify({ type: 'FeatureCollection', features })
    expect((await problemsOf(await folderWith({ [places]: text }))).join('\n')).toContain(expected)
    expect(await db.selectFrom('place').selectAll().execute()).toEqual([])
  })

  it('are all told at once, over all files', async () => {
    const problems = await problemsOf(
      await folderWith(
        {
          'devices.csv': device({ kind: 'x', lon: 'y', lat: 'z' }),
          'users.csv': user('u,U,king,1,short'),
          'rules.yaml': rule('when: {}'),
        },
        [places],
      ),
    )
    expect(problems).toHaveLength(7)
    expect(new Set(problems.map((text) => text.split(' ')[0]))).toEqual(
      new Set(['devices.csv', 'users.csv', 'rules.yaml']),
    )
    expect(problems.join()).not.toContain('short')
  })

  it('of a folder that holds nothing of a town', async () => {
    expect(await problemsOf(await folderWith({ 'notes.txt': 'x' }))).toEqual([
      expect.stringContaining('holds none of places.geojson'),
    ])
    expect(await problemsOf(join(directory, 'nowhere'))).toEqual([
      expect.stringContaining('cannot be read'),
    ])
  })
})

describe('CSV', () => {
  it('puts an apostrophe before what a sheet program would run, and takes it off again', () => {
    const csv = toCsv(
      ['id', 'name'],
      [
        ['d1', '=cmd()|calc'],
        ['d2', '@x'],
        ['d3', '-1+2'],
      ],
    )
    expect(csv).toContain("'=cmd()|calc")
    expect(
      csv
        .split('\n')
        .slice(1, 4)
        .every((row) => /^d\d,'/.test(row)),
    ).toBe(true)
  })

  it('gives any text back as it was', () => {
    const shape = deviceRow.pick({ id: true, name: true })
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter(
      // What the shape trims or refuses is no name.
      (text) => text.trim() === text && !text.startsWith("'") && !/[\uFEFF\r]/.test(text),
    )
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 8 }), (names) => {
        const text = toCsv(
          ['id', 'name'],
          names.map((one, index) => [`d${index}`, one]),
        )
        const { rows, problems } = parseRows('devices.csv', text, shape)
        expect(problems).toEqual([])
        expect(rows.map((row) => row.value.name)).toEqual(names)
      }),
    )
  })

  it('reads any bytes without falling over, and names rows for what is wrong', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        const { problems } = parseRows('devices.csv', `${heading}\n${noise}`, deviceRow)
        for (const problem of problems) expect(problem).toMatch(/^devices\.csv/)
      }),
    )
  })
})
