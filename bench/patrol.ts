import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { createPhoneApi } from '../simulators/phone/phone-api.ts'
import { admin, benchLogins, type RunningGateway, runGateway } from './gateway.ts'
import type { LatencyResult, LatencySettings } from './latency.ts'
import { type Kept, keptIn, preparePatrols } from './patrol-house.ts'
import type { PhonesResult, PhonesSettings } from './patrol-phones.ts'
import { askProcess } from './processes.ts'

/**
 * The end of a shift in a town without a signal: all phones come back at once, with everything that
 * waits in them, while the devices go on. Check-ins go first; photos follow as the gateway lets them.
 */

export interface PatrolSize {
  phones: number
  checkins: number
  photos: number
  /** Over how long the phones come back. */
  withinMs: number
}

export interface Quantiles {
  p50: number
  p95: number
  p99: number
}

export interface PatrolResult extends PatrolSize {
  /** One check-in at a time, nothing else going on. */
  plainMs: Quantiles
  batchMs: Quantiles
  sent: { answered: number; refused: number; photos: number; putOff: number; generatorCpu: number }
  kept: Kept
  photosPerSecond: number
  /** Of the gateway's process, MB: before, and the most while all were there. */
  memoryMb: { before: number; most: number }
  /** Publish → live stream at `devicesPerSecond`, with nobody there and with everybody. */
  quietMs: LatencyResult
  crowdedMs: LatencyResult
}

export const devicesPerSecond = 200
const photoBytes = 20_000
const plainCheckins = 300
const devices = 50
const quietMs = 15_000
/** Also of what is left to do when the last phone came. */
const afterMs = 5000

function quantiles(times: readonly number[]): Quantiles {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (q: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

async function memoryMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024
}

/** Looks ten times a second until it is told to stop; resolves with the most it saw. */
function watchMemory(pid: number): () => Promise<number> {
  let most = 0
  const over = new AbortController()
  const watching = (async () => {
    while (!over.signal.aborted) {
      most = Math.max(most, await memoryMb(pid))
      await wait(100)
    }
  })()
  return async () => {
    over.abort()
    await watching
    return most
  }
}

/** Printed codes: what many phones tap in an order of their own has no one counter. */
async function printedTags(http: string): Promise<PhonesSettings['tags']> {
  const api = createPhoneApi({ base: http })
  await api.signIn(admin.username, admin.password)
  const printed = (await api.points()).filter(({ tag }) => tag === 'qr')
  return Promise.all(
    printed.map(async ({ id }) => ({ point: id, url: (await api.tagSetting(id)).url })),
  )
}

function latencyOf(
  { port, http }: RunningGateway,
  logins: LatencySettings['logins'],
  measureMs: number,
): Promise<LatencyResult> {
  const times = { perSecond: devicesPerSecond, warmUpMs: 500, measureMs }
  return askProcess<LatencyResult>('./latency.ts', { port, http, ...admin, logins, ...times })
}

async function plain(http: string, cookie: string, url: string): Promise<Quantiles> {
  const api = createPhoneApi({ base: http, cookie })
  const times: number[] = []
  for (let i = 0; i < plainCheckins; i++) {
    const at = performance.now()
    const checkin = { id: `plain-${i}`, tag: 'qr', url, at: Date.now(), monotonicMs: i }
    const sent = { sentAt: Date.now(), sentMonotonicMs: i, clock: 'plain' }
    await api.sendCheckins([{ ...checkin, clock: 'plain', phone: 'plain' }], sent)
    times.push(performance.now() - at)
  }
  return quantiles(times)
}

export async function measurePatrols(folder: string, size: PatrolSize): Promise<PatrolResult> {
  const logins = benchLogins(devices * 2)
  const prepared = await preparePatrols(folder, { phones: size.phones + 1, logins })
  const gateway = await runGateway(prepared)
  try {
    const [own = '', ...cookies] = prepared.cookies
    const tags = await printedTags(gateway.http)
    const plainMs = await plain(gateway.http, own, tags[0]?.url ?? '')
    const quiet = await latencyOf(gateway, logins.slice(0, devices), quietMs)
    const before = await memoryMb(gateway.pid)
    const most = watchMemory(gateway.pid)
    const crowded = latencyOf(gateway, logins.slice(devices), size.withinMs + afterMs)
    const phones = await askProcess<PhonesResult>('./patrol-phones.ts', {
      http: gateway.http,
      cookies,
      tags,
      checkins: size.checkins,
      photos: size.photos,
      photoBytes,
      withinMs: size.withinMs,
    } satisfies PhonesSettings)
    const { batchMs, photosMs, ...sent } = phones
    return {
      ...size,
      plainMs,
      quietMs: quiet,
      crowdedMs: await crowded,
      memoryMb: { before, most: await most() },
      batchMs: quantiles(batchMs),
      sent,
      photosPerSecond: (sent.photos / photosMs) * 1000,
      kept: keptIn(prepared.house),
    }
  } finally {
    await gateway.stop()
  }
}

export const plainSent = plainCheckins
