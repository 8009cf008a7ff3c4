import { describe, expect, it } from 'vitest'
import { UnavailableError } from '../../../gateway/domain/errors.ts'
import type { Actor } from '../../../gateway/domain/person.ts'
import { createCheckinDesk } from '../../../gateway/pipeline/checkin-desk.ts'
import { createRecentReadings } from '../../../gateway/pipeline/recent-readings.ts'
import type { CheckinStore } from '../../../gateway/ports/checkin-store.ts'
import type { ShownTag, TagReading } from '../../../gateway/ports/tags.ts'
import { createCheckinStore } from '../../../gateway/storage/checkin-store.ts'
import { useHouseTables, villageA } from '../storage/house-tables.ts'

const house = useHouseTables()
const noon = Date.UTC(2026, 5, 15, 4)
const clock = { now: () => noon, monotonic: () => 0 }
const manual: TagReading = { kind: 'refused', refusal: 'unknownTag', point: null }
const read = async ({ url }: ShownTag): Promise<TagReading> => {
  if (url === 'broken') throw new Error('the key cannot be read')
  return manual
}

const person = (id: string): Actor => ({
  id,
  username: id,
  displayName: id,
  role: 'patroller',
  scope: villageA,
})

const batch = (ids: readonly string[], url?: string) => ({
  checkins: ids.map((id) => {
    const said = { id, tag: 'qr', at: noon, ...(url && { url }) }
    return { raw: said, said }
  }),
  sentAt: noon,
  sentMonotonicMs: null,
  clock: null,
})

function openDesk(
  own: (store: CheckinStore) => Partial<CheckinStore> = () => ({}),
  mostWaiting?: number,
) {
  const store = createCheckinStore({ db: house.db, town: () => '990101101' })
  return createCheckinDesk({
    store: { ...store, ...own(store) },
    tags: { read },
    clock,
    ...(mostWaiting !== undefined && { mostWaiting }),
  })
}

const count = async () => {
  const row = await house.db
    .selectFrom('checkin')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return row.n
}

const idsOf = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${name}-${i}`)

describe('many batches at once', () => {
  it('are written together, each answered with its own in its order', async () => {
    let transactions = 0
    const desk = openDesk((store) => ({
      async book(work) {
        transactions += 1
        return store.book(work)
      },
    }))
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => desk.book(person(`u${n}`), batch(idsOf(`b${n}`, 50)))),
    )
    expect(answers.map((one) => one.map(({ id }) => id))).toEqual(
      Array.from({ length: 100 }, (_, n) => idsOf(`b${n}`, 50)),
    )
    expect(await count()).toBe(5000)
    expect(transactions).toBeLessThan(10)
  })

  it('one that fails holds up none of the others', async () => {
    const desk = openDesk()
    const outcomes = await Promise.allSettled([
      desk.book(person('a'), batch(['a-1', 'a-2'])),
      desk.book(person('b'), batch(['b-1'], 'broken')),
      desk.book(person('c'), batch(['c-1'])),
      desk.book(person('b'), batch(['b-2'])),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    expect(await count()).toBe(4)
  })

  it('wait in bounds, and what was taken is written', async () => {
    const gate = Promise.withResolvers<void>()
    const gated = (store: CheckinStore): Partial<CheckinStore> => ({
      async book(work) {
        await gate.promise
        return store.book(work)
      },
    })
    const desk = openDesk(gated, 1000)
    const many = Array.from({ length: 50 }, (_, n) =>
      desk.book(person('a'), batch(idsOf(`x${n}`, 20))),
    )
    await expect(desk.book(person('b'), batch(['one-more']))).rejects.toThrow(UnavailableError)
    gate.resolve()
    expect(await Promise.all(many)).toHaveLength(50)
    expect(await count()).toBe(1000)
    expect(await desk.book(person('b'), batch(['one-more']))).toHaveLength(1)
  })

  it('by two senders under one id, one has it', async () => {
    const desk = openDesk()
    const [first, second] = await Promise.all([
      desk.book(person('a'), batch(['same'])),
      desk.book(person('b'), batch(['same'])),
    ])
    expect(first[0]).toMatchObject({ id: 'same', refusal: 'unknownTag' })
    expect(second[0]).toMatchObject({ id: 'same', refusal: 'invalid' })
    expect(await count()).toBe(2)
  })
})

describe('readings of printed codes', () => {
  const printed: TagReading = { kind: 'genuine', point: 'p', grade: 'static', once: null }
  const tap: TagReading = {
    kind: 'genuine',
    point: 'p',
    grade: 'cryptographic',
    once: { kind: 'counter', uid: '04', counter: 1 },
  }

  function recent(reading: TagReading) {
    let now = 0
    let asked = 0
    const book = createRecentReadings(
      {
        async read() {
          asked += 1
          return reading
        },
      },
      { monotonic: () => now },
    )
    const shown = (url?: string) => book.read({ tag: 'qr', url, at: noon })
    return {
      shown,
      asked: () => asked,
      pass: (ms: number) => {
        now += ms
      },
    }
  }

  it('are remembered for a second', async () => {
    const { shown, asked, pass } = recent(printed)
    for (const url of ['a', 'a', 'b', 'a']) expect(await shown(url)).toEqual(printed)
    expect(asked()).toBe(2)
    pass(1000)
    await shown('a')
    expect(asked()).toBe(3)
  })

  it('what counts once, is refused or has no address never is', async () => {
    for (const [reading, url] of [
      [tap, 'a'],
      [manual, 'a'],
      [printed, undefined],
    ] as const) {
      const { shown, asked } = recent(reading)
      await shown(url)
      await shown(url)
      expect(asked()).toBe(2)
    }
  })
})
