import { setTimeout as sleep } from 'node:timers/promises'
import type { PatrolDay } from '../../gateway/http/schemas/patrol.ts'
import { uniform } from '../random.ts'
import type { Login } from './people.ts'
import { createPhone, type Phone } from './phone.ts'
import { createPhoneApi, type PhoneApi } from './phone-api.ts'
import { createTags, type Tags } from './tags.ts'
import { planWalk, type Stop } from './walk.ts'

/**
 * Logins with a phone each, who walk the rounds of the day as the gateway plans them, in real
 * time. Most are honest; some have a habit that makes the desk look twice.
 */

export interface CrewOptions {
  base: string
  patrollers: readonly Login[]
  /** Who may see what is written onto tags. */
  administrator: Login
  seed: number
  /** 8 m/s: they ride scooters, so that there is something to see within minutes. */
  speedMps?: number
  /** Made once and sent at some of the points. */
  photo?: (key: string) => Promise<Uint8Array>
  say: (text: string) => void
}

export interface Crew {
  /** Signs them in; they are on their way when it resolves. */
  start(): Promise<void>
  stop(): Promise<void>
  stats(): { checkins: number; marked: number; refused: number }
}

const habits = ['honest', 'noSignal', 'honest', 'byHand', 'honest', 'farAway'] as const
type Habit = (typeof habits)[number]

const minute = 60_000
const lookAgainMs = 2 * minute
const photoEvery = 4
const offlineMs = 16 * minute

type DayRound = PatrolDay['rounds'][number]

/** The open round with something left to visit: the own team's first, as the gateway sorts them. */
function nextRound(day: PatrolDay): DayRound | undefined {
  return day.rounds.find(
    ({ dueFrom, dueUntil, state, points }) =>
      dueFrom <= day.now &&
      day.now < dueUntil &&
      (state === 'due' || state === 'underWay') &&
      points.some(({ visitedAt }) => visitedAt === null),
  )
}

interface Walker {
  username: string
  api: PhoneApi
  phone: Phone
  tags: Tags
  habit: Habit
  seed: number
  offlineUntil: number
}

export function createCrew(options: CrewOptions): Crew {
  const { base, patrollers, administrator, seed, speedMps = 8, say } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const counts = { checkins: 0, marked: 0, refused: 0 }
  let working: Promise<unknown> = Promise.resolve()

  const wait = (ms: number) => sleep(Math.max(0, ms), undefined, { signal }).catch(() => undefined)

  function stopsOf(walker: Walker, day: PatrolDay, round: DayRound): Stop[] {
    const places = new Map(day.points.map((point) => [point.id, point]))
    const points = round.points.flatMap(({ id, visitedAt }) => {
      const place = places.get(id)
      if (!place || visitedAt !== null) return []
      return [{ id, position: [place.lon, place.lat] as [number, number] }]
    })
    return planWalk({ points, startMs: Date.now(), seed: walker.seed, speedMps })
  }

  async function visit(walker: Walker, stop: Stop, round: string): Promise<void> {
    const { habit, phone, tags } = walker
    const shown =
      habit === 'byHand' ? { tag: 'manual', point: stop.point } : await tags.show(stop.point)
    const [lon, lat] = stop.fix.position
    const far = habit === 'farAway' ? 0.02 : 0
    const key = `${walker.username} ${round} ${stop.point}`
    const isPhotographed = Math.floor(uniform(seed, `${key} photo`) * photoEvery) === 0
    const photo = isPhotographed ? await options.photo?.(key) : undefined
    phone.checkIn({
      ...shown,
      at: Date.now(),
      fix: { ...stop.fix, position: [lon + far, lat] },
      round,
      ...(photo && { photo }),
      ...(habit === 'byHand' && { note: '标签脱落，已报村里' }),
    })
  }

  async function sync({ phone, offlineUntil }: Walker): Promise<void> {
    if (Date.now() < offlineUntil) return
    for (const { status, marks } of await phone.sync(Date.now())) {
      counts.checkins += 1
      if (marks.length > 0) counts.marked += 1
      if (status === 'refused') counts.refused += 1
    }
  }

  async function walk(walker: Walker, day: PatrolDay, round: DayRound): Promise<void> {
    if (walker.habit === 'noSignal') walker.offlineUntil = Date.now() + offlineMs
    for (const stop of stopsOf(walker, day, round)) {
      await wait(stop.at - Date.now())
      if (signal.aborted) return
      await visit(walker, stop, round.id)
      // What does not get through stays in the queue.
      await sync(walker).catch(() => undefined)
    }
    await wait(walker.offlineUntil - Date.now())
    if (!signal.aborted) await sync(walker)
  }

  async function work(walker: Walker): Promise<void> {
    let isTroubled = false
    while (!signal.aborted) {
      try {
        const day = await walker.api.day()
        const round = nextRound(day)
        if (round) await walk(walker, day, round)
        else await wait(lookAgainMs)
        isTroubled = false
      } catch (error) {
        if (!isTroubled) say(`${walker.username}: ${(error as Error).message}`)
        isTroubled = true
        await wait(lookAgainMs)
      }
    }
  }

  async function admit({ username, password }: Login, index: number, tags: Tags): Promise<Walker> {
    const api = createPhoneApi({ base })
    await api.signIn(username, password)
    const habit = habits[index % habits.length] as Habit
    const phone = createPhone({ api })
    return { username, api, phone, tags, habit, seed: seed + index, offlineUntil: 0 }
  }

  return {
    async start() {
      const keeper = createPhoneApi({ base })
      await keeper.signIn(administrator.username, administrator.password)
      const tags = createTags(keeper, await keeper.points())
      const walkers: Walker[] = []
      for (const [index, one] of patrollers.entries()) {
        if (signal.aborted) return
        walkers.push(await admit(one, index, tags))
      }
      working = Promise.all(walkers.map(work))
    },
    async stop() {
      stopping.abort()
      await working
    },
    stats: () => ({ ...counts }),
  }
}
