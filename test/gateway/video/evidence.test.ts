import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Device } from '../../../gateway/domain/device.ts'
import { CameraError } from '../../../gateway/ports/cameras.ts'
import { onCommit, openDatabase } from '../../../gateway/storage/database.ts'
import { createEvidenceLog } from '../../../gateway/storage/evidence-log.ts'
import { createPictureFiles } from '../../../gateway/storage/picture-files.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { type Cue, createEvidence, type Evidence } from '../../../gateway/video/evidence.ts'
import { seedCase } from '../http/house.ts'

/** The case of `seedCase` lies at 106.7, 29.19. */
const start = 1_763_712_000_000

let directory: string
let db: Kysely<Tables>
let evidence: Evidence | undefined
let now: number

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-evidence-'))
  db = await openDatabase(join(directory, 'lianxun.db'))
  now = start
})

afterEach(async () => {
  await evidence?.stop()
  evidence = undefined
  await db.destroy()
  await rm(directory, { recursive: true })
})

function device(change: Partial<Device>): Device {
  return {
    id: 'x',
    name: 'x',
    kind: 'camera',
    village: '990101101201',
    grid: null,
    position: [106.7, 29.18],
    adapter: 'onvif',
    address: null,
    headingDeg: 0,
    fieldOfViewDeg: 60,
    state: 'active',
    ...change,
  }
}

const ptz = {
  continuous: true,
  absolute: true,
  panRangeDeg: [-180, 180] as [number, number],
  tiltRangeDeg: [0, 0] as [number, number],
  presets: [],
}

function room(devices: Device[], options: { turning?: string[]; fails?: string[] } = {}) {
  const cues: Cue[] = []
  const warnings: string[] = []
  const taken: string[] = []
  const clock = { now: () => now, monotonic: () => now }
  const known = (id: string) => devices.find((one) => one.id === id && one.kind === 'camera')
  evidence = createEvidence({
    log: createEvidenceLog(db),
    pictures: createPictureFiles(join(directory, 'pictures'), () => now),
    stills: {
      async take(camera) {
        if (options.fails?.includes(camera)) throw new CameraError('timeout', 'away')
        taken.push(camera)
        const create = { width: 8, height: 8, channels: 3 as const, background: '#123456' }
        return { jpeg: await sharp({ create }).jpeg().toBuffer(), at: now }
      },
      last: () => undefined,
      stop: async () => {},
    },
    devices: {
      get: (id) => devices.find((one) => one.id === id),
      speaker: (id) => devices.find((one) => one.id === id),
      all: () => devices,
      isBlocked: () => false,
      standing: () => ({ blocked: null, oldSecretUntil: null }),
      admit: () => undefined,
      onChange: () => () => {},
    },
    book: {
      get: (id) =>
        known(id) && {
          device: id,
          username: 'u',
          masks: [],
          abilities: options.turning?.includes(id)
            ? {
                maker: 'm',
                model: 'm',
                firmware: '1',
                serial: '1',
                profiles: [],
                topics: [],
                events: true,
                snapshot: true,
                ptz,
                clockOffsetMs: 0,
                probedAt: 0,
              }
            : null,
        },
    },
    cue: (cue) => cues.push(cue),
    onCommit: (listener) => onCommit(db, listener),
    clock,
    logger: { warn: (text) => warnings.push(text) },
  })
  return { evidence, cues, warnings, taken }
}

interface Entry {
  act: string
  alarm?: string
  actor?: string
  at?: number
}

/** In one transaction, as the pipeline does. */
async function note(caseId: string, entry: Entry) {
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('case_history')
      .values({
        case_id: caseId,
        at: entry.at ?? now,
        act: entry.act,
        actor: entry.actor ?? null,
        from_state: null,
        to_state: null,
        text: null,
        alarm: entry.alarm ?? null,
        detail: null,
      })
      .execute()
  })
}

async function until<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const pictures = () => db.selectFrom('case_picture').selectAll().execute()
const position = async () => {
  const row = await db
    .selectFrom('consumer')
    .select('position')
    .where('name', '=', 'evidence')
    .executeTakeFirst()
  return row?.position ?? 0
}
/** Everything that was written was looked at. */
const caughtUp = async () => {
  const { last } = await db
    .selectFrom('case_history')
    .select((e) => e.fn.max('id').as('last'))
    .executeTakeFirstOrThrow()
  return (await position()) === last ? true : undefined
}

describe('when a case begins', () => {
  test('a camera that looks there adds its picture: timeline, case and its own list', async () => {
    await seedCase(db, { id: 'a' })
    const { evidence: running } = room([device({ id: 'cam', name: '瞭望1' })])
    await running.start()
    await note('a', { act: 'alarm', alarm: 'a-a' })
    const [picture] = await until(async () => {
      const rows = await pictures()
      return rows.length > 0 ? rows : undefined
    })
    const entry = await db
      .selectFrom('case_history')
      .selectAll()
      .where('id', '=', picture?.history_id ?? 0)
      .executeTakeFirstOrThrow()
    expect(entry).toMatchObject({ act: 'cameraPicture', actor: null, quiet: 1 })
    expect(JSON.parse(entry.detail ?? '')).toMatchObject({ camera: '瞭望1' })
    expect(JSON.parse(entry.detail ?? '').bearingDeg % 360).toBeCloseTo(0, 3)
    const own = await createEvidenceLog(db).stillsOf('cam', 5)
    expect(own).toEqual([
      { device: 'cam', at: start, sha256: picture?.sha256, cause: 'alarm', case: 'a' },
    ])
    const outbox = await db.selectFrom('outbox').selectAll().execute()
    expect(outbox.some(({ topic, body }) => topic === 'case' && body.includes('"a"'))).toBe(true)
  })

  test("the alarm's own camera takes the picture, whatever others could see", async () => {
    await seedCase(db, { id: 'a' })
    const { evidence: running, taken } = room([
      device({ id: 'dev-a', headingDeg: 180 }),
      device({ id: 'other' }),
    ])
    await running.start()
    await note('a', { act: 'alarm', alarm: 'a-a' })
    await until(async () => ((await pictures()).length > 0 ? true : undefined))
    expect(taken).toEqual(['dev-a'])
  })

  test('one that must turn is asked to; one that looks elsewhere is left alone', async () => {
    await seedCase(db, { id: 'a' })
    const {
      evidence: running,
      cues,
      taken,
    } = room([device({ id: 'turns', headingDeg: 90 }), device({ id: 'fixed', headingDeg: 180 })], {
      turning: ['turns'],
    })
    await running.start()
    await note('a', { act: 'alarm', alarm: 'a-a' })
    await until(caughtUp)
    expect(cues.map(({ sighting }) => sighting.camera)).toEqual(['turns'])
    expect(cues[0]?.sighting.aim).toMatchObject({ kind: 'position' })
    expect(taken).toEqual([])
  })

  test("a person's report is looked at, too", async () => {
    await seedCase(db, { id: 'a' })
    const { evidence: running, taken } = room([device({ id: 'cam' })])
    await running.start()
    await note('a', { act: 'opened', actor: 'u1' })
    await until(() => (taken.length > 0 ? true : undefined))
    expect(taken).toEqual(['cam'])
  })
})

describe('no picture is taken', () => {
  test.each([
    ['of a device that is broken', { id: 'a', hazard: 'deviceFault' }],
    ['of a case that is over', { id: 'a', state: 'closed' }],
  ])('%s', async (_name, seed) => {
    await seedCase(db, seed)
    const { evidence: running, taken } = room([device({ id: 'cam' })])
    await running.start()
    await note('a', { act: 'alarm', alarm: 'a-a' })
    await until(caughtUp)
    expect(taken).toEqual([])
  })

  test('of what happened before, or too long ago', async () => {
    await seedCase(db, { id: 'a' })
    await note('a', { act: 'alarm', alarm: 'a-a' })
    const { evidence: running, taken } = room([device({ id: 'cam' })])
    await running.start()
    await note('a', { act: 'alarm', alarm: 'a-a', at: now - 120_001 })
    await until(caughtUp)
    expect(taken).toEqual([])
  })

  test('more often than twice a minute of one case by one camera', async () => {
    await seedCase(db, { id: 'a' })
    const { evidence: running } = room([device({ id: 'cam' })])
    const shot = { camera: 'cam', caseId: 'a', cause: 'alarm', bearingDeg: null } as const
    for (let i = 0; i < 4; i++) await running.add({ ...shot, maxAgeMs: 0 })
    expect(await createEvidenceLog(db).stillsOf('cam', 9)).toHaveLength(2)
    now += 60_001
    await running.add({ ...shot, maxAgeMs: 0 })
    expect(await createEvidenceLog(db).stillsOf('cam', 9)).toHaveLength(3)
  })
})

test('a camera that is away keeps nobody else from taking its picture, and is no news', async () => {
  await seedCase(db, { id: 'a' })
  const cameras = [device({ id: 'away' }), device({ id: 'there', position: [106.7, 29.185] })]
  const { evidence: running, warnings } = room(cameras, { fails: ['away'] })
  await running.start()
  await note('a', { act: 'alarm', alarm: 'a-a' })
  await until(async () => ((await pictures()).length > 0 ? true : undefined))
  await running.stop()
  evidence = undefined
  expect((await createEvidenceLog(db).stillsOf('there', 5)).length).toBe(1)
  expect(warnings).toEqual([])
})
