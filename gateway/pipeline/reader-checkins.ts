import { judgeTime } from '../domain/checkin-time.ts'
import type { Device } from '../domain/device.ts'
import type { DeviceEvent, LogEntry } from '../domain/observation.ts'
import type { CheckinStore } from '../ports/checkin-store.ts'
import type { DeviceRegistry } from '../ports/device-registry.ts'
import type { ObservationLog } from '../ports/observation-store.ts'
import type { TagBook, TagReading } from '../ports/tags.ts'
import type { UserStore } from '../ports/user-store.ts'
import { bookAll } from './checkin-book.ts'
import { type Candidate, senderOf } from './checkin-prepare.ts'

/**
 * Check-ins of readers that stand at a point: they are in the log of observations already, and are
 * booked from there. The position is kept together with them, and each has the id of its entry, so
 * that after a crash none is missing and none is there twice.
 */
export interface ReaderCheckins {
  /** To be called before anything new is accepted. */
  start(): Promise<void>
  next(): Promise<LogEntry[]>
  handle(entries: readonly LogEntry[]): Promise<void>
  stop(): Promise<void>
  /** Up to where the log was read and what came of it is kept. */
  position(): number
}

export interface ReaderCheckinsParts {
  log: Pick<ObservationLog, 'read' | 'head'>
  store: CheckinStore
  devices: Pick<DeviceRegistry, 'get'>
  users: Pick<UserStore, 'find'>
  tags: Pick<TagBook, 'isSignedByReader'>
}

const batchSize = 2000
/** Read again after a crash in no time. */
const checkpointEveryEntries = 50_000

type ReaderEvent = DeviceEvent & Required<Pick<DeviceEvent, 'checkin'>>

function isCheckin(event: LogEntry['observation']): event is ReaderEvent {
  return event.kind === 'event' && event.type === 'checkin' && event.checkin !== undefined
}

export function createReaderCheckins(parts: ReaderCheckinsParts): ReaderCheckins {
  const { log, store, devices, users, tags } = parts
  let read = 0
  let kept = 0

  async function keep(position: number): Promise<void> {
    await store.book((unit) => unit.savePosition(position))
    kept = position
  }

  async function isSigned(event: ReaderEvent, mac: string): Promise<boolean> {
    const { tag, counter, patroller = '' } = event.checkin
    if (counter === undefined) return false
    const message = { device: event.device, ts: event.observedAt, tag, counter, patroller }
    return tags.isSignedByReader(message, mac)
  }

  async function readingOf(event: ReaderEvent): Promise<TagReading> {
    const { mac, counter = 0 } = event.checkin
    const point = await store.pointOfReader(event.device)
    const refused = { kind: 'refused', point } as const
    if (mac !== undefined && !(await isSigned(event, mac))) return { ...refused, refusal: 'forged' }
    if (point === null) return { ...refused, refusal: 'unknownTag' }
    if (mac === undefined) return { kind: 'genuine', point, grade: 'static', once: null }
    const once = { kind: 'counter', uid: `reader:${event.device}`, counter } as const
    return { kind: 'genuine', point, grade: 'cryptographic', once }
  }

  async function toCandidate(seq: number, event: ReaderEvent, device: Device): Promise<Candidate> {
    const { receivedAt, observedAt, checkin } = event
    const person = checkin.patroller ? await users.find(checkin.patroller) : undefined
    const { at, isSkewed, isBad } = judgeTime(
      { saidAt: observedAt, monotonicMs: null, clock: null },
      { receivedAt, sentAt: null, sentMonotonicMs: null, clock: null },
    )
    const id = `reader:${seq}.${observedAt}`
    const { patroller, team } = person ? senderOf(person) : { patroller: null, team: null }
    return {
      patroller,
      team,
      village: device.village,
      grid: device.grid,
      id,
      otherId: id,
      said: { id, tag: checkin.tag, at: observedAt },
      problem: null,
      sent: null,
      at,
      receivedAt,
      isSkewed,
      isBadTime: isBad,
      isByPhone: false,
      reading: await readingOf(event),
      fix: null,
      hash: null,
    }
  }

  async function candidatesOf(entries: readonly LogEntry[]): Promise<Candidate[]> {
    const candidates: Candidate[] = []
    for (const { seq, observation } of entries) {
      if (!isCheckin(observation)) continue
      const device = devices.get(observation.device)
      if (device?.kind !== 'tagReader') continue
      candidates.push(await toCandidate(seq, observation, device))
    }
    return candidates
  }

  return {
    async start() {
      const position = await store.position()
      read = position ?? (await log.head())
      kept = read
      // What was said before there were patrols is nobody's walk.
      if (position === null) await keep(read)
    },
    next: () => log.read(read, batchSize),
    async handle(entries) {
      const to = entries.at(-1)?.seq ?? read
      const candidates = await candidatesOf(entries)
      if (candidates.length > 0) {
        await store.book(async (unit) => {
          await bookAll(unit, candidates)
          await unit.savePosition(to)
        })
        kept = to
      } else if (to - kept >= checkpointEveryEntries) await keep(to)
      read = to
    },
    async stop() {
      if (read > kept) await keep(read)
    },
    position: () => kept,
  }
}
