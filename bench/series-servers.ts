import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort, stopProcess, untilListening } from './processes.ts'
import { deviceOf, type Year, yearOf } from './series-years.ts'

/** The same readings in servers made for time series, for what they take on the disk. */

export interface ServerResult {
  writtenPerSecond: number
  bytesPerReading: number
}

const linesPerRequest = 20_000

interface Server {
  child: ChildProcess
  write: string
  /** Bring what is in memory to the disk, as small as it gets. */
  settle(): Promise<void>
  folder: string
  /** What files with readings are called; InfluxDB sets 32 MB aside for names beforehand. */
  ending: string
}

async function post(url: string, body?: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', ...(body !== undefined && { body }) })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
}

async function bytesIn({ folder, ending }: Server): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending))
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Until three looks in a row see the same size. */
async function untilStill(server: Server): Promise<number> {
  let same = 0
  let before = -1
  while (same < 3) {
    await wait(3000)
    const now = await bytesIn(server)
    same = now === before ? same + 1 : 0
    before = now
  }
  return before
}

async function startInflux(base: string): Promise<Server> {
  const [port, backup] = [await freePort(), await freePort()]
  const [meta, stored, wal] = ['meta', 'data', 'wal'].map((name) => join(base, name))
  const lines = [
    'reporting-disabled = true',
    `bind-address = "127.0.0.1:${backup}"`,
    `[meta]\n  dir = "${meta}"`,
    `[data]\n  dir = "${stored}"\n  wal-dir = "${wal}"`,
    '  cache-snapshot-write-cold-duration = "5s"\n  compact-full-write-cold-duration = "5s"',
    // Its own figures would never stand still.
    '[monitor]\n  store-enabled = false',
    `[http]\n  bind-address = "127.0.0.1:${port}"\n  log-enabled = false`,
  ]
  const file = join(base, 'influxdb.conf')
  await writeFile(file, `${lines.join('\n')}\n`)
  const child = spawn('/usr/bin/influxd', ['-config', file], { stdio: 'ignore' })
  await untilListening(port, child)
  const address = `http://127.0.0.1:${port}`
  await post(`${address}/query?q=${encodeURIComponent('CREATE DATABASE bench')}`)
  const write = `${address}/write?db=bench&precision=ms`
  return { child, write, settle: () => Promise.resolve(), folder: stored ?? base, ending: '.tsm' }
}

async function startVictoria(base: string): Promise<Server> {
  const port = await freePort()
  const folder = join(base, 'stored')
  const child = spawn(
    '/usr/bin/victoria-metrics',
    [`-storageDataPath=${folder}`, `-httpListenAddr=127.0.0.1:${port}`, '-retentionPeriod=24'],
    { stdio: 'ignore' },
  )
  await untilListening(port, child)
  const address = `http://127.0.0.1:${port}`
  const settle = async () => {
    await fetch(`${address}/internal/force_flush`)
    await fetch(`${address}/internal/force_merge`)
  }
  const write = `${address}/write?precision=ms`
  return { child, write, settle, folder, ending: '' }
}

async function fill(server: Server, year: Year): Promise<number> {
  let lines: string[] = []
  let written = 0
  const send = async () => {
    await post(server.write, lines.join('\n'))
    written += lines.length
    lines = []
  }
  for (const [, series, at, value] of yearOf(year)) {
    lines.push(`reading,device=${deviceOf(series)} pm25=${value} ${at}`)
    if (lines.length === linesPerRequest) await send()
  }
  if (lines.length > 0) await send()
  return written
}

const starters = { influxd: startInflux, 'victoria-metrics': startVictoria }

export type SeriesServer = keyof typeof starters

export async function measureServer(
  name: SeriesServer,
  folder: string,
  year: Year,
): Promise<ServerResult> {
  const base = join(folder, name)
  await mkdir(base, { recursive: true })
  const server = await starters[name](base)
  try {
    const begun = performance.now()
    const written = await fill(server, year)
    const writtenPerSecond = (written / (performance.now() - begun)) * 1000
    await server.settle()
    return { writtenPerSecond, bytesPerReading: (await untilStill(server)) / written }
  } finally {
    await stopProcess(server.child)
  }
}
