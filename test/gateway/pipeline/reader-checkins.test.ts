import { describe, expect, it } from 'vitest'
import type { Device } from '../../../gateway/domain/device.ts'
import type { LogEntry } from '../../../gateway/domain/observation.ts'
import { readerMac } from '../../../gateway/patrol/reader-mac.ts'
import { createReaderCheckins } from '../../../gateway/pipeline/reader-checkins.ts'
import type { CheckinStore } from '../../../gateway/ports/checkin-store.ts'
import type { User } from '../../../gateway/ports/user-store.ts'
import { createCheckinStore } from '../../../gateway/storage/checkin-store.ts'
import { useHouseTables, villageA } from '../storage/house-tables.ts'

/** Badges at readers: from the log into the book of check-ins. */

const house = useHouseTables()
const noon = Date.UTC(2026, 5, 15, 4)
const minute = 60_000
const key = Buffer.alloc(32, 7)

const device = (id: string, kind: Device['kind'] = 'tagReader') =>
  ({ id, kind, village: villageA, grid: null }) as Device
const devices = new Map(
  [device('r1'), device('r2'), device('pm', 'airStation')].map((d) => [d.id, d]),
)
const wang = { id: 'u-wang', username: 'wang', scope: villageA, team: '红袖标1队' } as User

interface Badge {
  device?: string
  counter?: number
  mac?: string
  patroller?: string
  at?: number
  receivedAt?: number
}

function signed(badge: Badge & { counter: number }): Badge {
  const { counter, device: id = 'r1', at = noon, patroller = '' } = badge
  const message = { device: id, ts: at, tag: 'card-1', counter, patroller }
  return { ...badge, mac: readerMac(key, message) }
}

/** A log with what is appended, and a book that reads it. */
async function setUp() {
  await house.db.deleteFrom('checkin').execute()
  await house.db.deleteFrom('consumer').execute()
  await house.db.deleteFrom('tag_tap').execute()
  await house.db.deleteFrom('patrol_point').execute()
  await house.db
    .insertInto('patrol_point')
    .values({
      id: 'p1',
      name: '村委',
      grid: `${villageA}001`,
      lon: 106.7,
      lat: 29.19,
      radius_m: 60,
      tag: 'reader',
      tag_uid: null,
      hint: null,
      reader: 'r1',
    })
    .execute()
  const entries: LogEntry[] = []
  const store = createCheckinStore({ db: house.db, town: () => '990101101' })
  const log = {
    read: async (after: number, limit: number) =>
      entries.filter(({ seq }) => seq > after).slice(0, limit),
    head: async () => entries.at(-1)?.seq ?? 0,
  }
  const open = (own: Partial<CheckinStore> = {}) =>
    createReaderCheckins({
      log,
      store: { ...store, ...own },
      devices: { get: (id) => devices.get(id) },
      users: { find: async (name) => (name === 'wang' ? wang : undefined) },
      tags: {
        isSignedByReader: async (message, mac) => readerMac(key, message) === mac,
      },
    })
  function say(...badges: Badge[]): void {
    for (const badge of badges) {
      const { device: id = 'r1', at = noon, receivedAt = at + 1000, ...proof } = badge
      entries.push({
        seq: entries.length + 1,
        observation: {
          kind: 'event',
          type: 'checkin',
          state: 'pulse',
          device: id,
          observedAt: at,
          receivedAt,
          checkin: { tag: 'card-1', ...proof },
        },
      })
    }
  }
  function sayReadings(count: number): void {
    for (let n = 0; n < count; n++) {
      entries.push({
        seq: entries.length + 1,
        observation: {
          kind: 'reading',
          property: 'pm25',
          value: n,
          device: 'pm',
          observedAt: noon + n,
          receivedAt: noon + n,
        },
      })
    }
  }
  return { open, say, sayReadings, store }
}

type Book = ReturnType<typeof createReaderCheckins>

async function drain(book: Book): Promise<void> {
  for (let rows = await book.next(); rows.length > 0; rows = await book.next()) {
    await book.handle(rows)
  }
}

const booked = () =>
  house.db.selectFrom('checkin').selectAll().orderBy('at').orderBy('id').execute()
const inShort = async () =>
  (await booked()).map(({ status, refusal, grade, patroller }) => [
    refusal ?? status,
    grade,
    patroller,
  ])

describe('a badge at a reader', () => {
  it('is a check-in of its point, by the person whose name it says', async () => {
    const { open, say } = await setUp()
    const book = open()
    await book.start()
    say(
      { patroller: 'wang' },
      { patroller: 'nobody', at: noon + minute },
      { at: noon + 2 * minute },
    )
    await drain(book)
    expect(await inShort()).toEqual([
      ['accepted', 'static', 'u-wang'],
      ['accepted', 'static', null],
      ['accepted', 'static', null],
    ])
    expect((await booked())[0]).toMatchObject({
      point: 'p1',
      grid: `${villageA}001`,
      team: '红袖标1队',
      marks: '[]',
      lon: null,
      phone: null,
      at: noon,
      received_at: noon + 1000,
    })
  })

  it('signed by the reader with a rising counter is cryptographic, once', async () => {
    const { open, say } = await setUp()
    const book = open()
    await book.start()
    const at = (n: number) => noon + n * minute
    say(
      signed({ counter: 5 }),
      signed({ counter: 5, at: at(1) }),
      signed({ counter: 4, at: at(2) }),
      signed({ counter: 9, at: at(3) }),
      { ...signed({ counter: 10, at: at(4) }), counter: 11 },
      { mac: 'f'.repeat(32), at: at(5) },
    )
    await drain(book)
    expect(await inShort()).toEqual([
      ['accepted', 'cryptographic', null],
      ['replayed', 'cryptographic', null],
      ['replayed', 'cryptographic', null],
      ['accepted', 'cryptographic', null],
      ['forged', 'manual', null],
      ['forged', 'manual', null],
    ])
  })

  it('of no point, of another kind of device, or of nobody is told apart', async () => {
    const { open, say } = await setUp()
    const book = open()
    await book.start()
    say({ device: 'r2' }, { device: 'pm', at: noon + 1 }, { device: 'gone', at: noon + 2 })
    await drain(book)
    expect(await booked()).toMatchObject([
      { refusal: 'unknownTag', point: null, village: villageA },
    ])
  })

  it('that comes late or with a clock ahead is marked', async () => {
    const { open, say } = await setUp()
    const book = open()
    await book.start()
    say(
      { at: noon, receivedAt: noon + 60 * minute },
      { at: noon + 70 * minute, receivedAt: noon + 65 * minute },
    )
    await drain(book)
    expect((await booked()).map(({ marks, at }) => [marks, at])).toEqual([
      ['["lateSync"]', noon],
      ['["clockSkew"]', noon + 65 * minute],
    ])
  })
})

describe('the place in the log', () => {
  it('begins where the log ends, and is kept from then on', async () => {
    const { open, say, sayReadings, store } = await setUp()
    say({})
    const first = open()
    await first.start()
    await drain(first)
    expect(await booked()).toEqual([])
    expect(await store.position()).toBe(1)
    sayReadings(3)
    await drain(first)
    await first.stop()
    expect(await store.position()).toBe(4)
    say({ at: noon + minute })
    const second = open()
    await second.start()
    await drain(second)
    expect(await booked()).toHaveLength(1)
    expect(second.position()).toBe(5)
  })

  it('whatever moment it is killed at, each badge is there once', async () => {
    const { open, say, sayReadings, store } = await setUp()
    await open().start()
    say({}, { at: noon + minute })
    sayReadings(2)
    say({ at: noon + 2 * minute })
    const failing = open({
      book: async () => Promise.reject(new Error('killed before the commit')),
    })
    await failing.start()
    await expect(drain(failing)).rejects.toThrow('killed before')
    expect(await booked()).toEqual([])
    const forgetful = open({
      async book(work) {
        await store.book(work)
        throw new Error('killed after the commit')
      },
    })
    await forgetful.start()
    await expect(drain(forgetful)).rejects.toThrow('killed after')
    expect(await booked()).toHaveLength(3)
    // Here the process goes on and only lost the answer; then it really is started anew.
    await expect(drain(forgetful)).rejects.toThrow('killed after')
    const again = open()
    await again.start()
    await drain(again)
    // And with a position from before, as after a restored backup of an hour ago.
    await house.db.updateTable('consumer').set({ position: 0 }).execute()
    const restored = open()
    await restored.start()
    await drain(restored)
    expect(await booked()).toHaveLength(3)
    expect(await store.position()).toBe(5)
  })
})
