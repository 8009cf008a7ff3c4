import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Device } from '../../../gateway/domain/device.ts'
import type { Observation } from '../../../gateway/domain/observation.ts'
import type { Actor } from '../../../gateway/domain/person.ts'
import type { Place } from '../../../gateway/domain/place.ts'
import { createVideoCoverage } from '../../../gateway/pipeline/video-coverage.ts'
import { createVideoDesk } from '../../../gateway/pipeline/video-desk.ts'
import { createVideoPlanner } from '../../../gateway/pipeline/video-planner.ts'
import type { CountedRound } from '../../../gateway/ports/video-store.ts'
import { openDatabase } from '../../../gateway/storage/database.ts'
import { createPictureFiles } from '../../../gateway/storage/picture-files.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { createVideoStore } from '../../../gateway/storage/video-store.ts'

const town = '990101101'
const village = `${town}201`
const minute = 60_000
const hour = 60 * minute
/** Saturday, 2026-11-21, 08:00 in Shanghai. */
const start = Date.UTC(2026, 10, 21)
const actor: Actor = {
  id: 'u1',
  username: 'desk01',
  displayName: '值守员',
  role: 'operator',
  scope: town,
}

let ids = 0
let directory: string
let db: Kysely<Tables>
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-rounds-'))
  db = await openDatabase(join(directory, 'lianxun.db'))
})
afterEach(async () => {
  await db.destroy()
  await rm(directory, { recursive: true })
})

function camera(id: string): Device {
  return {
    id,
    name: `瞭望 ${id}`,
    kind: 'camera',
    village,
    grid: null,
    position: [106.7, 29.19],
    adapter: 'onvif',
    address: null,
    headingDeg: 0,
    fieldOfViewDeg: 60,
    state: 'active',
  }
}

function room({ still = async () => ({ jpeg: Buffer.from([0xff, 0xd8, 0xff]) }) } = {}) {
  let now = start
  const events: Observation[] = []
  const reports: unknown[] = []
  const uploads: unknown[] = []
  const cameras = ['c1', 'c2'].map(camera)
  const devices = { get: (id: string) => cameras.find((one) => one.id === id) }
  const clock = { now: () => now, monotonic: () => now }
  const newId = () => `id-${++ids}`
  const store = createVideoStore({ db, newId })
  let ended: (() => void) | undefined
  const planner = createVideoPlanner({
    store,
    devices,
    clock,
    ingest: {
      async accept(_message, observations) {
        events.push(...(observations as Observation[]))
      },
    },
    timeZone: () => 'Asia/Shanghai',
    wholeTown: () => town,
    logger: { warn: (text) => events.push(text as never) },
    // One turn of its work, then it sleeps until the test is over.
    async pause(_ms, signal) {
      ended?.()
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    },
  })
  const desk = createVideoDesk({
    store,
    devices,
    clock,
    newId,
    pictures: createPictureFiles(join(directory, 'pictures'), () => now),
    uploads: { add: async (upload) => void uploads.push(upload) },
    takeStill: still,
    places: () => [town, village].map((code) => ({ code }) as Place),
    planned: () => planner.plan(),
    reportDesk: {
      async report(_actor, report) {
        reports.push(report)
        return { caseId: 'case-1', isNew: true }
      },
    },
  })
  return {
    store,
    desk,
    events,
    reports,
    uploads,
    coverage: createVideoCoverage(store, () => 'Asia/Shanghai'),
    cameras,
    pass: (ms: number) => (now += ms),
    /** The planner works once, as it does each quarter of a minute. */
    async work() {
      const worked = new Promise<void>((resolve) => (ended = resolve))
      planner.start()
      await worked
      await planner.stop()
    },
  }
}

const body = {
  name: '早间视频巡查',
  scope: town,
  cameras: ['c1', 'c2'],
  checklist: ['无烟', '镜头干净'],
  starts: ['08:30'],
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  windowMin: 60,
  enabled: true,
}
const normal = { verdict: 'normal' as const, findings: [], note: null, hazard: null }

async function firstRound(parts: ReturnType<typeof room>): Promise<CountedRound> {
  const [round] = await parts.store.rounds({ scope: town, from: start, to: start + 24 * hour })
  if (!round) throw new Error('no round was planned')
  return round
}

describe('a plan', () => {
  test('makes the rounds of the coming day at once, each of them once', async () => {
    const parts = room()
    const { id } = await parts.desk.savePlan(undefined, body)
    const round = await firstRound(parts)
    expect(round).toMatchObject({
      plan: id,
      cameras: ['c1', 'c2'],
      looked: 0,
      dueFrom: start + 30 * minute,
    })
    await parts.desk.savePlan(id, { ...body, name: '改名' })
    const rounds = await parts.store.rounds({ scope: town, from: start, to: start + 24 * hour })
    expect(rounds.map(({ name }) => name)).toEqual(['改名'])
  })

  test('a round that has begun stays as it was when its plan goes', async () => {
    const parts = room()
    const { id } = await parts.desk.savePlan(undefined, body)
    parts.pass(40 * minute)
    await parts.store.removePlan(id, start + 40 * minute)
    expect((await firstRound(parts)).name).toBe(body.name)
  })

  test.each([
    [{ cameras: ['c1', 'c1'] }, /twice/],
    [{ cameras: ['nobody'] }, /no camera nobody/],
    [{ scope: `${town}202` }, /no place 990101101202/],
    [{ scope: town.slice(0, -1) }, /no place 99010110\./],
  ])('with %o is refused', async (change, problem) => {
    await expect(room().desk.savePlan(undefined, { ...body, ...change })).rejects.toThrow(problem)
  })
})

describe('a round', () => {
  test('is looked at camera by camera, and signed when all were seen', async () => {
    const parts = room()
    await parts.desk.savePlan(undefined, body)
    const look = async (id: string) =>
      parts.desk.look(actor, await firstRound(parts), { ...normal, camera: id })
    await expect(look('c1')).rejects.toThrow('not begun')
    parts.pass(31 * minute)
    await look('c1')
    await expect(parts.desk.sign(actor, await firstRound(parts))).rejects.toThrow('1 cameras')
    await look('c2')
    await parts.desk.sign(actor, await firstRound(parts))
    expect(await firstRound(parts)).toMatchObject({ looked: 2, reported: 0, signedBy: 'u1' })
    await expect(look('c1')).rejects.toThrow('signed already')
    parts.pass(2 * hour)
    await parts.work()
    expect(parts.events).toEqual([])
  })

  test('what is reported becomes a case with the picture, once', async () => {
    const parts = room()
    await parts.desk.savePlan(undefined, body)
    parts.pass(31 * minute)
    const round = await firstRound(parts)
    const found = { verdict: 'reported' as const, findings: ['无烟'], note: '山脚冒烟' }
    await parts.desk.look(actor, round, { ...found, camera: 'c1', hazard: 'forestFire' })
    expect(parts.reports).toEqual([
      expect.objectContaining({
        hazard: 'forestFire',
        text: '早间视频巡查 瞭望 c1；无烟；山脚冒烟',
        externalId: `videoRound:${round.id}:c1`,
        pictures: [expect.stringMatching(/^[0-9a-f]{64}$/)],
      }),
    ])
    const [look] = await parts.store.looks(round.id)
    expect(look).toMatchObject({ case: 'case-1', verdict: 'reported', findings: ['无烟'] })
    expect(parts.uploads).toEqual([expect.objectContaining({ by: 'u1' })])
    expect((await firstRound(parts)).reported).toBe(1)
  })

  test('a camera that was reported stays so, and is not reported twice', async () => {
    const parts = room()
    await parts.desk.savePlan(undefined, body)
    parts.pass(31 * minute)
    const round = await firstRound(parts)
    const found = { ...normal, verdict: 'reported' as const, camera: 'c1', hazard: 'environment' }
    await parts.desk.look(actor, round, found)
    for (const again of [found, { ...normal, camera: 'c1' }]) {
      await expect(parts.desk.look(actor, round, again)).rejects.toThrow('reported in this round')
    }
    expect(parts.reports).toHaveLength(1)
    expect(await parts.store.looks(round.id)).toMatchObject([{ case: 'case-1' }])
  })

  test('a look that was normal may become a report', async () => {
    const parts = room()
    await parts.desk.savePlan(undefined, body)
    parts.pass(31 * minute)
    const round = await firstRound(parts)
    await parts.desk.look(actor, round, { ...normal, camera: 'c1' })
    const found = { ...normal, verdict: 'reported' as const, camera: 'c1', hazard: 'environment' }
    await parts.desk.look(actor, round, found)
    expect(await firstRound(parts)).toMatchObject({ looked: 1, reported: 1 })
  })

  test('a camera that left the house holds up no signature, and no alarm is about it', async () => {
    const parts = room()
    await parts.desk.savePlan(undefined, { ...body, starts: ['08:30', '09:40'] })
    parts.cameras.pop()
    parts.pass(31 * minute)
    const round = await firstRound(parts)
    const gone = { ...normal, verdict: 'reported' as const, camera: 'c2', hazard: 'environment' }
    await expect(parts.desk.look(actor, round, gone)).rejects.toThrow('no camera c2 any more')
    await expect(parts.desk.sign(actor, round)).rejects.toThrow('1 cameras')
    await parts.desk.look(actor, round, { ...normal, camera: 'c1' })
    await parts.desk.sign(actor, await firstRound(parts))
    parts.cameras.pop()
    parts.pass(3 * hour)
    await parts.work()
    expect(parts.events).toEqual([])
    await expect(parts.desk.savePlan(undefined, body)).rejects.toThrow('no camera c1')
  })

  test('a camera that gives no picture is reported without one', async () => {
    const parts = room({ still: () => Promise.reject(new Error('away')) })
    await parts.desk.savePlan(undefined, body)
    parts.pass(31 * minute)
    const look = { ...normal, verdict: 'reported' as const, camera: 'c1' }
    const round = await firstRound(parts)
    await expect(parts.desk.look(actor, round, look)).rejects.toThrow('hazard')
    await parts.desk.look(actor, round, { ...look, hazard: 'environment' })
    expect(parts.reports).toEqual([expect.objectContaining({ pictures: [] })])
  })

  test('that nobody made is an event of its first camera, told once, whatever restarts', async () => {
    const parts = room()
    await parts.desk.savePlan(undefined, body)
    const round = await firstRound(parts)
    parts.pass(91 * minute)
    await parts.work()
    expect(parts.events).toEqual([
      expect.objectContaining({
        kind: 'event',
        device: 'c1',
        type: 'videoRoundMissed',
        state: 'pulse',
        senderId: round.id,
        observedAt: round.dueUntil,
      }),
    ])
    const again = room()
    again.pass(92 * minute)
    await again.work()
    expect(again.events).toEqual([])
  })

  test('made in part tells the camera that was not seen', async () => {
    const parts = room()
    await parts.desk.savePlan(undefined, body)
    parts.pass(31 * minute)
    await parts.desk.look(actor, await firstRound(parts), { ...normal, camera: 'c1' })
    parts.pass(hour)
    await parts.work()
    expect(parts.events).toEqual([expect.objectContaining({ device: 'c2' })])
  })

  test('excused tells nobody, and neither does one of days ago', async () => {
    const parts = room()
    await parts.desk.savePlan(undefined, { ...body, starts: ['08:30', '10:00'] })
    await parts.desk.excuse(await firstRound(parts), '大雾')
    parts.pass(91 * minute)
    await parts.work()
    expect(parts.events).toEqual([])
    const late = room()
    late.pass(72 * hour)
    await late.work()
    expect(late.events).toEqual([])
  })
})

test('coverage counts looks and plans by camera and day', async () => {
  const parts = room()
  await parts.desk.savePlan(undefined, { ...body, starts: ['08:30', '09:30'] })
  parts.pass(31 * minute)
  await parts.desk.look(actor, await firstRound(parts), { ...normal, camera: 'c1' })
  const span = { cameras: parts.cameras, from: start, to: start + 12 * hour }
  const coverage = await parts.coverage(span)
  expect(coverage.days).toEqual(['20261121'])
  expect(coverage.cameras.map(({ id, looked, planned }) => [id, looked, planned])).toEqual([
    ['c1', [1], [2]],
    ['c2', [0], [2]],
  ])
  await parts.desk.excuse(await firstRound(parts), '大雾')
  const [first] = (await parts.coverage(span)).cameras
  expect(first).toMatchObject({ looked: [1], planned: [1] })
})
