import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type InfluxProcess, startInflux } from '../../support/influx-server.ts'
import { lacksPrograms } from '../../support/programs.ts'
import { openTownGateway, type Person, type TownGateway } from '../../support/town-gateway.ts'
import { lianxun, type Ran, root, type Settings } from './commands.ts'

/** Readings taken out, brought in and carried over by command, with and without a gateway. */

const hourMs = 3_600_000
const start = Date.UTC(2025, 0, 10)
const head = 'time,device,property,value\n'
/** One an hour for some days, then the next month. */
const months = 4
const perMonth = 100
const perSeries = months * perMonth

function timeOf(i: number): number {
  return Date.UTC(2025, Math.floor(i / perMonth), 10) + (i % perMonth) * hourMs
}

function table(device: string, property: string): string {
  const rows = Array.from({ length: perSeries }, (_, i) => {
    return `${new Date(timeOf(i)).toISOString()},${device},${property},${(i % 50) + 0.25}\n`
  })
  return head + rows.join('')
}

let gateway: TownGateway
let admin: Person
let folder: string
const file = (name: string) => path.join(folder, name)

function run(args: string[], settings: Settings = {}): Promise<Ran> {
  return lianxun(args, { ...gateway.settings, ...settings })
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lianxun-cli-series-'))
  gateway = await openTownGateway()
  admin = await gateway.as('admin01')
  await writeFile(file('first.csv'), table('v1-pm1', 'pm25'))
  await writeFile(file('second.csv'), table('v2-pm1', 'humidity'))
  await writeFile(
    file('wrong.csv'),
    `${head}2025-01-10,v9-none,pm25,1\n2025-01-10,v1-pm1,pm25,-1\n`,
  )
})

afterAll(async () => {
  await gateway?.remove()
  await rm(folder, { recursive: true, force: true })
})

describe('beside a running gateway', () => {
  it('import-series: the gateway reads the file in, and charts have it at once', async () => {
    const { code, out, err } = await run(['import-series', file('first.csv')])
    expect([code, out]).toEqual([0, `first.csv: ${perSeries} readings are written.\n`])
    expect(err).not.toContain('Error')
    const { body } = await admin.get(
      `/api/v1/series?device=v1-pm1&property=pm25&from=${start}&to=${timeOf(perSeries)}&resolution=day`,
    )
    const days = body.points as number[][]
    expect(days.reduce((sum, day) => sum + (day[4] ?? 0), 0)).toBe(perSeries)
    const { items } = (await admin.get('/api/v1/series/imports')).body
    expect(items[0]).toMatchObject({
      name: 'first.csv',
      state: 'done',
      by: 'lianxun import-series',
    })
  })

  it('import-series: a file that is wrong is told row by row, and nothing is written', async () => {
    const { code, out } = await run(['import-series', file('wrong.csv')])
    expect(code).toBe(1)
    expect(out).toContain('row 2, column device: there is no device "v9-none"')
    expect(out).toContain('row 3, column value: is -1, expected 0 to 2000')
    expect(out).toContain('nothing is written')
  })

  it('export-series: what the gateway holds in memory only is there too', async () => {
    const { code, out } = await run([
      'export-series',
      '--format',
      'csv',
      '--from',
      '2025-01-01',
      file('a.csv'),
    ])
    expect(code).toBe(0)
    expect(out).toContain(`${perSeries} readings, `)
    const lines = (await readFile(file('a.csv'), 'utf8')).trimEnd().split('\r\n')
    expect(lines).toHaveLength(perSeries + 1)
    expect(lines[1]).toContain('2025-01-10T08:00:00.000+08:00,v1-pm1,')
  })

  it('migrate-series --to files is refused: the gateway writes them', async () => {
    const settings = { LIANXUN_INFLUX_URL: 'http://127.0.0.1:9', LIANXUN_INFLUX_BUCKET: 'none' }
    const { code, err } = await run(['migrate-series', '--to', 'files'], settings)
    expect([code, err]).toEqual([1, expect.stringContaining('are being written')])
  })
})

describe('while no gateway runs', () => {
  beforeAll(() => gateway.end('SIGTERM'))

  it('import-series and export-series do it themselves', async () => {
    const { code, out } = await run(['import-series', file('second.csv')])
    expect([code, out]).toEqual([0, `second.csv: ${perSeries} readings are written.\n`])
    const args = ['--format', 'line', '--device', 'v2-pm1', '--property', 'humidity', '-']
    const exported = await run(['export-series', ...args])
    expect(exported.code).toBe(0)
    const lines = exported.out.trimEnd().split('\n')
    expect(lines).toHaveLength(perSeries)
    expect(lines[0]).toBe(`reading,device=v2-pm1 humidity=0.25 ${start}`)
    expect(await readdir(path.join(gateway.dataDir, 'imports'))).toEqual([])
  })

  it('export-series says what is wrong, and leaves a file that is there', async () => {
    const none = await run(['export-series', '--format', 'csv', '--device', 'none', '-'])
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('--device none: there is')])
    const again = await run(['export-series', '--format', 'csv', file('a.csv')])
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('cannot be made')])
  })
})

describe.skipIf(lacksPrograms('migrate-series', 'influxd'))('migrate-series', () => {
  let influx: InfluxProcess
  let door: Server
  let settings: Settings
  /** The write that is not answered, counted from 1; 0: all are. */
  let held = 0
  let writes = 0
  let holding: () => void

  beforeAll(async () => {
    influx = await startInflux()
    await influx.createDatabase('town')
    door = createServer((incoming, outgoing) => {
      if (incoming.url?.includes('write') && ++writes === held) return holding()
      pass(incoming, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      })
    }).listen(0, '127.0.0.1')
    await once(door, 'listening')
    const { port } = door.address() as AddressInfo
    settings = { LIANXUN_INFLUX_URL: `http://127.0.0.1:${port}`, LIANXUN_INFLUX_BUCKET: 'town' }
  })

  afterAll(async () => {
    door?.closeAllConnections()
    door?.close()
    await influx?.stop()
  })

  function pass(incoming: IncomingMessage, onAnswer: (answer: IncomingMessage) => void): void {
    const { host: _, ...headers } = incoming.headers
    const { method = 'GET', url = '/' } = incoming
    const forwarded = request(`${influx.door.url}${url}`, { method, headers }, onAnswer)
    forwarded.on('error', () => incoming.socket.destroy())
    incoming.pipe(forwarded)
  }

  const countIn = async (property: string) =>
    (await influx.rows('town', `SELECT count("${property}") FROM "reading"`))[0]?.[1]

  it('to influx: killed in the middle, it goes on where it was, and all is there', async () => {
    held = 4
    const { promise, resolve } = Promise.withResolvers<void>()
    holding = resolve
    const first = spawn(process.execPath, ['gateway/cli.ts', 'migrate-series', '--to', 'influx'], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...gateway.settings, ...settings },
    })
    const gone = once(first, 'exit')
    await promise
    first.kill('SIGKILL')
    expect(await gone).toEqual([null, 'SIGKILL'])

    const { code, out, err } = await run(['migrate-series', '--to', 'influx'], settings)
    expect([code, err]).toEqual([0, expect.stringContaining('100 %')])
    expect(out).toContain('Going on: 3 months of a series are done.')
    const [all, carried] = [2 * perSeries, 2 * perSeries - 3 * perMonth]
    expect(out).toContain(`${all} readings of 2 series; ${carried} were carried by this run.`)
    expect([await countIn('pm25'), await countIn('humidity')]).toEqual([perSeries, perSeries])
  })

  it('what the target lost is told, and carried by the next run', async () => {
    await influx.rows('town', `DELETE FROM "reading" WHERE time < '2025-01-11T00:00:00Z'`)
    const { code, out } = await run(['migrate-series', '--to', 'influx'], settings)
    expect(code).toBe(1)
    expect(out).toMatch(/Differs: v1-pm1 pm25, 2025-01: 100 there, \d+ in influx\./)
    const again = await run(['migrate-series', '--to', 'influx'], settings)
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('All of them are in')])
    expect(await countIn('pm25')).toBe(perSeries)
  })

  it('to files: what InfluxDB has comes back into new files', async () => {
    for (const name of await readdir(gateway.dataDir)) {
      if (/^series-\d/.test(name)) await rm(path.join(gateway.dataDir, name))
    }
    const { code, out } = await run(['migrate-series', '--to', 'files'], settings)
    expect([code, out]).toEqual([0, expect.stringContaining('All of them are in files')])
    const exported = await run(['export-series', '--format', 'line', '--device', 'v2-pm1', '-'])
    expect(exported.out.trimEnd().split('\n')).toHaveLength(perSeries)
  })
})
