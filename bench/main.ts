import { mkdir } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureCameras } from './cameras.ts'
import { measureCases } from './cases.ts'
import { startMosquitto, syncRate } from './floors.ts'
import { admin, benchLogins, startGateway } from './gateway.ts'
import type { LatencyResult, LatencySettings } from './latency.ts'
import { measureLive } from './live.ts'
import type { LoadResult, LoadSettings } from './load.ts'
import type { Login } from './packets.ts'
import { devicesPerSecond, measurePatrols, plainSent, type Quantiles } from './patrol.ts'
import { measurePatrolPage } from './patrol-page.ts'
import { askProcess, inTempFolder } from './processes.ts'
import { measureSeriesPage } from './series-page.ts'
import { seriesParts } from './series-parts.ts'
import { median, ms, type Result, rate, table } from './table.ts'

/**
 * npm run bench -- [--quick] [--only floors,ingest,latency,series,series-ingest,series-years,cases,cameras,live,patrol,patrol-page,series-page]
 *   [--within 60,10] [--photos 50]: over how many seconds the phones of `patrol` come back, one run
 *   for each, and with how many photos.
 *
 * Absolute figures belong to the machine; what counts is the ratio to the floors measured beside
 * them in the same run.
 */

const parts = [
  'floors',
  'ingest',
  'latency',
  'series',
  'series-ingest',
  'series-years',
  'cases',
  'cameras',
  'live',
  'patrol',
  'patrol-page',
  'series-page',
] as const
type Part = (typeof parts)[number]

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    within: { type: 'string', default: '60' },
    photos: { type: 'string' },
  },
})
const chosen = new Set<string>(values.only?.split(',') ?? parts)
const unknown = [...chosen].filter((name) => !parts.includes(name as Part))
if (unknown.length > 0) {
  console.error(`--only takes ${parts.join(', ')}; there is no ${unknown.join(', ')}`)
  process.exit(1)
}

const inFlight = 100
const connectionCounts = [1, 50, 500]
const warmUpMs = values.quick ? 1500 : 3000
const measureMs = values.quick ? 3000 : 10_000
const caseRows = values.quick ? 200_000 : 1_000_000
const rounds = values.quick ? 1 : 3
const goalRatio = 0.3
const caseGoalMs = 20

const results: Result[] = []

function tell(result: Result): void {
  results.push(result)
  console.error(`${result.what}: ${result.figure} (${result.beside || 'floor'})`)
}

/** Each run takes devices of its own, so that no time of a device comes twice. */
function takeLogins(pool: Login[], count: number): Login[] {
  return pool.splice(0, count)
}

async function load(port: number, logins: Login[]): Promise<LoadResult> {
  const settings: LoadSettings = { port, logins, inFlight, warmUpMs, measureMs }
  return await askProcess<LoadResult>('./load.ts', settings)
}

async function mosquittoRate(folder: string, connections: number): Promise<LoadResult> {
  const broker = await startMosquitto(folder)
  try {
    return await load(broker.port, benchLogins(connections))
  } finally {
    await broker.stop()
  }
}

async function floors(folder: string): Promise<void> {
  const perSecond = syncRate(folder, values.quick ? 1000 : 3000)
  const what = 'fdatasync of a 4 KB append'
  tell({ what, figure: rate(perSecond), beside: '', goal: '', met: undefined })
  if (chosen.has('ingest')) return
  for (const connections of connectionCounts) {
    const { perSecond: floor } = await mosquittoRate(folder, connections)
    const mosquitto = `Mosquitto QoS 1, not durable, ${connections} connections`
    tell({ what: mosquitto, figure: rate(floor), beside: '', goal: '', met: undefined })
  }
}

/** Gateway and Mosquitto take turns, so that what else the machine does meets both. */
async function ingest(folder: string): Promise<void> {
  const pool = benchLogins(connectionCounts.reduce((a, b) => a + b, 0) * rounds)
  const gateway = await startGateway(folder, pool)
  try {
    for (const connections of connectionCounts) {
      const ours: number[] = []
      const theirs: number[] = []
      let generatorCpu = 0
      for (let round = 0; round < rounds; round++) {
        const result = await load(gateway.port, takeLogins(pool, connections))
        ours.push(result.perSecond)
        generatorCpu = Math.max(generatorCpu, result.generatorCpu)
        theirs.push((await mosquittoRate(folder, connections)).perSecond)
      }
      const ratio = median(ours) / median(theirs)
      const isGoal = connections === 500
      tell({
        what: `durable ingest, ${connections} connections, ${inFlight} in flight`,
        figure: rate(median(ours)),
        beside: `${(ratio * 100).toFixed(0)} % of Mosquitto not durable ${rate(median(theirs))}; generator ${(generatorCpu * 100).toFixed(0)} % of a core`,
        goal: isGoal ? `>= ${goalRatio * 100} %` : '',
        met: isGoal ? ratio >= goalRatio : undefined,
      })
    }
  } finally {
    await gateway.stop()
  }
}

async function latency(folder: string): Promise<void> {
  const perSecond = 5000
  const logins = benchLogins(500)
  const gateway = await startGateway(folder, logins)
  const { port, http } = gateway
  try {
    const settings: LatencySettings = {
      port,
      http,
      ...admin,
      logins,
      perSecond,
      warmUpMs,
      measureMs,
    }
    const result = await askProcess<LatencyResult>('./latency.ts', settings)
    tell({
      what: `publish -> live stream at ${rate(perSecond)}, 500 devices`,
      figure: `p50 ${ms(result.p50Ms)}, p99 ${ms(result.p99Ms)}`,
      beside: `${result.seen} of ${result.published} readings seen`,
      goal: 'p99 <= 15 ms',
      met: result.p99Ms <= 15 && result.seen === result.published,
    })
  } finally {
    await gateway.stop()
  }
}

async function cases(folder: string): Promise<void> {
  const result = await measureCases(folder, caseRows)
  const beside = `${(result.cases / 1e6).toFixed(1)} M cases, written at ${rate(result.writtenPerSecond)}`
  for (const { what, p50Ms, p95Ms } of result.timings) {
    tell({
      what: `queue: ${what}`,
      figure: `p50 ${ms(p50Ms)}, p95 ${ms(p95Ms)}`,
      beside,
      goal: `p95 <= ${caseGoalMs} ms`,
      met: p95Ms <= caseGoalMs,
    })
  }
}

async function cameras(folder: string): Promise<void> {
  const result = await measureCameras(folder, values.quick ? 16 : 50)
  const beside = `${result.events} events over ${result.cameras} cameras, one after the other`
  const { caseMs, pictureMs } = result
  const said = ({ p50, p95 }: typeof caseMs) => `p50 ${ms(p50)}, p95 ${ms(p95)}`
  const toCase = 'fire at a camera -> case'
  tell({ what: toCase, figure: said(caseMs), beside, goal: '', met: undefined })
  tell({
    what: 'fire at a camera -> case with its picture',
    figure: said(pictureMs),
    beside,
    goal: 'p95 <= 1500 ms',
    met: pictureMs.p95 <= 1_500,
  })
}

async function live(): Promise<void> {
  const result = await measureLive(measureMs, values.quick ? 3 : 9)
  const slowest = Math.max(...result.firstMs)
  tell({
    what: 'live: first picture of a camera that nobody watched',
    figure: `median ${ms(median(result.firstMs))}, slowest ${ms(slowest)}`,
    beside: `${result.firstMs.length} cameras, on loopback`,
    goal: '<= 1000 ms',
    met: slowest <= 1_000,
  })
  tell({
    what: `live: ${result.cameras} copied streams watched at once`,
    figure: `${result.cores.toFixed(2)} cores`,
    beside: `${(result.bitsPerSecond / 1e6).toFixed(1)} Mbit/s each; ${result.shown} of ${result.cameras} shown throughout`,
    goal: '< 1 core',
    met: result.cores < 1 && result.shown === result.cameras,
  })
  tell({
    what: 'live: no ffmpeg left after the last viewer',
    figure: ms(result.goneAfterMs),
    beside: '',
    goal: '<= 15 s',
    met: result.goneAfterMs <= 15_000,
  })
}

const threeOf = ({ p50, p95, p99 }: Quantiles) => `p50 ${ms(p50)}, p95 ${ms(p95)}, p99 ${ms(p99)}`

async function patrol(folder: string): Promise<void> {
  for (const seconds of values.within.split(',').map(Number)) {
    const own = join(folder, `within-${seconds}`)
    await mkdir(own)
    await patrolWithin(own, seconds)
  }
}

async function patrolWithin(folder: string, seconds: number): Promise<void> {
  const [phones, most] = values.quick ? [100, 10] : [1000, 50]
  const photos = values.photos === undefined ? most : Number(values.photos)
  const size = { phones, checkins: 50, photos, withinMs: seconds * 1000 }
  const result = await measurePatrols(folder, size)
  const { checkins, sent, kept, quietMs, crowdedMs } = result
  const alone = 'check-in, one at a time'
  tell({ what: alone, figure: threeOf(result.plainMs), beside: '', goal: '', met: undefined })
  tell({
    what: `${phones} phones within ${seconds} s with ${checkins} check-ins and ${photos} photos each: check-ins`,
    figure: threeOf(result.batchMs),
    beside: `batches; ${sent.putOff} put off; phones themselves ${(sent.generatorCpu * 100).toFixed(0)} % of a core`,
    goal: 'p95 <= 5 s',
    met: result.batchMs.p95 <= 5000,
  })
  const wanted = { checkins: phones * checkins + plainSent, photos: phones * photos }
  tell({
    what: 'none lost or doubled',
    figure: `${kept.checkins} check-ins, ${kept.pictures} photos kept`,
    beside: `${wanted.checkins} and ${wanted.photos} sent; ${sent.refused} refused`,
    goal: 'the same',
    met: kept.checkins === wanted.checkins && kept.pictures === wanted.photos,
  })
  tell({
    what: 'photos of 20 KB, checked, cleaned and kept',
    figure: `${result.photosPerSecond.toFixed(0)}/s`,
    beside: `memory ${result.memoryMb.before.toFixed(0)} -> at most ${result.memoryMb.most.toFixed(0)} MB`,
    goal: '<= 700 MB',
    met: result.memoryMb.most <= 700,
  })
  tell({
    what: `publish -> live stream at ${devicesPerSecond}/s meanwhile`,
    figure: `p50 ${ms(crowdedMs.p50Ms)}, p99 ${ms(crowdedMs.p99Ms)}`,
    beside: `p99 ${ms(quietMs.p99Ms)} before; ${crowdedMs.seen} of ${crowdedMs.published} seen`,
    goal: 'all seen',
    met: crowdedMs.seen === crowdedMs.published,
  })
}

async function patrolPage(folder: string): Promise<void> {
  const result = await measurePatrolPage(folder, values.quick ? 3 : 9)
  const slowest = Math.max(...result.openMs)
  tell({
    what: 'patrol phone opens without a signal, processor 4 times slower',
    figure: `median ${ms(median(result.openMs))}, slowest ${ms(slowest)}`,
    beside: `${result.openMs.length} times in Chromium`,
    goal: '<= 1000 ms',
    met: median(result.openMs) <= 1000,
  })
  tell({
    what: 'from a code that was read to the tick, processor 4 times slower',
    figure: `median ${ms(median(result.tickMs))}, slowest ${ms(Math.max(...result.tickMs))}`,
    beside: 'stored before it is drawn',
    goal: '<= 300 ms',
    met: median(result.tickMs) <= 300,
  })
  tell({
    what: 'its script, gzip',
    figure: `${(result.scriptBytes / 1024).toFixed(1)} KB`,
    beside: 'with the reader of codes and the worker',
    goal: '<= 150 KB',
    met: result.scriptBytes <= 150 * 1024,
  })
}

async function seriesPage(folder: string): Promise<void> {
  const { points, openMs, frameMs } = await measureSeriesPage(folder, values.quick ? 2 : 5)
  const at = (share: number) => frameMs[Math.floor(frameMs.length * share)] ?? Number.NaN
  tell({
    what: `history page with ${points.toLocaleString('en')} single readings, until it is drawn`,
    figure: `median ${ms(median(openMs))}, slowest ${ms(Math.max(...openMs))}`,
    beside: `${openMs.length} times in Chromium, nothing in its cache`,
    goal: '<= 2000 ms',
    met: median(openMs) <= 2_000,
  })
  tell({
    what: 'a frame of it while it is zoomed and moved in every frame',
    figure: `median ${ms(at(0.5))}, p99 ${ms(at(0.01))}, longest ${ms(at(0))}`,
    beside: `${frameMs.length} frames, no graphics processor`,
    goal: 'p99 <= 50 ms',
    met: at(0.01) <= 50,
  })
}

const run: Record<Part, (folder: string) => Promise<void>> = {
  floors,
  ingest,
  latency,
  ...seriesParts({ quick: values.quick, rounds, tell }),
  cases,
  cameras,
  live,
  patrol,
  'patrol-page': patrolPage,
  'series-page': seriesPage,
}

for (const part of parts) {
  // The floors belong to every result.
  if (part === 'floors' || chosen.has(part)) await inTempFolder(run[part])
}
console.log(`\n${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}\n`)
console.log(table(results))
