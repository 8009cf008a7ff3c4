import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CaseState } from '../../../gateway/domain/case.ts'
import { uploadKeptMs } from '../../../gateway/ports/picture-uploads.ts'
import { createPictureFiles } from '../../../gateway/storage/picture-files.ts'
import { createPicturePurge } from '../../../gateway/storage/picture-purge.ts'
import { createPictureUploads } from '../../../gateway/storage/picture-uploads.ts'
import { createQueries } from '../../../gateway/storage/queries.ts'
import { caseOf, fill, townCode, useHouseTables, villageA, villageB } from './house-tables.ts'

/** Pictures that people sent: those of alarms are in retention-trims.test.ts. */

const day = 86_400_000
const start = Date.parse('2026-06-15T12:00:00+08:00')
const house = useHouseTables()
let now = start
const clock = { now: () => now, monotonic: () => 0 }
let directory: string
let files: ReturnType<typeof createPictureFiles>

beforeEach(async () => {
  now = start
  directory = await mkdtemp(join(tmpdir(), 'lianxun-pictures-'))
  files = createPictureFiles(directory, () => now)
})

afterEach(async () => {
  await house.db.deleteFrom('camera_still').execute()
  await house.db.deleteFrom('case_picture').execute()
  await house.db.deleteFrom('picture_upload').execute()
  await rm(directory, { recursive: true, force: true })
})

const uploads = () => createPictureUploads(house.db)

async function send(by = 'u1'): Promise<string> {
  const sha256 = await files.put(randomBytes(100))
  await uploads().add({ sha256, by, at: now })
  return sha256
}

interface Shown {
  id: string
  state?: CaseState
  mergedInto?: string
  village?: string
}

/** A case with a picture of the report, as the desk leaves it. */
async function showIn(sha256: string, { id, state = 'reported', ...more }: Shown) {
  const village = more.village ?? villageA
  const one = caseOf(id, {
    state,
    mergedInto: more.mergedInto ?? null,
    village,
    grid: `${village}001`,
    number: id,
  })
  await fill(house.db, { cases: [one] })
  const history = await house.db
    .insertInto('case_history')
    .values({
      case_id: id,
      at: now,
      act: 'opened',
      actor: 'u1',
      from_state: null,
      to_state: 'reported',
      text: null,
      alarm: null,
      detail: '{"source":"desk"}',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await house.db
    .insertInto('case_picture')
    .values({ case_id: id, sha256, history_id: null, at: now, by: 'u1' })
    .execute()
  await house.db.deleteFrom('picture_upload').where('sha256', '=', sha256).execute()
  return history.id
}

/** A night: what is older than so many days goes. */
async function purge(days = 180) {
  const sum = { removed: 0, bytes: 0 }
  const purgeable = createPicturePurge({ db: house.db, pictures: files, clock })
  for await (const { removed, bytes } of purgeable.remove(now - days * day)) {
    sum.removed += removed
    sum.bytes += bytes
  }
  return sum
}

const isThere = async (sha256: string) => (await files.get(sha256)) !== undefined
const rowsOf = (table: 'picture_upload' | 'case_picture') =>
  house.db.selectFrom(table).select('sha256').execute()

describe('an upload that nothing uses', () => {
  it('stays for a day, and goes after it', async () => {
    const sha256 = await send()
    now += uploadKeptMs
    expect(await purge()).toEqual({ removed: 0, bytes: 0 })
    expect(await uploads().isOwn(sha256, 'u1', now - uploadKeptMs)).toBe(true)
    now += 1
    expect(await purge()).toEqual({ removed: 1, bytes: 100 })
    expect(await isThere(sha256)).toBe(false)
    expect(await rowsOf('picture_upload')).toEqual([])
  })

  it('stays while somebody else sent the same one lately', async () => {
    const sha256 = await send()
    now += uploadKeptMs + 1
    const bytes = (await files.get(sha256)) as Uint8Array
    await files.put(bytes)
    await uploads().add({ sha256, by: 'u2', at: now })
    expect(await purge()).toEqual({ removed: 0, bytes: 0 })
    expect(await isThere(sha256)).toBe(true)
    expect(await uploads().isOwn(sha256, 'u1', 0)).toBe(false)
    expect(await uploads().isOwn(sha256, 'u2', 0)).toBe(true)
  })

  it('whose file is gone leaves no row', async () => {
    const sha256 = await send()
    await rm(directory, { recursive: true, force: true })
    now += uploadKeptMs + 1
    expect(await purge()).toEqual({ removed: 0, bytes: 0 })
    expect(await uploads().isOwn(sha256, 'u1', 0)).toBe(false)
  })

  it('of very many people goes with all the others', async () => {
    const at = now
    const rows = Array.from({ length: 350 }, (_, n) => ({
      sha256: n.toString(16).padStart(64, '0'),
      by: `u${n % 3}`,
      at,
    }))
    await house.db.insertInto('picture_upload').values(rows).execute()
    now += uploadKeptMs + 1
    await purge()
    expect(await rowsOf('picture_upload')).toEqual([])
  })
})

describe('a picture of a case', () => {
  it('is no upload any more: it stays after the day', async () => {
    const sha256 = await send()
    await showIn(sha256, { id: 'open' })
    now += 10 * day
    expect(await purge()).toEqual({ removed: 0, bytes: 0 })
    expect(await isThere(sha256)).toBe(true)
  })

  it('that another person sent too, who made nothing of it, stays', async () => {
    const sha256 = await send()
    await showIn(sha256, { id: 'open', state: 'closed' })
    await uploads().add({ sha256, by: 'u2', at: now })
    now += uploadKeptMs + 1
    await purge()
    expect(await isThere(sha256)).toBe(true)
    expect(await rowsOf('picture_upload')).toEqual([])
  })

  it.each<[CaseState, boolean]>([
    ['reported', true],
    ['accepted', true],
    ['dispatched', true],
    ['handling', true],
    ['suspended', true],
    ['verifying', true],
    ['closed', false],
    ['void', false],
  ])('that is old and %s: stays %s', async (state, stays) => {
    const sha256 = await send()
    await showIn(sha256, { id: 'one', state })
    now += 181 * day
    await purge()
    expect(await isThere(sha256)).toBe(stays)
    expect(await rowsOf('case_picture')).toHaveLength(stays ? 1 : 0)
  })

  it('that went says so in the timeline, and keeps what stood there', async () => {
    const history = await showIn(await send(), { id: 'one', state: 'closed' })
    now += 181 * day
    await purge()
    const row = await house.db
      .selectFrom('case_history')
      .select('detail')
      .where('id', '=', history)
      .executeTakeFirstOrThrow()
    expect(JSON.parse(row.detail ?? '')).toEqual({ source: 'desk', picturesRemovedAt: now })
  })

  it('of a later step says so at that step alone', async () => {
    const sha256 = await send()
    const opened = await showIn(await send(), { id: 'one', state: 'closed' })
    const { id } = await house.db
      .insertInto('case_history')
      .values({
        case_id: 'one',
        at: now,
        act: 'feedback',
        actor: null,
        from_state: null,
        to_state: null,
        text: null,
        alarm: null,
        detail: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    now += day
    await files.put((await files.get(sha256)) as Uint8Array)
    await house.db
      .insertInto('case_picture')
      .values({ case_id: 'one', sha256, history_id: id, at: now, by: 'u1' })
      .execute()
    now += 181 * day
    await house.db.deleteFrom('case_picture').where('history_id', 'is', null).execute()
    await purge()
    const rows = await house.db
      .selectFrom('case_history')
      .select(['id', 'detail'])
      .orderBy('id')
      .execute()
    expect(rows.map((row) => [row.id, JSON.parse(row.detail ?? '')])).toEqual([
      [opened, { source: 'desk' }],
      [id, { picturesRemovedAt: now }],
    ])
  })

  it('merged into one that is open stays, also along a chain', async () => {
    const sha256 = await send()
    await fill(house.db, { cases: [caseOf('target', { number: 't', state: 'handling' })] })
    await fill(house.db, {
      cases: [caseOf('middle', { number: 'm', state: 'merged', mergedInto: 'target' })],
    })
    await showIn(sha256, { id: 'first', state: 'merged', mergedInto: 'middle' })
    now += 181 * day
    await purge()
    expect(await isThere(sha256)).toBe(true)
    await house.db.updateTable('case').set({ state: 'closed' }).where('id', '=', 'target').execute()
    await purge()
    expect(await isThere(sha256)).toBe(false)
  })
})

describe('a still of a camera', () => {
  async function still(sha256: string, caseId: string | null) {
    const row = { device: 'v1-cam1', at: now, sha256, cause: 'alarm', history_id: null }
    await house.db
      .insertInto('camera_still')
      .values({ ...row, case_id: caseId })
      .execute()
  }
  const listed = async () =>
    (await house.db.selectFrom('camera_still').select('sha256').orderBy('id').execute()).map(
      ({ sha256 }) => sha256,
    )

  it('leaves the list of its camera together with the picture, and no sooner', async () => {
    const [open, closed] = [await send(), await send()]
    await showIn(open, { id: 'open', state: 'handling' })
    await showIn(closed, { id: 'closed', state: 'closed' })
    await still(open, 'open')
    await still(closed, 'closed')
    await still(closed, 'closed')
    now += 180 * day
    await purge()
    expect(await listed()).toEqual([open, closed, closed])
    now += day
    await purge()
    expect(await listed()).toEqual([open])
    expect([await isThere(open), await isThere(closed)]).toEqual([true, false])
  })

  it('that no case shows any more is not kept by the list', async () => {
    const sha256 = await files.put(randomBytes(100))
    await still(sha256, null)
    now += 181 * day
    expect((await purge()).removed).toBe(1)
    expect(await listed()).toEqual([])
  })
})

describe('who sees a picture of a case', () => {
  const queries = () =>
    createQueries({
      db: house.db,
      clock,
      names: { rule: () => undefined, device: () => undefined, town: () => townCode },
    })

  it('is whoever has its place, or that of the case it was merged into', async () => {
    const sha256 = await send()
    await fill(house.db, { cases: [caseOf('target', { number: 'T-1' })] })
    await showIn(sha256, { id: 'there', state: 'merged', mergedInto: 'target', village: villageB })
    const seenBy = async (scope: string) => (await queries().pictureInScope(sha256, scope))?.case
    expect(await seenBy(villageB)).toBe('there')
    expect(await seenBy(villageA)).toBe('T-1')
    expect(await seenBy(`${villageA}001`)).toBe('T-1')
    expect(await seenBy(`${villageA}002`)).toBeUndefined()
    expect(['T-1', 'there']).toContain(await seenBy(townCode))
  })

  it('is nobody, of one that no case shows', async () => {
    expect(await queries().pictureInScope(await send(), townCode)).toBeUndefined()
  })
})

describe('a picture of a check-in', () => {
  async function showAt(picture: string, id = 'c1') {
    await house.db
      .insertInto('checkin')
      .values({
        id,
        status: 'accepted',
        grade: 'static',
        marks: '[]',
        findings: '[]',
        village: villageA,
        photo: 'f'.repeat(64),
        picture,
        at: now,
        said_at: now,
        received_at: now,
      })
      .execute()
  }
  const shownAt = () =>
    house.db.selectFrom('checkin').select(['photo', 'picture']).executeTakeFirstOrThrow()

  it('stays after the day, and goes when the time of pictures is up', async () => {
    const sha256 = await send()
    await showAt(sha256)
    now += 180 * day
    await purge()
    expect(await isThere(sha256)).toBe(true)
    now += 1
    expect(await purge()).toEqual({ removed: 1, bytes: 100 })
    expect(await shownAt()).toEqual({ photo: 'f'.repeat(64), picture: null })
  })

  it('stays longer where a case that still asks for work shows it too', async () => {
    const sha256 = await send()
    await showAt(sha256)
    await showIn(sha256, { id: 'open', state: 'handling' })
    now += 181 * day
    await purge()
    expect(await isThere(sha256)).toBe(true)
    expect(await shownAt()).toMatchObject({ picture: sha256 })
  })

  it('that its phone may still name waits for it', async () => {
    const sha256 = await send()
    await house.db
      .insertInto('patrol_upload')
      .values({ sha256: 'e', by: 'u1', kind: 'photo', size: 1, at: now, stored: sha256 })
      .execute()
    now += uploadKeptMs + 1
    await purge()
    expect(await isThere(sha256)).toBe(true)
    await house.db.deleteFrom('patrol_upload').execute()
    await uploads().add({ sha256, by: 'u1', at: start })
    await purge()
    expect(await isThere(sha256)).toBe(false)
  })
})
