import { setTimeout as wait } from 'node:timers/promises'
import type { Login } from './packets.ts'
import { connectPublishers } from './publishers.ts'

/**
 * Publish → live stream, in one process so that one clock tells both ends: devices publish at a
 * steady rate, a signed-in screen listens to `/stream`, and each reading is recognised by device
 * and time.
 */
export interface LatencySettings {
  port: number
  http: string
  username: string
  password: string
  logins: Login[]
  perSecond: number
  warmUpMs: number
  measureMs: number
}

export interface LatencyResult {
  published: number
  seen: number
  p50Ms: number
  p99Ms: number
}

const everyMs = 2
const behindMs = 60_000

async function signIn({ http, username, password }: LatencySettings): Promise<string> {
  const response = await fetch(`${http}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-lianxun': '1' },
    body: JSON.stringify({ username, password }),
  })
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

type Readings = [device: string, property: string, at: number, value: number][]

/** Calls `onReadings` for each such event until the signal is aborted. */
async function listen(
  { http }: LatencySettings,
  cookie: string,
  { onReadings, signal }: { onReadings: (readings: Readings) => void; signal: AbortSignal },
): Promise<void> {
  const response = await fetch(`${http}/api/v1/stream`, { headers: { cookie }, signal })
  if (!response.ok || !response.body) throw new Error(`stream: ${response.status}`)
  let buffered = ''
  const read = async () => {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      buffered += chunk
      const events = buffered.split('\n\n')
      buffered = events.pop() ?? ''
      for (const event of events) {
        const body = /^event: readings\n(?:id: .*\n)?data: (.*)$/s.exec(event)?.[1]
        if (body !== undefined) onReadings(JSON.parse(body) as Readings)
      }
    }
  }
  read().catch((error: unknown) => {
    if (!signal.aborted) console.error(error)
  })
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}

async function run(settings: LatencySettings): Promise<LatencyResult> {
  const { port, logins, perSecond, warmUpMs, measureMs } = settings
  const sentAt = new Map<string, number>()
  const latencies: number[] = []
  const ended = new AbortController()
  const cookie = await signIn(settings)
  const onReadings = (readings: Readings) => {
    const now = performance.now()
    for (const [device, , at] of readings) {
      const sent = sentAt.get(`${device} ${at}`)
      if (sent !== undefined) latencies.push(now - sent)
    }
  }
  await listen(settings, cookie, { onReadings, signal: ended.signal })
  const publishers = await connectPublishers(port, logins, Date.now() - behindMs)
  const start = performance.now()
  const [from, to] = [start + warmUpMs, start + warmUpMs + measureMs]
  let published = 0
  for (let now = start; now < to; now = performance.now()) {
    for (; published < ((now - start) / 1000) * perSecond; published++) {
      const { device, ts } = publishers.publish()
      const sent = performance.now()
      if (sent > from) sentAt.set(`${logins[device]?.id} ${ts}`, sent)
    }
    await wait(everyMs)
  }
  await wait(1000)
  ended.abort()
  publishers.close()
  latencies.sort((a, b) => a - b)
  return {
    published: sentAt.size,
    seen: latencies.length,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  }
}

process.once('message', (settings: LatencySettings) => {
  run(settings).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
