import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDice } from '../../simulators/month/dice.ts'
import { openMonthHouse } from '../../simulators/month/month-house.ts'
import { createDevices, nextLookMs } from '../../simulators/month/observations.ts'
import { occurrencesOf } from '../../simulators/month/occurrences.ts'
import { playMonth } from '../../simulators/month/play-month.ts'
import { createSteppedClock } from '../../simulators/month/stepped-clock.ts'
import { playMonthFrom } from '../../simulators/month.ts'
import { mqttDevices, readDevices } from '../../simulators/town.ts'
import { memoryLog } from '../gateway/pipeline/correlation-bench.ts'

/** The month that the simulator plays: the same for the same seed, and silent nobody by mistake. */

const townDirectory = join(import.meta.dirname, '../../examples/town')
const devices = readDevices(townDirectory)
const minute = 60_000
const day = 1440 * minute
const startMs = Date.UTC(2026, 9, 31, 16)
const span = { startMs, endMs: startMs + 30 * day }
let base: string

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'lianxun-months-'))
})
afterAll(() => rm(base, { recursive: true, force: true }))

describe('dice', () => {
  it('throw the same for the same seed, and something else for another', () => {
    const throws = (seed: number, name = 'a') => {
      const dice = createDice(seed, name)
      return Array.from({ length: 50 }, () => dice.roll())
    }
    expect(throws(1)).toEqual(throws(1))
    expect(throws(1)).not.toEqual(throws(2))
    expect(throws(1)).not.toEqual(throws(1, 'b'))
    expect(throws(1).every((one) => one >= 0 && one < 1)).toBe(true)
    expect(() => createDice(1, 'x').pick([])).toThrow('nothing to pick')
  })
})

describe('the stepped clock', () => {
  it('goes where it is told, and never back', () => {
    const clock = createSteppedClock(1000)
    expect([clock.now(), clock.monotonic()]).toEqual([1000, 0])
    clock.goTo(5000)
    clock.goTo(2000)
    expect([clock.now(), clock.monotonic()]).toEqual([5000, 4000])
  })
})

describe('what happens in a month', () => {
  const occurrences = occurrencesOf(devices, span, 7)

  it('is of every kind, some of it by mistake, and all of it within the month', () => {
    const hazards = new Set(occurrences.map(({ hazard }) => hazard))
    expect([...hazards].sort()).toEqual(
      ['deviceFault', 'flood', 'forestFire', 'geological', 'helpCall', 'strawBurning'].sort(),
    )
    expect(occurrences.some(({ isFalse }) => isFalse)).toBe(true)
    expect(occurrences.some(({ isFalse }) => !isFalse)).toBe(true)
    for (const { play } of occurrences) {
      expect(play.startMs).toBeGreaterThan(span.startMs)
      expect(play.endMs).toBeLessThan(span.endMs)
    }
    expect(occurrencesOf(devices, span, 7)).toHaveLength(occurrences.length)
    const starts = (seed: number) => occurrencesOf(devices, span, seed).map((o) => o.play.startMs)
    expect(starts(7)).toEqual(occurrences.map(({ play }) => play.startMs))
    expect(starts(8)).not.toEqual(starts(7))
  })

  it('leaves no device unheard for a quarter of an hour but those that are away', () => {
    const speaking = createDevices(devices, occurrences, 7)
    const heard = new Map(mqttDevices(devices).map(({ id }) => [id, span.startMs]))
    const silent = new Set<string>()
    const outages = occurrences.filter(({ play }) => 'isAway' in play)
    let from = span.startMs
    const until = span.startMs + 6 * day
    while (from < until) {
      const at = Math.min(nextLookMs(occurrences, from), until)
      expect(at).toBeGreaterThan(from)
      const seen = speaking.observe(from, at)
      for (const one of seen) {
        expect(one.receivedAt).toBeGreaterThan(from)
        expect(one.receivedAt).toBeLessThanOrEqual(at)
        if (heard.has(one.device)) heard.set(one.device, at)
      }
      for (const [id, last] of heard) if (at - last > 15 * minute) silent.add(id)
      from = at
    }
    const away = new Set(outages.map(({ village }) => village))
    for (const id of silent) {
      expect(away).toContain(devices.find((device) => device.id === id)?.village)
    }
  })
})

describe('playing it', () => {
  async function playDays(name: string, seed: number) {
    const house = await openMonthHouse({
      directory: join(base, name),
      townDirectory,
      month: '2026-11',
      timeZone: 'Asia/Shanghai',
    })
    try {
      const short = { startMs, endMs: startMs + 2 * day }
      const log = memoryLog()
      const told = await playMonth({ ...house, log, span: short, seed, reports: 12 })
      const history = await house.db.selectFrom('case_history').selectAll().orderBy('id').execute()
      return { told, history }
    } finally {
      await house.db.destroy()
    }
  }

  it('twice with one seed is the same to the last entry', async () => {
    const [first, second] = [await playDays('first', 3), await playDays('second', 3)]
    expect(first.told.acts).toBeGreaterThan(50)
    expect(first.history.length).toBeGreaterThan(100)
    expect(second).toEqual(first)
  }, 60_000)

  it('refuses a folder with something in it, and a month that is not over', async () => {
    const nowMs = Date.UTC(2026, 10, 22)
    const play = (...args: string[]) => playMonthFrom(args, { say: () => {}, nowMs })
    await expect(play('--data', townDirectory)).rejects.toThrow('is not empty')
    const data = join(base, 'future')
    await expect(play('--data', data, '--month', '2026-11')).rejects.toThrow('is not over')
    await expect(play('--month', '2026-10')).rejects.toThrow('--data DIR is missing')
    await expect(play('--data', data, '--month', '2026-13')).rejects.toThrow('YYYY-MM')
    await expect(play('--data', data, '--days', '0')).rejects.toThrow('from 1 to 31')
  }, 60_000)

  it('writes a day into a data directory, with its readings', async () => {
    const said: string[] = []
    const args = ['--data', join(base, 'day'), '--month', '2026-10', '--days', '1']
    await playMonthFrom(args, { say: (text) => said.push(text), nowMs: Date.UTC(2026, 10, 22) })
    expect(said.at(-1)).toContain(`LIANXUN_DATA_DIR=${join(base, 'day')}`)
    expect(said.at(-2)).toMatch(/^2026-10: \d{4,} observations, \d+ acts of people$/)
  }, 60_000)
})
