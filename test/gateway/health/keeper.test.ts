import { beforeEach, describe, expect, it } from 'vitest'
import {
  createHealthKeeper,
  type HealthKeeper,
  type HealthSources,
  type QuickFigures,
  type SlowFigures,
} from '../../../gateway/health/keeper.ts'
import { type Health, healthSchema } from '../../../gateway/http/schemas/trust.ts'

const gib = 1024 ** 3
const hour = 3_600_000

let wall: number
let monotonic: number
let quick: QuickFigures
let slow: SlowFigures
let free: number
let daysLeft: number | null
let asked: { slow: number; audit: number }
let sources: HealthSources
let said: string[]
let tick: () => void
let keeper: HealthKeeper

beforeEach(() => {
  wall = Date.UTC(2026, 10, 22)
  monotonic = 5000
  free = 50 * gib
  daysLeft = null
  asked = { slow: 0, audit: 0 }
  said = []
  quick = {
    storeFailure: null,
    rules: { failure: null, waiting: 0 },
    series: { waiting: 0, waitingSince: null, trouble: null, refused: 0 },
    adapters: [],
    probe: null,
    throttled: 0,
    backup: null,
    certificateUntil: null,
    certificateProblem: null,
    hasTown: true,
  }
  slow = { devices: null, quarantineWaiting: 0, administratorsWithOneFactor: null, notices: null }
  sources = {
    quick: () => quick,
    async slow() {
      asked.slow += 1
      return slow
    },
    disk: async () => ({ freeBytes: free, totalBytes: 100 * gib, daysLeft }),
    async verifyAudit() {
      asked.audit += 1
      return { brokenAt: null }
    },
  }
  keeper = createHealthKeeper({
    sources: {
      quick: () => sources.quick(),
      slow: () => sources.slow(),
      disk: () => sources.disk(),
      verifyAudit: () => sources.verifyAudit(),
    },
    clock: { now: () => wall, monotonic: () => monotonic },
    log: {
      info: (text) => said.push(`info ${text}`),
      warn: (text) => said.push(`warn ${text}`),
      error: (text) => said.push(`error ${text}`),
    },
    repeat(run) {
      tick = run
      return () => {}
    },
    waitMs: 50,
  })
})

/** One look, so much later. */
async function later(ms = 2000): Promise<Health> {
  wall += ms
  monotonic += ms
  tick()
  await keeper.look()
  return keeper.current()
}

const levelOf = (id: string) => keeper.current().items.find((item) => item.id === id)?.level

describe('the health page', () => {
  it('has the shape of the contract', async () => {
    await keeper.start()
    expect(healthSchema.parse(keeper.current())).toEqual(keeper.current())
  })

  it('says since when something is wrong, and not when it is well', async () => {
    await keeper.start()
    await later()
    quick = { ...quick, throttled: 1 }
    const { items } = await later()
    const begun = wall
    expect(items.find(({ id }) => id === 'flood')).toMatchObject({ level: 'warn', since: begun })
    quick = { ...quick, throttled: 4 }
    const next = await later()
    expect(next.items.find(({ id }) => id === 'flood')).toMatchObject({ since: begun })
    quick = { ...quick, throttled: 0 }
    const well = await later()
    expect(well.items.find(({ id }) => id === 'flood')).toMatchObject({ level: 'ok', since: null })
  })

  it('tells listeners of changes only, until they stop', async () => {
    await keeper.start()
    const heard: Health[] = []
    const stop = keeper.onChange((health) => heard.push(health))
    for (let i = 0; i < 5; i++) await later()
    expect(heard).toEqual([])
    quick = { ...quick, storeFailure: 'database or disk is full' }
    await later()
    await later()
    expect(heard).toHaveLength(1)
    expect(heard[0]?.items[0]).toMatchObject({ id: 'store', level: 'bad' })
    quick = { ...quick, storeFailure: null }
    await later()
    expect(heard).toHaveLength(2)
    stop()
    quick = { ...quick, throttled: 1 }
    await later()
    expect(heard).toHaveLength(2)
  })

  it('writes a full disk into the log once, and its end once', async () => {
    await keeper.start()
    free = 100
    for (let i = 0; i < 4; i++) await later()
    free = 50 * gib
    for (let i = 0; i < 4; i++) await later()
    expect(said).toEqual([expect.stringMatching(/^error disk: /), 'info disk: works again'])
  })

  it('asks tables every ten seconds, however often it looks', async () => {
    await keeper.start()
    for (let i = 0; i < 10; i++) await later()
    expect(asked.slow).toBe(3)
  })

  it('verifies the audit log a minute after the start and then daily; a break is bad', async () => {
    await keeper.start()
    await later(59_000)
    expect([asked.audit, levelOf('audit')]).toEqual([0, undefined])
    await later(1000)
    await later()
    expect([asked.audit, levelOf('audit')]).toEqual([1, 'ok'])
    sources = { ...sources, verifyAudit: async () => ({ brokenAt: 7 }) }
    await later(23 * hour)
    expect(levelOf('audit')).toBe('ok')
    await later(hour)
    await later()
    expect(levelOf('audit')).toBe('bad')
  })

  it('a figure that fails or hangs keeps its former value, and the others go on', async () => {
    slow = { ...slow, quarantineWaiting: 3 }
    await keeper.start()
    sources = {
      ...sources,
      disk: () => new Promise(() => {}),
      slow: async () => Promise.reject(new Error('locked')),
    }
    quick = { ...quick, throttled: 1 }
    await later(10_000)
    expect([levelOf('disk'), levelOf('quarantine'), levelOf('flood')]).toEqual([
      'ok',
      'warn',
      'warn',
    ])
  })

  it('looks made at the same time are one', async () => {
    let disks = 0
    sources = {
      ...sources,
      async disk() {
        disks += 1
        return { freeBytes: free, totalBytes: 100 * gib, daysLeft }
      },
    }
    await Promise.all([keeper.look(), keeper.look(), keeper.look()])
    expect(disks).toBe(1)
  })
})

describe('the clock', () => {
  it.each([hour, -hour])('a step of %i ms is said for an hour', async (step) => {
    await keeper.start()
    await later()
    wall += step
    const { items } = await later()
    expect(items.find(({ id }) => id === 'clock')).toMatchObject({
      level: 'warn',
      facts: { stepS: step / 1000 },
    })
    await later(hour - 4000)
    expect(levelOf('clock')).toBe('warn')
    await later(8000)
    expect(levelOf('clock')).toBe('ok')
  })

  it('a look that comes late is no step, nor what a time server mends bit by bit', async () => {
    await keeper.start()
    await later(60_000)
    for (let i = 0; i < 20; i++) {
      wall += 400
      await later()
    }
    expect(levelOf('clock')).toBe('ok')
  })
})

describe('how long the disk lasts', () => {
  const disk = () => keeper.current().items.find(({ id }) => id === 'disk')

  it('is among the facts, and a reason of its own to warn', async () => {
    await keeper.start()
    expect(disk()?.facts).not.toHaveProperty('daysLeft')
    daysLeft = 214
    await later()
    expect(disk()).toMatchObject({ level: 'ok', facts: { daysLeft: 214 } })
    daysLeft = 29
    await later()
    expect(disk()).toMatchObject({ level: 'warn', facts: { daysLeft: 29, cause: 'soon' } })
    daysLeft = 6
    await later()
    expect(disk()).toMatchObject({ level: 'bad', facts: { daysLeft: 6, cause: 'soon' } })
    expect(said).toEqual([expect.stringMatching(/^error disk: .*full in 6 days/)])
  })
})
