import { setTimeout as wait } from 'node:timers/promises'
import type { Login } from './packets.ts'
import { connectPublishers } from './publishers.ts'

/**
 * The load generator's process: keeps `inFlight` messages unacknowledged over all connections
 * together and counts the acknowledgements of the measured seconds. Settings and
 * result travel as process messages.
 */
export interface LoadSettings {
  port: number
  logins: Login[]
  inFlight: number
  warmUpMs: number
  measureMs: number
}

export interface LoadResult {
  perSecond: number
  /** Share of one core that the generator itself used; near 1 it was the bottleneck. */
  generatorCpu: number
}

/** Device clocks in the run start a minute ago and go on by a millisecond a message. */
const behindMs = 60_000

async function run(settings: LoadSettings): Promise<LoadResult> {
  const { port, logins, inFlight, warmUpMs, measureMs } = settings
  const publishers = await connectPublishers(port, logins, Date.now() - behindMs)
  let acknowledged = 0
  publishers.onAcks((count) => {
    acknowledged += count
    for (let i = 0; i < count; i++) publishers.publish()
  })
  for (let i = 0; i < inFlight; i++) publishers.publish()
  await wait(warmUpMs)
  const before = { acknowledged, at: performance.now(), cpu: process.cpuUsage() }
  await wait(measureMs)
  const elapsedMs = performance.now() - before.at
  const cpu = process.cpuUsage(before.cpu)
  const perSecond = ((acknowledged - before.acknowledged) / elapsedMs) * 1000
  publishers.close()
  return { perSecond, generatorCpu: (cpu.user + cpu.system) / 1000 / elapsedMs }
}

process.once('message', (settings: LoadSettings) => {
  run(settings).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
