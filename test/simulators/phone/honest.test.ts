import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PatrolRoute } from '../../../gateway/domain/patrol.ts'
import { toResult } from '../../../gateway/http/checkin-views.ts'
import type { CheckinResult } from '../../../gateway/http/schemas/patrol.ts'
import type { TagSetting } from '../../../gateway/http/schemas/patrol-tags.ts'
import { toBatch } from '../../../gateway/http/sent-checkins.ts'
import { derivePatrolKeys } from '../../../gateway/patrol/patrol-keys.ts'
import { staticCode } from '../../../gateway/patrol/static-code.ts'
import { createTagBook } from '../../../gateway/patrol/tag-book.ts'
import { createCheckinDesk } from '../../../gateway/pipeline/checkin-desk.ts'
import { createCheckinStore } from '../../../gateway/storage/checkin-store.ts'
import type { Tables } from '../../../gateway/storage/schema.ts'
import { createTagPoints } from '../../../gateway/storage/tag-points.ts'
import { readTownFolder } from '../../../gateway/storage/town-files/town-files.ts'
import { createPhone, type Phone } from '../../../simulators/phone/phone.ts'
import { createTags, type Tags } from '../../../simulators/phone/tags.ts'
import { planWalk, type Stop } from '../../../simulators/phone/walk.ts'
import { uniform } from '../../../simulators/random.ts'
import { openDatabase } from '../../support/house-file.ts'
import { root } from '../setting.ts'

/**
 * A quarter of a year of honest people: every route of the sample town twice a day, on foot, with a
 * GPS that is 30 m off and clocks that are a minute wrong. Nobody of them may be troubled.
 */

const days = 105
const hour = 3_600_000
const day = 24 * hour
/** 2026-07-01 08:00 in the town. */
const begin = Date.UTC(2026, 6, 1)
const shiftHours = [0, 6]
const shiftMs = 5 * hour
const town = '990101101'
const base = 'https://patrol.example'

let directory: string
let db: Kysely<Tables>
let routes: PatrolRoute[]
let places: Map<string, { id: string; position: [number, number] }>
let tags: Tags
let now = begin

const keys = derivePatrolKeys(Buffer.alloc(32, 7))

/** As an administrator is told it. */
function settingOf(point: { id: string; tag: string; tagUid: string | null }) {
  const uid = Buffer.from(point.tagUid ?? '', 'hex')
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  const isChip = point.tag === 'nfc424'
  const mirrored = `${base}/tag?picc_data=${'0'.repeat(32)}&cmac=${'0'.repeat(16)}`
  return {
    point: point.id,
    url: isChip ? mirrored : `${base}/c/${staticCode(point.id, keys.code)}`,
    keys: isChip
      ? {
          metaRead: hex(keys.metaRead),
          fileRead: hex(keys.fileReadOf(uid)),
          application: hex(keys.applicationOf(uid)),
        }
      : null,
  } as TagSetting
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lianxun-honest-'))
  db = await openDatabase(join(directory, 'lianxun.db'))
  await sql`pragma synchronous = off`.execute(db)
  const files = await readTownFolder(join(root, 'examples/town'))
  const points = (files.points ?? []).map(({ value }) => value)
  routes = (files.routes ?? []).map(({ value }) => value)
  places = new Map(points.map(({ id, lon, lat }) => [id, { id, position: [lon, lat] }]))
  for (const { id, name, grid, lon, lat, radiusM, tag, tagUid } of points) {
    const row = { id, name, grid, lon, lat, radius_m: radiusM, tag, hint: null, reader: null }
    await db
      .insertInto('patrol_point')
      .values({ ...row, tag_uid: tagUid ?? null })
      .execute()
  }
  await db.transaction().execute(addRounds)
  const known = points.map(({ id, tag, tagUid }) => ({ id, tag, tagUid: tagUid ?? null }))
  const administrator = {
    tagSetting: async (id: string) =>
      settingOf(known.find((point) => point.id === id) as (typeof known)[number]),
    rotatingUrl: async () => '',
  }
  tags = createTags(administrator, known)
})
afterAll(async () => {
  await db?.destroy()
  await rm(directory, { recursive: true })
})

async function addRounds(trx: Kysely<Tables>): Promise<void> {
  for (const [position, route] of routes.entries()) {
    await trx
      .insertInto('patrol_route')
      .values({ id: route.id, position, body: JSON.stringify(route) })
      .execute()
  }
  for (let d = 0; d < days; d++) {
    for (const { id, village, team, ...body } of routes) {
      for (const [shift, hours] of shiftHours.entries()) {
        const from = begin + d * day + hours * hour
        const row = {
          id: `${id} ${d} ${shift}`,
          route: id,
          village,
          team,
          body: JSON.stringify(body),
        }
        await trx
          .insertInto('patrol_round')
          .values({ ...row, slot_at: from, due_from: from, due_until: from + shiftMs })
          .execute()
      }
    }
  }
}

interface Walker {
  phone: Phone
  route: PatrolRoute
  shift: number
}

function walkers(): Walker[] {
  const clock = { now: () => now, monotonic: () => now }
  const desk = createCheckinDesk({
    store: createCheckinStore({ db, town: () => town }),
    tags: createTagBook({ keys: async () => keys, points: createTagPoints(db) }),
    clock,
  })
  return routes.flatMap((route, index) =>
    shiftHours.map((_, shift) => {
      const name = `walker-${index}-${shift}`
      const actor = { id: name, username: name, displayName: name, role: 'patroller' as const }
      const phone = createPhone({
        id: name,
        wrongByMs: Math.round((uniform(5, name) - 0.5) * 2 * 60_000),
        api: {
          async sendCheckins(checkins, sent) {
            const person = { ...actor, scope: route.village, team: route.team }
            const booked = await desk.book(person, toBatch({ checkins, ...sent }))
            return booked.map(toResult)
          },
          uploadState: () => Promise.reject(new Error('no photos here')),
          announce: () => Promise.reject(new Error('no photos here')),
          sendPiece: () => Promise.reject(new Error('no photos here')),
        },
      })
      return { phone, route, shift }
    }),
  )
}

/** All people of one shift together, stop by stop. */
async function walkShift(people: readonly Walker[], startMs: number): Promise<CheckinResult[]> {
  const results: CheckinResult[] = []
  const walks = people.map(({ route }) => {
    const points = route.points.map(
      (id) => places.get(id) as { id: string; position: [number, number] },
    )
    return planWalk({ points, startMs: startMs + 10 * 60_000, seed: startMs / day })
  })
  const longest = Math.max(...walks.map((walk) => walk.length))
  for (let step = 0; step < longest; step++) {
    const sent = people.map(async ({ phone }, index) => {
      const stop = walks[index]?.[step]
      return stop ? checkIn(phone, stop) : []
    })
    for (const some of await Promise.all(sent)) results.push(...some)
  }
  return results
}

async function checkIn(phone: Phone, { point, at, fix }: Stop): Promise<CheckinResult[]> {
  phone.checkIn({ ...(await tags.show(point)), at, fix })
  now = at + 3000
  return phone.sync(now)
}

describe('10,000 honest check-ins', { timeout: 120_000 }, () => {
  it('with GPS noise of 30 m: under 1 % are marked, none is refused, all belong to their round', async () => {
    const everybody = walkers()
    const results: CheckinResult[] = []
    for (let d = 0; d < days; d++) {
      for (const [shift, hours] of shiftHours.entries()) {
        const people = everybody.filter((walker) => walker.shift === shift)
        results.push(...(await walkShift(people, begin + d * day + hours * hour)))
      }
    }
    expect(results.length).toBeGreaterThanOrEqual(10_000)
    expect(results.filter(({ status }) => status === 'refused')).toEqual([])
    expect(results.filter(({ round }) => round === null)).toEqual([])
    expect(new Set(results.map(({ grade }) => grade))).toEqual(new Set(['cryptographic', 'static']))
    const marked = results.filter(({ marks }) => marks.length > 0)
    console.log(`${results.length} honest check-ins, ${marked.length} marked`)
    expect(marked.length / results.length).toBeLessThan(0.01)
  })
})
