import { createDeviceLink, type DeviceLink } from './device-link.ts'
import { hash } from './random.ts'
import { type Day, isAway, type Sample, samplesBetween } from './sampler.ts'
import type { TownDevice } from './town.ts'

/** One device of the fleet: what it measured, and whether it could say so. */
export interface Member extends Omit<DeviceLink, 'isOpen' | 'vanish'> {
  readonly device: TownDevice
  /** Measures and speaks up to `nowMs` of scenario time. Not called again before it settled. */
  advance(nowMs: number): Promise<void>
  /** Sends an older stretch; returns the number of readings. */
  backfill(span: { afterMs: number; untilMs: number; thinning: number }): Promise<number>
  /** From here on it measures. */
  startAt(ms: number): void
}

export interface MemberOptions {
  url: string
  device: TownDevice
  secret: string
  day: Day
  sent: (messages: number, readings: number) => void
}

/** Samples in one telemetry message; the rest follows in the next. */
const batch = 120
/** What a device with a memory keeps while nobody hears it. */
const memory = 500

function telemetry(samples: readonly Sample[]): string {
  return JSON.stringify(samples.length === 1 ? samples[0] : samples)
}

function countReadings(samples: readonly Sample[]): number {
  return samples.reduce((sum, sample) => sum + Object.keys(sample.readings).length, 0)
}

export function createMember({ url, device, secret, day, sent }: MemberOptions): Member {
  const link = createDeviceLink({ url, device, secret })
  // Every second device keeps its readings while it is cut off and brings them along afterwards.
  const hasMemory = hash(device.id) % 2 === 0
  let sampledMs = 0
  let unsent: Sample[] = []

  const kept = (samples: Sample[]) =>
    hasMemory ? samples : samples.filter((sample) => !isAway(day, device, sample.ts))

  async function send(samples: Sample[]) {
    await link.publish('telemetry', telemetry(samples))
    sent(1, countReadings(samples))
  }

  async function flush() {
    while (unsent.length > 0 && link.isUp()) {
      const part = unsent.slice(0, batch)
      await send(part)
      unsent = unsent.slice(part.length)
    }
  }

  return {
    device,
    connect: link.connect,
    isUp: link.isUp,
    publish: link.publish,
    beat: link.beat,
    leave: link.leave,
    startAt(ms) {
      sampledMs = ms
    },
    async advance(nowMs) {
      const fresh = samplesBetween(day, device, { afterMs: sampledMs, untilMs: nowMs })
      sampledMs = nowMs
      unsent = [...unsent, ...kept(fresh)].slice(-memory)
      if (isAway(day, device, nowMs)) return link.vanish()
      if (!link.isOpen()) await link.connect()
      await flush()
    },
    async backfill(span) {
      const samples = kept(samplesBetween(day, device, span))
      for (let i = 0; i < samples.length; i += batch) await send(samples.slice(i, i + batch))
      return countReadings(samples)
    },
  }
}
