import { createDeviceLink, type DeviceLink } from './device-link.ts'
import { createMember, type Member } from './member.ts'
import type { Day } from './sampler.ts'
import type { Line, Moment, Play } from './scenarios/play.ts'
import { mqttDevices, type TownDevice } from './town.ts'
import type { VirtualClock } from './virtual-clock.ts'

/**
 * All MQTT devices of a town, each with a connection and credentials of its own. The fleet follows
 * the virtual clock: what a device measured since it last spoke goes out as one message.
 */
export interface Fleet {
  /** Connects everybody; resolves when all are in, rejects with the first refusal. */
  start(): Promise<void>
  /** Adds a scenario. Cameras that take part connect with their own credentials. */
  play(play: Play): Promise<void>
  /** Sends the past of all devices, oldest first, thinned; resolves with the number of readings. */
  backfill(span: { fromMs: number; untilMs: number; thinning: number }): Promise<number>
  /** Follows the clock from `fromMs` (scenario time) on until `stop`. */
  run(clock: VirtualClock, fromMs: number): void
  stop(): Promise<void>
  stats(): FleetStats
}

export interface FleetStats {
  devices: number
  connected: number
  messages: number
  readings: number
  failures: number
}

export interface FleetOptions {
  url: string
  devices: readonly TownDevice[]
  /** Device id → secret, for the fleet and for the cameras of scenarios. */
  secrets: ReadonlyMap<string, string>
  seed: number
  say: (line: Line) => void
}

const tickMs = 200
/** Wall time between two words of a device that has nothing to report. */
const beatMs = 300_000
const connectAtOnce = 20
const sliceMs = 6 * 3_600_000
/** What is still unanswered after this, when the fleet stops, is given up. */
const drainMs = 3000

async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<void>) {
  for (let i = 0; i < items.length; i += connectAtOnce) {
    await Promise.all(items.slice(i, i + connectAtOnce).map(work))
  }
}

/** Removes and returns what is due. */
function takeDue<T extends { atMs: number }>(list: T[], nowMs: number): T[] {
  const due = list.filter((item) => item.atMs <= nowMs)
  if (due.length > 0) list.splice(0, list.length, ...list.filter((item) => item.atMs > nowMs))
  return due
}

function secretOf(options: FleetOptions, device: TownDevice): string {
  const secret = options.secrets.get(device.id)
  if (secret !== undefined) return secret
  throw new Error(`no secret for device ${device.id}: import the town with --secrets-out first`)
}

/** Work that nobody waits for: counted when it fails, waited for at the end. */
function createTracker(onFailure: () => void) {
  const inFlight = new Set<Promise<void>>()
  return {
    track(work: Promise<void>) {
      const tracked: Promise<void> = work.catch(onFailure).finally(() => inFlight.delete(tracked))
      inFlight.add(tracked)
    },
    async drain() {
      let giveUp: NodeJS.Timeout | undefined
      const late = new Promise((resolve) => {
        giveUp = setTimeout(resolve, drainMs)
      })
      await Promise.race([Promise.allSettled(inFlight), late])
      clearTimeout(giveUp)
    },
  }
}

type Tracker = ReturnType<typeof createTracker>
type Speaker = Pick<DeviceLink, 'publish' | 'beat' | 'leave' | 'isUp'>

/** The devices as the broker knows them: the fleet's members, and cameras that play a part. */
function createCast(options: FleetOptions, day: Day, count: FleetStats) {
  const members: Member[] = []
  const cameras = new Map<string, Speaker>()
  const sent = (messages: number, readings: number) => {
    count.messages += messages
    count.readings += readings
  }
  return {
    members,
    everybody: (): Speaker[] => [...members, ...cameras.values()],
    async enlist() {
      const { url } = options
      for (const device of mqttDevices(options.devices)) {
        members.push(createMember({ url, device, secret: secretOf(options, device), day, sent }))
      }
      await inGroups(members, (member) => member.connect())
    },
    async admit(device: TownDevice) {
      if (device.adapter === 'mqtt' || cameras.has(device.id)) return
      const { url } = options
      const link = createDeviceLink({ url, device, secret: secretOf(options, device) })
      cameras.set(device.id, link)
      await link.connect()
    },
    async speak({ device, channel, compose }: Moment) {
      const speaker =
        cameras.get(device.id) ?? members.find((member) => member.device.id === device.id)
      await speaker?.publish(channel, await compose())
      sent(1, 0)
    },
  }
}

type Cast = ReturnType<typeof createCast>

/** What is to happen at moments of scenario time. */
interface Script {
  moments: Moment[]
  lines: Line[]
}

function createTick(cast: Cast, script: Script, tracker: Tracker, say: (line: Line) => void) {
  const busy = new Set<Member>()
  return (nowMs: number) => {
    for (const line of takeDue(script.lines, nowMs)) say(line)
    for (const moment of takeDue(script.moments, nowMs)) tracker.track(cast.speak(moment))
    for (const member of cast.members) {
      if (busy.has(member)) continue
      busy.add(member)
      tracker.track(member.advance(nowMs).finally(() => busy.delete(member)))
    }
  }
}

export function createFleet(options: FleetOptions): Fleet {
  const plays: Play[] = []
  const script: Script = { moments: [], lines: [] }
  const count: FleetStats = { devices: 0, connected: 0, messages: 0, readings: 0, failures: 0 }
  const cast = createCast(options, { seed: options.seed, plays }, count)
  const tracker = createTracker(() => {
    count.failures++
  })
  const timers: NodeJS.Timeout[] = []
  const beat = () => {
    for (const one of cast.everybody()) if (one.isUp()) tracker.track(one.beat())
  }

  return {
    start: () => cast.enlist(),
    async play(play) {
      for (const { device } of play.moments) await cast.admit(device)
      plays.push(play)
      script.moments.push(...play.moments)
      script.lines.push(...play.lines)
    },
    async backfill({ fromMs, untilMs, thinning }) {
      let readings = 0
      for (let from = fromMs; from < untilMs; from += sliceMs) {
        const span = { afterMs: from, untilMs: Math.min(untilMs, from + sliceMs), thinning }
        await inGroups(cast.members, async (member) => {
          const sent = await member.backfill(span)
          readings += sent
        })
      }
      return readings
    },
    run(clock, fromMs) {
      for (const member of cast.members) member.startAt(fromMs)
      const tick = createTick(cast, script, tracker, options.say)
      timers.push(setInterval(() => tick(clock.now()), tickMs))
      timers.push(setInterval(beat, beatMs))
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      await tracker.drain()
      await Promise.allSettled(cast.everybody().map((one) => one.leave()))
    },
    stats: () => ({
      ...count,
      devices: cast.everybody().length,
      connected: cast.everybody().filter((one) => one.isUp()).length,
    }),
  }
}
