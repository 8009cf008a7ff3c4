import { beforeEach, describe, expect, it } from 'vitest'
import { dayMs, type PurgedKind, retentionDefaults } from '../../../gateway/domain/retention.ts'
import { createPurge, type PurgeJob } from '../../../gateway/pipeline/purge.ts'
import type { AuditEntry } from '../../../gateway/ports/audit-log.ts'
import type {
  Purgeable,
  PurgeableSeries,
  Removed,
  RetentionStore,
} from '../../../gateway/ports/retention.ts'
import type { SeriesBounds } from '../../../gateway/ports/series-store.ts'
import { createRetentionStore } from '../../../gateway/storage/retention-store.ts'
import { useHouseTables } from '../storage/house-tables.ts'

/** When retention runs, and what it says of it; the clock and the repetition are the test's. */

const house = useHouseTables()
const hour = 3_600_000
const morning = Date.parse('2026-06-15T10:00:00+08:00')

let now: number
let monotonic: number
let warnings: string[]
let audited: AuditEntry[]
let looks: (() => void)[]
let store: RetentionStore

beforeEach(() => {
  now = morning
  monotonic = 0
  warnings = []
  audited = []
  looks = []
  store = createRetentionStore(house.db)
})

const pass = (ms: number) => {
  now += ms
  monotonic += ms
}

interface Shelf extends Purgeable {
  asked: number[]
  /** Times of what lies there. */
  things: number[]
  fails?: string
  /** Between two steps. */
  between?: (() => void) | undefined
}

/** Two things a step, ten bytes each. */
function shelf(kind: PurgedKind, ...things: number[]): Shelf {
  const own: Shelf = {
    kind,
    asked: [],
    things,
    async *remove(before): AsyncIterable<Removed> {
      own.asked.push(before)
      if (own.fails) throw new Error(own.fails)
      for (;;) {
        const old = own.things.filter((at) => at < before).slice(0, 2)
        if (old.length === 0) return
        own.things = own.things.filter((at) => !old.includes(at))
        yield { removed: old.length, bytes: old.length * 10 }
        own.between?.()
      }
    },
  }
  return own
}

function job(...purgeables: (Purgeable | PurgeableSeries)[]): PurgeJob {
  return createPurge({
    store,
    purgeables,
    audit: {
      async write(entry) {
        audited.push(entry)
      },
    },
    clock: { now: () => now, monotonic: () => monotonic },
    timeZone: 'Asia/Shanghai',
    warn: (text) => warnings.push(text),
    repeat(run) {
      looks.push(run)
      return () => {
        looks = looks.filter((one) => one !== run)
      }
    },
    pause: async () => {},
  })
}

const purges = async () => (await store.purges({ limit: 50, cursor: undefined })).items

describe('a round', () => {
  it('removes what is older than decided, and says what, how much and how many bytes', async () => {
    await store.write({ ...retentionDefaults, pictures: 10 })
    const pictures = shelf('pictures', ...[1, 2, 3, 4, 5].map((d) => now - (d + 8) * dayMs))
    const kept = pictures.things.slice(0, 2)
    await job(pictures).look()
    expect(pictures.things).toEqual(kept)
    const before = now - 10 * dayMs
    expect(await purges()).toEqual([
      { id: expect.any(Number), at: now, kind: 'pictures', before, removed: 3, bytes: 30 },
    ])
    expect(audited).toEqual([
      {
        actor: null,
        act: 'purge',
        subject: 'retention:pictures',
        detail: '3 removed, 30 bytes, older than 2026-06-05T02:00:00.000Z',
      },
    ])
  })

  it('that finds nothing says nothing', async () => {
    await job(shelf('pictures'), shelf('log', now)).look()
    expect(await purges()).toEqual([])
    expect(audited).toEqual([])
  })

  it('leaves it to the audit log to write down its own removal', async () => {
    await job(shelf('audit', 1, 2)).look()
    expect(await purges()).toMatchObject([{ kind: 'audit', removed: 2 }])
    expect(audited).toEqual([])
  })

  it('of one kind that fails holds up none of the others, and is told once', async () => {
    const broken = { ...shelf('pictures', 1), fails: 'disk is full' }
    broken.remove = async function* remove() {
      yield { removed: 0, bytes: 0 }
      if (broken.fails !== '') throw new Error(broken.fails)
    }
    const quarantine = shelf('quarantine', 1)
    const purge = job(broken, quarantine)
    await purge.look()
    expect(quarantine.things).toEqual([])
    expect(purge.trouble()).toBe('pictures: disk is full')
    pass(60_000)
    await purge.look()
    expect(warnings).toEqual([
      'Retention could not remove what is old: pictures: disk is full. Trying again.',
    ])
    broken.fails = ''
    pass(60_000)
    await purge.look()
    expect(purge.trouble()).toBeNull()
    expect(warnings.at(-1)).toBe('Retention removes what is old again.')
    expect(await store.lastRoundAt()).toBe(now)
  })
})

describe('readings', () => {
  it('go class by class, and the list says before when none is left', async () => {
    const days = { raw: 30, rolledUp: 60 }
    await store.write({ ...retentionDefaults, series: { ...retentionDefaults.series, air: days } })
    const asked: SeriesBounds[] = []
    const series: PurgeableSeries = {
      kind: 'observations',
      async *compact(bounds) {
        asked.push(bounds)
        yield { removed: 3, bytes: 4096 }
        yield { removed: 2, bytes: 4096 }
      },
    }
    await job(series).look()
    expect(asked).toHaveLength(1)
    expect(asked[0]).toMatchObject({
      air: { raw: now - 30 * dayMs, rolledUp: now - 60 * dayMs },
      weather: { raw: now - 400 * dayMs, rolledUp: now - 3650 * dayMs },
    })
    const before = now - 400 * dayMs
    expect(await purges()).toMatchObject([
      { kind: 'observations', before, removed: 5, bytes: 8192 },
    ])
    expect(audited).toMatchObject([{ act: 'purge', subject: 'retention:observations' }])
  })

  it('that an InfluxDB keeps are its own affair', async () => {
    const series: PurgeableSeries = { kind: 'observations', async *compact() {} }
    await job(series).look()
    expect([await purges(), audited]).toEqual([[], []])
  })
})

describe('when', () => {
  it('at once on a new installation, then at half past three, once a day', async () => {
    const log = shelf('log')
    const purge = job(log)
    await purge.look()
    expect(log.asked).toHaveLength(1)
    const rounds: string[] = []
    for (let minute = 0; minute < 3 * 1440; minute++) {
      pass(60_000)
      const before = log.asked.length
      await purge.look()
      if (log.asked.length > before) rounds.push(new Date(now).toISOString())
    }
    expect(rounds).toEqual([
      '2026-06-15T19:30:00.000Z',
      '2026-06-16T19:30:00.000Z',
      '2026-06-17T19:30:00.000Z',
    ])
  })

  it('after a restart only when the last round was missed', async () => {
    await job(shelf('log')).look()
    pass(12 * hour)
    const early = shelf('log')
    await job(early).look()
    expect(early.asked).toEqual([])
    pass(12 * hour)
    const late = shelf('log')
    await job(late).look()
    expect(late.asked).toHaveLength(1)
  })

  it('what goes by number and not by age goes every hour', async () => {
    const waiting = shelf('waiting')
    const log = shelf('log')
    const purge = job(log, waiting)
    await purge.look()
    for (let minute = 0; minute < 180; minute++) {
      pass(60_000)
      await purge.look()
    }
    expect(waiting.asked).toHaveLength(4)
    expect(log.asked).toHaveLength(1)
  })

  it('looks every minute while it is started, and one look at a time', async () => {
    const gate = Promise.withResolvers<void>()
    const slow: Purgeable = {
      kind: 'log',
      async *remove() {
        await gate.promise
        yield { removed: 1, bytes: 1 }
      },
    }
    const purge = job(slow)
    purge.start()
    const first = purge.look()
    for (const look of looks) look()
    expect(purge.look()).toBe(first)
    gate.resolve()
    await first
    expect(await purges()).toHaveLength(1)
    await purge.stop()
    expect(looks).toEqual([])
  })

  it('a stop waits for the step under way, keeps what was removed, and goes on another time', async () => {
    const log = shelf('log', 1, 2, 3, 4, 5)
    const purge = job(log)
    let stopped: Promise<void> | undefined
    log.between = () => {
      stopped ??= purge.stop()
    }
    await purge.look()
    await stopped
    expect(log.things.length).toBeGreaterThan(0)
    expect(await purges()).toMatchObject([{ kind: 'log', removed: 5 - log.things.length }])
    expect(await store.lastRoundAt()).toBeNull()
    log.between = undefined
    await job(log).look()
    expect(log.things).toEqual([])
  })
})

describe('a clock that is wrong', () => {
  const year = 365 * dayMs

  it('removes nothing for a day after it jumped, and nothing at all when it came back', async () => {
    const log = shelf('log', morning - dayMs)
    const purge = job(log)
    await purge.look()
    pass(60_000)
    now += 10 * year
    await purge.look()
    expect(warnings).toHaveLength(1)
    pass(23 * hour)
    await purge.look()
    expect(log.things).toHaveLength(1)
    now -= 10 * year
    for (let minutes = 0; minutes < 3 * 1440; minutes += 10) {
      pass(600_000)
      await purge.look()
    }
    expect(log.things).toHaveLength(1)
    expect(log.asked.length).toBeGreaterThan(1)
  })

  it('is believed when it has run on for a day', async () => {
    const log = shelf('log', morning)
    const purge = job(log)
    await purge.look()
    now += year
    await purge.look()
    pass(dayMs)
    await purge.look()
    expect(log.things).toEqual([])
  })

  it('is not believed at once after a long absence', async () => {
    await job(shelf('log')).look()
    now += year
    monotonic = 5
    const log = shelf('log', morning)
    const purge = job(log)
    await purge.look()
    expect(log.asked).toEqual([])
    pass(dayMs)
    await purge.look()
    expect(log.things).toEqual([])
  })

  it.each([hour, -hour])(
    'a step of %i ms neither stops it nor makes it run twice',
    async (step) => {
      const log = shelf('log')
      const purge = job(log)
      await purge.look()
      now += step
      await purge.look()
      expect(log.asked).toHaveLength(1)
      pass(dayMs)
      await purge.look()
      expect(log.asked).toHaveLength(2)
      expect(warnings).toEqual([])
    },
  )

  it('a round that was written down in the far future holds up none', async () => {
    await store.roundEnded(now + year)
    const log = shelf('log')
    await job(log).look()
    expect(log.asked).toHaveLength(1)
  })
})

describe('what the town decided', () => {
  it('stays, and what it said nothing about has its default', async () => {
    expect(await store.read()).toEqual(retentionDefaults)
    const air = { raw: 100, rolledUp: 200 }
    const series = { ...retentionDefaults.series, air }
    const decided = { series, pictures: 10, checkins: 20, audit: 200 }
    expect(await store.write(decided)).toEqual(retentionDefaults)
    expect(await store.read()).toEqual(decided)
    await house.db
      .updateTable('setting')
      .set({ body: '{"pictures":9}' })
      .where('name', '=', 'retention')
      .execute()
    expect(await createRetentionStore(house.db).read()).toEqual({
      ...retentionDefaults,
      pictures: 9,
    })
  })

  it('for all readings together, before there were classes, holds for each of them', async () => {
    const body = '{"observations":100,"pictures":9,"checkins":8,"audit":200}'
    await house.db.insertInto('setting').values({ name: 'retention', body }).execute()
    const read = await store.read()
    expect(read).toMatchObject({ pictures: 9, checkins: 8, audit: 200 })
    for (const days of Object.values(read.series))
      expect(days).toEqual({ raw: 100, rolledUp: 3650 })
    expect(read).not.toHaveProperty('observations')
  })

  it('is listed in pages, newest first', async () => {
    for (let i = 1; i <= 5; i++) {
      await store.addPurge({ at: i, kind: 'log', before: i, removed: i, bytes: i })
    }
    const first = await store.purges({ limit: 3, cursor: undefined })
    expect(first.items.map(({ at }) => at)).toEqual([5, 4, 3])
    const second = await store.purges({ limit: 3, cursor: first.nextCursor as string })
    expect(second.items.map(({ at }) => at)).toEqual([2, 1])
    expect(second.nextCursor).toBeNull()
  })
})
