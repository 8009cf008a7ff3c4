import { beforeEach, describe, expect, it } from 'vitest'
import type { Purgeable } from '../../../gateway/ports/retention.ts'
import { createRoundTrim, createTopicTrim } from '../../../gateway/storage/camera-trims.ts'
import { createViewStore } from '../../../gateway/storage/view-store.ts'
import { useHouseTables, villageA } from './house-tables.ts'

const house = useHouseTables()

beforeEach(async () => {
  for (const table of ['video_look', 'video_round', 'camera_topic', 'camera_view'] as const) {
    await house.db.deleteFrom(table).execute()
  }
})

async function steps(purgeable: Purgeable, before: number) {
  const all: { removed: number; bytes: number }[] = []
  for await (const one of purgeable.remove(before)) all.push(one)
  return all
}

interface Round {
  id: string
  from: number
  until: number
  settled?: number | null
  looks?: number
}

async function write(...rounds: Round[]): Promise<void> {
  await house.db
    .insertInto('video_round')
    .values(
      rounds.map(({ id, from, until, settled = until }) => ({
        id,
        plan: id,
        scope: villageA,
        due_from: from,
        due_until: until,
        body: '{}',
        settled_at: settled,
      })),
    )
    .execute()
  const looks = rounds.flatMap(({ id, from, looks: count = 0 }) =>
    Array.from({ length: count }, (_, n) => ({
      round: id,
      camera: `c${n}`,
      at: from,
      by: 'u1',
      body: '{"a":1}',
    })),
  )
  if (looks.length > 0) await house.db.insertInto('video_look').values(looks).execute()
}

const ids = async () =>
  (await house.db.selectFrom('video_round').select('id').orderBy('id').execute()).map(
    ({ id }) => id,
  )

describe('rounds', () => {
  it('go with their looks when their time is long over', async () => {
    await write(
      { id: 'old', from: 10, until: 20, looks: 2 },
      { id: 'older', from: 1, until: 2 },
      { id: 'young', from: 90, until: 110, looks: 3 },
    )
    expect(await steps(createRoundTrim(house.db), 100)).toEqual([
      { removed: 2, bytes: 2 + 2 + 2 * 7 },
    ])
    expect(await ids()).toEqual(['young'])
    const looks = await house.db.selectFrom('video_look').select('round').execute()
    expect(looks.map(({ round }) => round)).toEqual(['young', 'young', 'young'])
  })

  it('whose end nobody judged yet stay: somebody may still be told of them', async () => {
    await write({ id: 'open', from: 1, until: 2, settled: null })
    expect(await steps(createRoundTrim(house.db), 100)).toEqual([])
    expect(await ids()).toEqual(['open'])
  })

  it('go in steps', async () => {
    for (let from = 0; from < 1200; from += 300) {
      await write(
        ...Array.from({ length: 300 }, (_, n) => ({ id: `r${from + n}`, from: 1, until: 2 })),
      )
    }
    const removed = (await steps(createRoundTrim(house.db), 100)).map((one) => one.removed)
    expect(removed).toEqual([500, 500, 200])
  })

  it('belong to what is kept as long as visits are', () => {
    expect(createRoundTrim(house.db).kind).toBe('checkins')
  })
})

describe('topics that mean nothing', () => {
  it('go when no camera sent them for long', async () => {
    const row = (topic: string, last_at: number) => ({
      topic,
      items: '{}',
      devices: '["c"]',
      count: 9,
      first_at: 1,
      last_at,
    })
    await house.db
      .insertInto('camera_topic')
      .values([row('Old/One', 99), row('Young/One', 100)])
      .execute()
    const trim = createTopicTrim(house.db)
    expect(trim.kind).toBe('quarantine')
    expect(await steps(trim, 100)).toEqual([{ removed: 1, bytes: 7 + 2 + 5 }])
    const left = await house.db.selectFrom('camera_topic').select('topic').execute()
    expect(left).toEqual([{ topic: 'Young/One' }])
    expect(await steps(trim, 100)).toEqual([])
  })
})

describe('what a camera ought to show', () => {
  it('is forgotten with the camera', async () => {
    const device = { kind: 'camera', village: villageA, lon: 1, lat: 1, adapter: 'onvif' }
    for (const id of ['stays', 'goes']) {
      await house.db
        .insertInto('device')
        .values({ ...device, id, name: id, state: 'active' })
        .execute()
    }
    const views = createViewStore({ db: house.db, now: () => 5 })
    const view = { references: ['00ff', null], faults: ['pictureBlack' as const] }
    await views.save('stays', view)
    await views.save('goes', view)
    await views.save('stays', { ...view, faults: [] })
    await house.db.deleteFrom('device').where('id', '=', 'goes').execute()
    expect([...(await views.load())]).toEqual([['stays', { ...view, faults: [] }]])
  })
})
