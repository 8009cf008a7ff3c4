import {
  fallbackAt,
  type Happening,
  isAcknowledged,
  type NoticeRule,
  noticeActs,
  type Planned,
  planFallback,
  planNotices,
} from '../domain/notice.ts'
import { whyNoMore } from '../domain/notice-quiet.ts'
import { noticeText, spokenText } from '../domain/notice-text.ts'
import type { Town } from '../domain/town.ts'
import type { Clock, NewId } from '../ports/clock.ts'
import type {
  NewDelivery,
  Notice,
  NoticeHouse,
  NoticeLog,
  TimelineEntry,
} from '../ports/notices.ts'

/**
 * Reads the timelines of all cases in order and writes down who is to be told, together with how far
 * it has read: after a crash nothing is lost and nothing told twice. What is told when nobody
 * acknowledges stands in the table with its time, so it outlives a restart too.
 */

export interface TellingParts {
  log: NoticeLog
  town: () => Town
  clock: Clock
  newId: NewId
  /** The address people type, without a trailing slash; undefined: nobody told it. */
  baseUrl: string | undefined
}

export interface Telling {
  /** Looks up where to go on. */
  begin(): Promise<number>
  /** Up to the newest entry; true: there is more to send. */
  follow(): Promise<boolean>
  /** Tells the next one of all that nobody acknowledged in time; true: there is more to send. */
  fallBack(): Promise<boolean>
  /** Lets go what waited for the end of quiet hours, unless it was settled; true: there is more to send. */
  release(): Promise<boolean>
  /** How long until there is something to release, or somebody else to be told; null: nothing is set. */
  nextMs(): Promise<number | null>
  /** To be called at the end: what was read and told nobody is not read again. */
  keep(): Promise<void>
}

const batch = 200
/** Reading so many again after a crash costs nothing. */
const keepEvery = 1000
const oldMs = 86_400_000
const heardActs = new Set<string>(noticeActs)

function isHeard({ act, isQuiet, at }: TimelineEntry, now: number): boolean {
  return heardActs.has(act) && !isQuiet && now - at < oldMs
}

export function createTelling({ log, town, clock, newId, baseUrl }: TellingParts): Telling {
  let position: number | undefined
  let kept = 0

  function happeningOf(entry: TimelineEntry, house: NoticeHouse): Happening {
    const { act, at, actor, case: subject } = entry
    const { channels, people } = house
    const onDuty = house.onDutyAt(at)
    const { timeZone } = town()
    const now = clock.now()
    return { act, at, now, actor, case: subject, timeZone, channels, people, onDuty }
  }

  function noticeOf(entry: TimelineEntry, house: NoticeHouse, to: Planned['to']): Notice {
    const { act, at, text, detail, case: subject } = entry
    const path = `/cases/${subject.id}`
    const link = baseUrl === undefined ? null : baseUrl + path
    const { holder } = subject
    const told = {
      act,
      at,
      text,
      changedTo: typeof detail['to'] === 'string' ? detail['to'] : undefined,
      case: subject,
      holderName: holder && (holder.kind === 'user' ? house.nameOf(holder.id) : holder.id),
      to,
      link,
      timeZone: town().timeZone,
    }
    const { id, number, title, severity, hazard, state, village, grid } = subject
    return {
      id: newId(),
      act,
      at,
      case: { id, number, title, severity, hazard, state, village, grid },
      to,
      text: noticeText(told),
      spoken: spokenText(told),
      path,
      link,
    }
  }

  function deliveriesOf(
    planned: readonly Planned[],
    entry: TimelineEntry,
    house: NoticeHouse,
  ): NewDelivery[] {
    const now = clock.now()
    return planned.map((one) => ({
      historyId: entry.id,
      caseId: entry.case.id,
      rule: one.rule,
      channel: one.channel,
      target: one.target,
      notice: noticeOf(entry, house, one.to),
      dropped: one.dropped,
      postponedTo: one.quietUntil,
      at: now,
      fallbackAt: fallbackAt(one, now),
    }))
  }

  async function plan(entries: readonly TimelineEntry[]): Promise<NewDelivery[]> {
    const heard = entries.filter((entry) => isHeard(entry, clock.now()))
    if (heard.length === 0) return []
    const house = await log.house(Math.min(...heard.map(({ at }) => at)))
    return heard.flatMap((entry) =>
      deliveriesOf(planNotices(house.rules, happeningOf(entry, house)), entry, house),
    )
  }

  function instead(
    rule: NoticeRule | undefined,
    entry: TimelineEntry,
    house: NoticeHouse,
  ): NewDelivery[] {
    if (!rule) return []
    return deliveriesOf(planFallback(rule, happeningOf(entry, house)), entry, house)
  }

  async function keepAt(read: number, deliveries: readonly NewDelivery[]): Promise<void> {
    await log.keep(deliveries, read)
    position = kept = read
  }

  async function begin(): Promise<number> {
    position ??= kept = await log.position()
    return position
  }

  return {
    begin,
    async follow() {
      let at = await begin()
      let isTold = false
      for (;;) {
        const entries = await log.after(at, batch)
        const last = entries.at(-1)
        if (!last) return isTold
        const deliveries = await plan(entries)
        isTold ||= deliveries.length > 0
        if (deliveries.length > 0 || last.id - kept >= keepEvery) await keepAt(last.id, deliveries)
        at = position = last.id
      }
    },
    async fallBack() {
      let isTold = false
      for (;;) {
        const [due] = await log.dueFallbacks(clock.now(), 1)
        if (!due) return isTold
        const house = await log.house(clock.now())
        const rule = house.rules.find(({ id }) => id === due.rule)
        const isOver = isAcknowledged(due.since, due.isRead)
        const deliveries = isOver ? [] : instead(rule, due.entry, house)
        await log.fellBack(due, deliveries)
        isTold ||= deliveries.length > 0
      }
    },
    async release() {
      let isTold = false
      for (;;) {
        const due = await log.duePostponed(clock.now(), batch)
        if (due.length === 0) return isTold
        const ends = due.map(({ id, act, state, later }) => ({
          id,
          dropped: whyNoMore(act, state, later),
        }))
        await log.released(ends, clock.now())
        isTold ||= ends.some(({ dropped }) => dropped === null)
      }
    },
    async nextMs() {
      const times = [await log.nextFallbackAt(), await log.nextPostponedAt()]
      const set = times.filter((at) => at !== null)
      return set.length === 0 ? null : Math.max(0, Math.min(...set) - clock.now())
    },
    async keep() {
      if (position !== undefined && position > kept) await keepAt(position, [])
    },
  }
}
