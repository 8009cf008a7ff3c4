import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Device, deviceKinds, deviceStates } from '../../../../gateway/domain/device.ts'
import { type PatrolPoint, type PatrolRoute, tagKinds } from '../../../../gateway/domain/patrol.ts'
import type { Actor } from '../../../../gateway/domain/person.ts'
import { roles } from '../../../../gateway/domain/person.ts'
import type { Rule } from '../../../../gateway/domain/rule.ts'
import { severities } from '../../../../gateway/domain/severity.ts'
import type { Hazard, Town } from '../../../../gateway/domain/town.ts'
import { mergedPoint } from '../../../../gateway/storage/town-files/check-patrols.ts'
import { readTownFolder } from '../../../../gateway/storage/town-files/town-files.ts'
import { toCsv, writeTownFolder } from '../../../../gateway/storage/town-files/write-town.ts'

/** What is exported imports back to the same: any name, any number, any rule. */

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-export-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const emptyTown: Town = {
  places: [],
  hazards: [],
  rules: [],
  seasons: [],
  timeZone: 'Asia/Shanghai',
  calendar: { restDays: [], workDays: [] },
}
const nothing = { town: emptyTown, devices: [], users: [], points: [], routes: [] }

/** Names as people type them, and as nobody should: formulas, quotes, YAML's own words. */
const name = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    fc.constantFrom(
      '=1+2',
      '+86 139 0000',
      '-1',
      '@home',
      '＝1+2',
      '\n=1',
      '\r\n=1',
      'a\r\nb',
      "'=1+2",
      "''+1",
      "'quoted'",
      'a,b',
      'a"b',
      'a\nb',
      'yes',
      'null',
      '~',
      '1e5',
      '0x1f',
      '2026-01-01',
      '# none',
      '- x',
      'a: b',
      '{x}',
      ' leading',
      'trailing ',
      '一号\u3000站',
    ),
  )
  .filter((text) => text.trim() !== '' && text.length <= 100 && !/[\r\uFEFF]/.test(text))
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,20}$/)
const fixed = (min: number, max: number) =>
  fc.integer({ min: min * 1e6, max: max * 1e6 }).map((n) => n / 1e6)
const unique = <T extends object>(of: fc.Arbitrary<T>, by: keyof T) =>
  fc.uniqueArray(of, { maxLength: 6, selector: (one) => one[by] })

const device: fc.Arbitrary<Device> = fc.record({
  id,
  name,
  kind: fc.constantFrom(...deviceKinds),
  village: fc.constant('990101101201'),
  grid: fc.constant(null),
  position: fc.tuple(fixed(-180, 180), fixed(-90, 90)),
  adapter: fc.constantFrom('mqtt', 'onvif'),
  address: fc.option(fc.constantFrom('http://10.0.0.9/onvif', '=x', 'a,b'), { nil: null }),
  headingDeg: fc.option(fixed(0, 360), { nil: null }),
  fieldOfViewDeg: fc.option(fixed(0, 360), { nil: null }),
  state: fc.constantFrom(...deviceStates),
})

const user: fc.Arbitrary<Actor> = fc.record({
  id: fc.constant(''),
  username: fc.stringMatching(/^[\p{L}\p{N}._-]{1,20}$/u),
  displayName: name,
  role: fc.constantFrom(...roles),
  scope: fc.constantFrom('990101101', '990101101201', '990101101201001'),
  team: fc.option(name, { nil: null }),
  unit: fc.option(name, { nil: null }),
})

const point: fc.Arbitrary<PatrolPoint> = fc.record({
  id,
  name,
  grid: fc.constant('990101101201001'),
  lon: fixed(-180, 180),
  lat: fixed(-90, 90),
  radiusM: fixed(1, 5000),
  tag: fc.constantFrom(...tagKinds),
  tagUid: fc.option(fc.constant('04440E50454F31'), { nil: null }),
  hint: fc.option(name, { nil: null }),
  checklist: fc.constantFrom([], ['forestFire'], ['forestFire', 'traffic']),
  reader: fc.option(id, { nil: null }),
})

const hazard: fc.Arbitrary<Hazard> = fc.record({
  id: fc.stringMatching(/^[a-z][A-Za-z0-9]{0,20}$/),
  name,
  unit: name,
  assist: fc.array(name, { maxLength: 3 }),
  clocks: fc.record({
    accept: fixed(1, 100),
    dispatch: fixed(1, 100),
    sign: fixed(1, 100),
    handle: fixed(1, 100),
  }),
  workHours: fc.boolean(),
  correlateM: fc.option(fixed(0, 5000), { nil: null }),
  correlateMin: fixed(1, 600),
  sources: fc.constantFrom(['device'], ['person'], ['device', 'person']),
})

const when: fc.Arbitrary<Rule['when']> = fc.constantFrom<Rule['when'][]>(
  { property: 'smoke', above: 5, clearBelow: 3, onDelayS: 20, offDelayS: 120 },
  { property: 'battery', below: 15.5, clearAbove: 25 },
  { property: 'temperature', riseBy: 15, withinS: 300 },
  { property: 'pm25', excessOverNeighbours: 75, radiusKm: 1.5, minNeighbours: 3 },
  { event: ['fire', 'null', 'yes'], minConfidence: 0.5, count: 2, withinS: 60 },
  { silentForS: 900 },
)
const rule: fc.Arbitrary<Rule> = fc.record({
  id,
  name,
  hazard: fc.constant('forestFire'),
  severity: fc.constantFrom(...severities),
  kinds: fc.constantFrom(['camera'], ['smokeSensor', 'tiltSensor']),
  when,
})

const route: fc.Arbitrary<PatrolRoute> = fc.record({
  id,
  name,
  village: fc.constant('990101101201'),
  team: name,
  points: fc.array(name, { minLength: 1, maxLength: 4 }),
  order: fc.constantFrom('any', 'strict'),
  minWalkS: fixed(0, 600),
  checklist: fc.constant(['forestFire']),
  shifts: fc.constantFrom<PatrolRoute['shifts'][]>(
    [],
    [{ days: ['mon', 'sun'], start: '08:30', end: '23:59', startJitterMin: 30 }],
  ),
})

const valuesOf = <T>(rows: { value: T }[] | undefined) => (rows ?? []).map(({ value }) => value)

describe('a town in files', () => {
  it('comes back as it went, row by row', async () => {
    const contents = fc.record({
      devices: unique(device, 'id'),
      users: unique(user, 'username'),
      points: unique(point, 'id'),
      routes: unique(route, 'id'),
      town: fc.record({
        places: fc.constant<Town['places']>([]),
        hazards: unique(hazard, 'id'),
        rules: unique(rule, 'id'),
        seasons: fc.constant<Town['seasons']>([
          {
            id: 's',
            name: '防火期',
            from: '11-01',
            to: '05-31',
            raise: { x: -1 },
            patrolFactor: 1.5,
          },
        ]),
        timeZone: fc.constant('Asia/Shanghai'),
        calendar: fc.constant({ restDays: [], workDays: [] }),
      }),
    })
    await fc.assert(
      fc.asyncProperty(contents, async (made) => {
        await writeTownFolder(directory, made)
        const read = await readTownFolder(directory)
        expect(
          valuesOf(read.devices).map(({ lon, lat, ...row }) => ({
            ...row,
            grid: null,
            position: [lon, lat],
            address: row.address ?? null,
            headingDeg: row.headingDeg ?? null,
            fieldOfViewDeg: row.fieldOfViewDeg ?? null,
          })),
        ).toEqual(made.devices)
        expect(
          valuesOf(read.users).map(({ team = null, unit = null, ...row }) => {
            return { ...row, id: '', team, unit }
          }),
        ).toEqual(made.users)
        expect(valuesOf(read.points).map((row) => mergedPoint(row, undefined))).toEqual(made.points)
        expect(valuesOf(read.routes)).toEqual(made.routes)
        expect(valuesOf(read.hazards)).toEqual(made.town.hazards)
        expect(valuesOf(read.rules)).toEqual(made.town.rules)
        expect(valuesOf(read.seasons)).toEqual(made.town.seasons)
      }),
      { numRuns: 60 },
    )
  })

  it('of before people had teams reads as people of none', async () => {
    const folder = join(directory, 'before')
    await writeTownFolder(folder, nothing)
    const row = 'w,王五,gridWorker,990101101201\n'
    await writeFile(join(folder, 'users.csv'), `username,displayName,role,scope\n${row}`)
    const [one] = valuesOf((await readTownFolder(folder)).users)
    expect([one?.username, one?.team, one?.unit]).toEqual(['w', undefined, undefined])
  })

  it('is seven files, also when there is nothing in them, and holds no secret', async () => {
    const folder = join(directory, 'empty')
    await writeTownFolder(folder, nothing)
    expect((await readdir(folder)).toSorted()).toEqual([
      'devices.csv',
      'hazards.yaml',
      'places.geojson',
      'points.csv',
      'routes.yaml',
      'rules.yaml',
      'users.csv',
    ])
    const headings = await Promise.all(
      ['devices.csv', 'users.csv'].map((file) => readFile(join(folder, file), 'utf8')),
    )
    expect(headings.join()).not.toMatch(/secret|password/)
    expect(await readTownFolder(folder)).toMatchObject({ devices: [], rules: [], places: [] })
  })

  it('keeps borders of both kinds, to the last digit', async () => {
    const ring = [
      [106.695793123456, 29.1],
      [106.7, 29.1],
      [106.7, -0.000001],
      [106.695793123456, 29.1],
    ] as [number, number][]
    const places: Town['places'] = [
      {
        code: '990101101',
        name: '云"岭',
        level: 'town',
        parent: null,
        boundary: { type: 'Polygon', coordinates: [ring, ring] },
      },
      {
        code: '990101101201',
        name: '甲',
        level: 'village',
        parent: '990101101',
        boundary: { type: 'MultiPolygon', coordinates: [[ring], [ring, ring]] },
      },
    ]
    const folder = join(directory, 'places')
    await writeTownFolder(folder, { ...nothing, town: { ...emptyTown, places } })
    expect(valuesOf((await readTownFolder(folder)).places)).toEqual(places)
  })
})

describe('a cell', () => {
  const cells: [string | number | null | undefined, string][] = [
    [null, ''],
    [undefined, ''],
    [0, '0'],
    [-1.5, '-1.5'],
    ['', ''],
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['a"b', '"a""b"'],
    ['a\nb', '"a\nb"'],
    ['=1', "'=1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ["'=1", "''=1"],
    ["'quoted'", "'quoted'"],
    ['=a,b', `"'=a,b"`],
    [' x', '" x"'],
    ['x=1', 'x=1'],
  ]
  it.each(cells)('%j is written %s', (value, written) => {
    expect(toCsv(['a'], [[value]])).toBe(`a\n${written}\n`)
  })
})
