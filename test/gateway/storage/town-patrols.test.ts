import { randomUUID } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../../../gateway/domain/errors.ts'
import { createDeviceRegistry } from '../../../gateway/storage/device-registry.ts'
import { ensurePatrolRules } from '../../../gateway/storage/patrol-rules.ts'
import { createPatrolStore } from '../../../gateway/storage/patrol-store.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { readTownFolder } from '../../../gateway/storage/town-files/town-files.ts'
import { writeTownFolder } from '../../../gateway/storage/town-files/write-town.ts'
import { importTown } from '../../../gateway/storage/town-import.ts'
import { createTownRepository } from '../../../gateway/storage/town-repository.ts'
import { openDatabase } from '../../support/house-file.ts'

/** Points, routes and the rules of missed rounds, in a town's files and tables. */

const sample = join(import.meta.dirname, '../../../examples/town')
const timeZone = 'Asia/Shanghai'
const key = Buffer.alloc(32, 7)
const structure = ['places.geojson', 'hazards.yaml']
const village = '990101101201'
const heading = 'id,name,grid,lon,lat,radiusM,tag,tagUid,hint,checklist,reader'
const grid = `${village}001`

let directory: string
let db: Kysely<Tables>

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-town-patrols-'))
  db = await openDatabase(join(directory, 'lianxun.db'))
})

afterEach(async () => {
  await db.destroy()
  await rm(directory, { recursive: true, force: true })
})

async function importing(files: Record<string, string>, base: readonly string[] = structure) {
  const folder = join(directory, `town-${randomUUID()}`)
  await mkdir(folder)
  for (const name of base) await cp(join(sample, name), join(folder, name))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const options = { db, key, newId: randomUUID, secretlessDevices: true, now: () => 1000 }
  await importTown(options, await readTownFolder(folder), async () => {})
}

async function problemsOf(files: Record<string, string>): Promise<readonly string[]> {
  try {
    await importing(files)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems
  }
}

const points = (...rows: string[]) => `${[heading, ...rows].join('\n')}\n`
const at = '106.705543,29.190586,60'
const route = (change = '', stops = 'p1, p2') =>
  `routes:\n  - { id: r1, name: 夜巡线, village: "${village}", team: 红袖标1队, points: [${stops}]${change} }\n`
const two = points(`p1,村口,${grid},${at},qr,,,,`, `p2,水库,${grid},${at},qr,,,,`)
const readers = [
  'id,name,kind,village,lon,lat,adapter',
  `rd1,读卡器,tagReader,${village},106.7,29.19,mqtt`,
  'rd2,读卡器,tagReader,990101101202,106.74,29.19,mqtt\n',
].join('\n')
const store = () => createPatrolStore(db)

describe('points in files', () => {
  it('have hints, check lists and readers, and every kind of tag', async () => {
    await importing({
      'devices.csv': readers,
      'points.csv': points(
        `p1,村口,${grid},${at},nfc424,04440E50454F31,标签在老屋大门右边，蓝色圆牌,forestFire traffic,`,
        `p2,镇口,${grid},${at},qrRotating,,,forestFire; flood ;,`,
        `p3,村委,${grid},${at},reader,,,,rd1`,
      ),
    })
    const { points: kept } = await createTownRepository({ db, timeZone }).contents()
    expect(kept).toMatchObject([
      {
        tag: 'nfc424',
        hint: '标签在老屋大门右边，蓝色圆牌',
        checklist: ['forestFire', 'traffic'],
        reader: null,
      },
      { tag: 'qrRotating', hint: null, checklist: ['forestFire', 'flood'], tagUid: null },
      { tag: 'reader', reader: 'rd1', checklist: [] },
    ])
  })

  it('keep what a file without these columns does not say', async () => {
    await importing({ 'points.csv': points(`p1,村口,${grid},${at},qr,,门右边,traffic,`) })
    const old = `id,name,grid,lon,lat,radiusM,tag,tagUid\np1,新村口,${grid},${at},qr,\n`
    await importing({ 'points.csv': old })
    expect(await store().point('p1')).toMatchObject({
      name: '新村口',
      hint: '门右边',
      checklist: ['traffic'],
    })
  })

  it.each([
    [
      'an unknown hazard',
      { 'points.csv': points(`p1,村口,${grid},${at},qr,,,meteor,`) },
      'points.csv row 2, column checklist: there is no hazard meteor',
    ],
    [
      'a tag of two points',
      {
        'points.csv': points(
          `p1,a,${grid},${at},nfcUid,04AABBCC,,,`,
          `p2,b,${grid},${at},nfcUid,04AABBCC,,,`,
        ),
      },
      'points.csv row 2, column tagUid: 04AABBCC is the tag of the point b (p2) already',
    ],
    [
      'a reader that nobody knows',
      { 'points.csv': points(`p1,a,${grid},${at},qr,,,,rd9`) },
      'points.csv row 2, column reader: there is no tag reader rd9',
    ],
    [
      'a reader of another village',
      { 'devices.csv': readers, 'points.csv': points(`p1,a,${grid},${at},qr,,,,rd2`) },
      'column reader: rd2 stands in another village (990101101202)',
    ],
    [
      'no reader where it is all there is',
      { 'points.csv': points(`p1,a,${grid},${at},reader,,,,`) },
      'points.csv row 2, column reader: say which device',
    ],
    [
      'a route that is a device',
      { 'devices.csv': readers.replace('tagReader', 'patrolRoute') },
      'devices.csv row 2, column kind',
    ],
  ])('with %s are refused by row and column', async (_, files, problem) => {
    const problems = await problemsOf(files)
    expect(problems.some((one) => one.includes(problem))).toBe(true)
    expect(await store().points('990101101')).toEqual([])
  })
})

describe('routes in files', () => {
  it.each([
    ['an unknown point', { 'routes.yaml': route('', 'p1, p9') }, 'there is no point p9'],
    ['a point twice', { 'routes.yaml': route('', 'p1, p1') }, 'p1 is there twice'],
    [
      'an unknown hazard',
      { 'routes.yaml': route(', checklist: [meteor]') },
      'checklist: there is no hazard meteor',
    ],
    [
      'a point of another village',
      { 'points.csv': two.replace(`p2,水库,${grid}`, 'p2,水库,990101101202001') },
      'lies in another village (990101101202)',
    ],
    [
      'the name of a device',
      { 'devices.csv': readers.replace('rd1', 'patrol-r1') },
      'is the name of the route r1',
    ],
  ])('with %s are refused', async (_, files, problem) => {
    const all = { 'points.csv': two, 'routes.yaml': route(), ...files } as Record<string, string>
    const problems = await problemsOf(all)
    expect(problems.some((one) => one.includes(problem))).toBe(true)
  })

  it('a point that moves to another village is refused while a route there passes it', async () => {
    await importing({ 'points.csv': two, 'routes.yaml': route() })
    const moved = two.replace(`p2,水库,${grid}`, 'p2,水库,990101101202001')
    const problems = await problemsOf({ 'points.csv': moved })
    expect(problems).toEqual([expect.stringContaining('than the route 夜巡线')])
  })

  it('that are others now are planned anew; the same again change nothing', async () => {
    await importing({ 'points.csv': two, 'routes.yaml': route() })
    const round = {
      route: 'r1',
      name: '夜巡线',
      village,
      team: '红袖标1队',
      points: ['p1', 'p2'],
      order: 'any' as const,
      minWalkS: 0,
      checklist: [],
      excusedReason: null,
    }
    await store().addRounds([
      { ...round, id: 'begun', slotAt: 900, dueFrom: 900, dueUntil: 1900 },
      { ...round, id: 'next', slotAt: 2000, dueFrom: 2000, dueUntil: 3000 },
    ])
    const ids = async () =>
      (await store().rounds({ scope: village, from: 0, to: 1e6 })).map(({ id }) => id)
    await importing({ 'routes.yaml': route() })
    expect(await ids()).toEqual(['begun', 'next'])
    await importing({ 'routes.yaml': route(', order: strict') })
    expect(await ids()).toEqual(['begun'])
  })
})

it('a town that is imported, exported and imported again is the same, file by file', async () => {
  await importing({
    'devices.csv': readers,
    'points.csv': points(
      `p1,村口,${grid},${at},reader,,"门右边, 蓝牌",forestFire traffic,rd1`,
      `p2,水库,${grid},${at},nfcUid,04AABBCC,,,`,
    ),
    'routes.yaml': route(
      ', order: strict, shifts: [{ days: [mon], start: "22:00", end: "02:00", startJitterMin: 15 }]',
    ),
  })
  await ensurePatrolRules(db)
  const towns = createTownRepository({ db, timeZone })
  const before = await towns.contents()
  const first = join(directory, 'first')
  await writeTownFolder(first, before)
  expect(await readFile(join(first, 'points.csv'), 'utf8')).toBe(
    `${heading}\np1,村口,${grid},${at},reader,,"门右边, 蓝牌",forestFire traffic,rd1\n` +
      `p2,水库,${grid},${at},nfcUid,04AABBCC,,,\n`,
  )
  const options = { db, key, newId: randomUUID, secretlessDevices: true }
  await importTown(options, await readTownFolder(first), async () => {})
  expect(await towns.contents()).toEqual(before)
  const second = join(directory, 'second')
  await writeTownFolder(second, await towns.contents())
  for (const name of ['points.csv', 'routes.yaml', 'rules.yaml']) {
    const [one, other] = [join(first, name), join(second, name)]
    expect(await readFile(other, 'utf8')).toBe(await readFile(one, 'utf8'))
  }
})

describe('the rules of late and missed rounds', () => {
  const rules = async () => (await createTownRepository({ db, timeZone }).load()).rules
  const ids = async () => (await rules()).map(({ id }) => id)

  it('come once the town knows the hazard, behind its own, and never again', async () => {
    expect(await ensurePatrolRules(db)).toBe(false)
    await importing({}, [...structure, 'rules.yaml'])
    const own = await ids()
    expect(await ensurePatrolRules(db)).toBe(true)
    expect(await ids()).toEqual([...own, 'patrol-late', 'patrol-missed'])
    expect(await ensurePatrolRules(db)).toBe(false)
    await db.deleteFrom('rule').where('id', '=', 'patrol-late').execute()
    expect(await ensurePatrolRules(db)).toBe(false)
    expect(await ids()).toEqual([...own, 'patrol-missed'])
  })

  it('are edited by a file like all others', async () => {
    await importing({})
    await ensurePatrolRules(db)
    const edited =
      'rules:\n  - { id: patrol-missed, name: 漏巡, hazard: patrolMissed, severity: orange, kinds: [patrolRoute], when: { event: [patrolMissed] } }\n'
    await importing({ 'rules.yaml': edited })
    const missed = (await rules()).find(({ id }) => id === 'patrol-missed')
    expect(missed).toMatchObject({ severity: 'orange', name: '漏巡' })
    expect(await ensurePatrolRules(db)).toBe(false)
  })

  it('of two gateways that start at once only one writes them', async () => {
    await importing({})
    const written = await Promise.all([ensurePatrolRules(db), ensurePatrolRules(db)])
    expect(new Set(written)).toEqual(new Set([false, true]))
    expect(await ids()).toEqual(['patrol-late', 'patrol-missed'])
  })
})

it('routes speak where their walk begins, until they are gone', async () => {
  await importing({ 'points.csv': two, 'routes.yaml': route() })
  const clock = { now: () => 0, monotonic: () => 0 }
  const registry = createDeviceRegistry({ db, key, clock, warn: () => {} })
  await registry.reload()
  expect(registry.speaker('patrol-r1')).toMatchObject({
    name: '夜巡线',
    village,
    kind: 'patrolRoute',
    position: [106.705543, 29.190586],
  })
  expect(registry.admit('patrol-r1', Buffer.from(''))).toBeUndefined()
  expect([registry.get('patrol-r1'), registry.all()]).toEqual([undefined, []])
  await store().removeRoute('r1', 0)
  await registry.reload()
  expect(registry.speaker('patrol-r1')).toBeUndefined()
})
