import type { AdapterContext, Throttle } from '../../gateway/ports/adapter.ts'
import { type BucketSize, createTokenBucket, type TokenBucket } from './token-bucket.ts'

/**
 * Keeps each device to its rate by not reading what it sends too fast: TCP then holds the device
 * back, nothing that was acknowledged is touched and nothing is dropped. All connections of a device
 * share one bucket, which outlives them, so that coming again gives no new burst.
 */
export interface ReadGate {
  /** Bytes that may be read now. 0: none; `resume` is called when there is room again. */
  allowance(): number
  /** So many packets began in what was read. */
  took(packets: number): void
  /** Its socket is closed. */
  close(): void
}

export interface Throttles {
  gate(device: string, resume: () => void): ReadGate
  /** Devices that are held back, by id. */
  held(): ReadonlyMap<string, Throttle>
  stop(): void
}

interface Flood extends Throttle {
  lastHeldMs: number
}

/** The smallest packet with a topic of ours is about this large. */
const bytesPerPacket = 64
const leastBytes = 512
/** A held socket is looked at this often at least, so that its device does not count as silent. */
const longestWaitMs = 1_000
/** A socket is woken for a tenth of a second's worth, not for each packet. */
const wakesPerS = 10
/** Without being held back for so long the flood is over. */
const quietMs = 10_000
const lookEveryMs = 1_000
/** Full buckets are forgotten when there are more than this. */
const maxBuckets = 20_000

type Parts = Pick<AdapterContext, 'clock' | 'meter' | 'log'>

export function createThrottles(size: BucketSize, { clock, meter, log }: Parts): Throttles {
  const buckets = new Map<string, TokenBucket>()
  const floods = new Map<string, Flood>()
  let looking: NodeJS.Timeout | undefined

  function bucketOf(device: string): TokenBucket {
    const now = clock.monotonic()
    const known = buckets.get(device)
    if (known !== undefined) return known
    if (buckets.size >= maxBuckets) {
      for (const [id, bucket] of buckets) if (bucket.level(now) >= size.burst) buckets.delete(id)
    }
    const bucket = createTokenBucket(size, now)
    buckets.set(device, bucket)
    return bucket
  }

  function hold(device: string): Flood {
    const now = clock.monotonic()
    const known = floods.get(device)
    if (known !== undefined) {
      known.lastHeldMs = now
      return known
    }
    const flood = { since: clock.now(), messages: 0, lastHeldMs: now }
    floods.set(device, flood)
    log.warn(
      `MQTT: ${device} sends more than ${size.ratePerS} messages a second; it is read at that rate, nothing is dropped`,
    )
    looking ??= setInterval(endFloods, lookEveryMs).unref()
    return flood
  }

  function endFloods(): void {
    const now = clock.monotonic()
    for (const [device, flood] of floods) {
      if (now - flood.lastHeldMs < quietMs) continue
      floods.delete(device)
      log.info(`MQTT: ${device} keeps to its rate again; ${flood.messages} messages came late`)
    }
    if (floods.size > 0) return
    clearInterval(looking)
    looking = undefined
  }

  function gate(device: string, resume: () => void): ReadGate {
    const bucket = bucketOf(device)
    let waking: NodeJS.Timeout | undefined
    let hasWaited = false

    function wake(): void {
      waking = undefined
      resume()
    }

    return {
      allowance() {
        const now = clock.monotonic()
        const level = bucket.level(now)
        if (level >= 1 && waking === undefined) return Math.max(leastBytes, level * bytesPerPacket)
        hasWaited = true
        hold(device)
        const enough = Math.max(1, size.ratePerS / wakesPerS)
        waking ??= setTimeout(wake, Math.min(longestWaitMs, bucket.waitMs(enough, now)))
        return 0
      },
      took(packets) {
        bucket.take(packets, clock.monotonic())
        if (!hasWaited) return
        hasWaited = false
        hold(device).messages += packets
        meter.count('heldBack', packets)
      },
      close() {
        clearTimeout(waking)
      },
    }
  }

  return {
    gate,
    held: () => floods,
    stop() {
      clearInterval(looking)
      looking = undefined
      floods.clear()
    },
  }
}
