import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from './free-port.ts'

/** InfluxDB as Debian has it, 1.6.7, in a folder of its own; nothing leaves this machine. */
export interface InfluxProcess {
  url: string
  /** What a gateway knows it by. */
  door: InfluxDoor
  createDatabase(name: string): Promise<void>
  /** InfluxQL, the rows of its first series. */
  rows(database: string, statement: string): Promise<Cells[]>
  kill(signal: NodeJS.Signals): Promise<void>
  /** Again, with what it had. */
  start(): Promise<void>
  stop(): Promise<void>
}

function settings(directory: string, ports: { http: number; rpc: number }): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${ports.rpc}"
[meta]
  dir = "${directory}/meta"
  logging-enabled = false
[data]
  dir = "${directory}/data"
  wal-dir = "${directory}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[subscriber]
  enabled = false
[retention]
  enabled = false
[shard-precreation]
  enabled = false
[continuous_queries]
  enabled = false
[http]
  bind-address = "127.0.0.1:${ports.http}"
  log-enabled = false
`
}

export async function startInflux(): Promise<InfluxProcess> {
  const directory = await mkdtemp(path.join(tmpdir(), 'lianxun-influx-'))
  const ports = { http: await freePort(), rpc: await freePort() }
  const url = `http://127.0.0.1:${ports.http}`
  const config = path.join(directory, 'influxdb.conf')
  await writeFile(config, settings(directory, ports))
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    child = spawn('/usr/bin/influxd', ['run', '-config', config], {
      env: { PATH: process.env['PATH'], HOME: directory },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await answers(child, `${url}/ping`)
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    const dying = child
    child = undefined
    if (!dying || dying.exitCode !== null || dying.signalCode !== null) return
    const gone = once(dying, 'exit')
    dying.kill(signal)
    await gone
  }

  async function ask(asked: Record<string, string>): Promise<Answer> {
    const body = new URLSearchParams({ epoch: 'ms', ...asked })
    const answer = await fetch(`${url}/query`, { method: 'POST', body })
    return (await answer.json()) as Answer
  }

  await start()
  const door = await openDoor(ports.http)
  return {
    url,
    door,
    async createDatabase(name) {
      await ask({ q: `CREATE DATABASE "${name}"` })
    },
    async rows(db, q) {
      const { results } = await ask({ db, q })
      return results[0]?.series?.[0]?.values ?? []
    },
    kill,
    start,
    async stop() {
      door.close()
      await kill('SIGKILL')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

type Cells = (string | number | null)[]

interface Answer {
  results: { series?: { values: Cells[] }[] }[]
}

/** Until the program answers, or has ended with what it had to say. */
export async function answers(child: ChildProcess, address: string): Promise<void> {
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-5000)
  })
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${said}`)
    try {
      await fetch(address)
      return
    } catch {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

/** Instead of what the server says; `cut`: the connection ends. */
export type Instead = { status: number; headers?: Record<string, string>; body?: string } | 'cut'

/**
 * What stands between a gateway and its server. 1.8 and later take lines at
 * `/api/v2/write?bucket=B&precision=ms`; 1.6.7 only at `/write?db=B&precision=ms`, with the same
 * lines and the same answers.
 */
interface InfluxDoor {
  url: string
  /** From now on; null: what the server says. */
  answer(instead: Instead | null): void
  /** How often it did, since that was said. */
  turnedAway(): number
  /** Writes that the server answered with success. */
  written(): number
  close(): void
}

async function openDoor(port: number): Promise<InfluxDoor> {
  let instead: Instead | null = null
  let turnedAway = 0
  let written = 0

  function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const asked = new URL(incoming.url ?? '/', 'http://door')
    const isWrite = asked.pathname === '/api/v2/write'
    if (isWrite) {
      asked.pathname = '/write'
      asked.searchParams.set('db', asked.searchParams.get('bucket') ?? '')
    }
    const { host: _, ...headers } = incoming.headers
    const path = `${asked.pathname}${asked.search}`
    const forwarded = request(
      { host: '127.0.0.1', port, path, method: incoming.method, headers },
      (answer) => {
        if (isWrite && answer.statusCode === 204) written += 1
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
        answer.on('error', () => incoming.socket.destroy())
      },
    )
    // As if nobody were there.
    forwarded.on('error', () => incoming.socket.destroy())
    incoming.pipe(forwarded)
  }

  const server = createServer((incoming, outgoing) => {
    if (instead === null) return forward(incoming, outgoing)
    turnedAway += 1
    if (instead === 'cut') return void incoming.socket.destroy()
    const { status, headers = {}, body = '' } = instead
    incoming.resume()
    incoming.once('end', () => outgoing.writeHead(status, headers).end(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer(next) {
      instead = next
      turnedAway = 0
    },
    turnedAway: () => turnedAway,
    written: () => written,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
