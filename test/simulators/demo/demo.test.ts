import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSecrets } from '../../../simulators/secrets.ts'
import { freePort } from '../../support/free-port.ts'
import { until } from '../broker.ts'
import { root } from '../setting.ts'

/** `npm run demo` and `npm run simulate` as processes, as a person starts them. */

let directory: string
const started: ChildProcess[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lianxun-demo-'))
})

afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGINT')
    await once(child, 'exit')
  }
  rmSync(directory, { recursive: true, force: true })
})

interface Running {
  child: ChildProcess
  output: () => string
  /** Exit code. */
  ended: Promise<number | null>
}

function start(script: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [join(root, 'simulators', script), ...args], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
  }
  // Closed, not only ended: what it said last is read by then.
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, output: () => text, ended }
}

async function startDemo(...more: string[]) {
  const [port, mqttPort] = [await freePort(), await freePort()]
  const demo = start('demo.ts', [
    '--directory',
    join(directory, 'demo'),
    '--port',
    String(port),
    '--mqtt-port',
    String(mqttPort),
    ...more,
  ])
  return { ...demo, url: `http://127.0.0.1:${port}`, mqttUrl: `mqtt://127.0.0.1:${mqttPort}` }
}

async function signIn(url: string, password: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'desk01', password }),
  })
  expect(answer.ok).toBe(true)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

async function items(url: string, cookie: string): Promise<unknown[]> {
  const answer = await fetch(url, { headers: { cookie } })
  const body = (await answer.json()) as { items?: unknown[]; points?: unknown[] }
  return body.items ?? body.points ?? []
}

async function camerasThere(url: string, cookie: string): Promise<string[]> {
  const all = (await items(`${url}/api/v1/cameras`, cookie)) as { id: string; path: string }[]
  return all.filter(({ path }) => path === 'up').map(({ id }) => id)
}

/** Whatever the demo started works in its folder, ffmpeg too. */
function leftOvers(): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(directory)
    } catch {
      return false
    }
  })
}

/** The rules have seen all that was sent so far. */
async function isJudged(url: string): Promise<boolean> {
  const figures = await (await fetch(`${url}/metrics`)).text()
  return figures.includes('lianxun_correlator_lag 0\n')
}

describe('npm run demo', () => {
  it('prints address and login, writes a past, reaches its cameras, and leaves nothing behind after Ctrl-C', async () => {
    const demo = await startDemo()
    await until(() => demo.output().includes('the first scenario starts'), 60_000)
    expect(demo.output()).toContain(demo.url)
    expect(demo.output()).toContain('101 台设备已连接')
    const password = /desk01\s+(\S+)/.exec(demo.output())?.[1] ?? ''
    const cookie = await signIn(demo.url, password)
    const from = Date.now() - 24 * 3_600_000
    const query = `device=v1-pm1&property=pm25&from=${from}&to=${Date.now()}&resolution=hour`
    const hours = await items(`${demo.url}/api/v1/series?${query}`, cookie)
    expect(hours.length).toBeGreaterThanOrEqual(23)
    expect(await items(`${demo.url}/api/v1/cases`, cookie)).toEqual([])
    await until(async () => (await camerasThere(demo.url, cookie)).length === 16, 30_000)
    const still = await fetch(`${demo.url}/api/v1/cameras/v5-cam1/still`, { headers: { cookie } })
    expect([still.status, still.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    demo.child.kill('SIGINT')
    expect(await demo.ended).toBe(0)
    expect(leftOvers()).toEqual([])
    expect(demo.output()).not.toContain('no live view')
    await expect(fetch(`${demo.url}/healthz`)).rejects.toThrow(/fetch failed/)
  }, 90_000)

  it('without simulators leaves the devices to others: simulate plays nonsense, which waits in quarantine', async () => {
    const demo = await startDemo('--no-simulators')
    await until(() => demo.output().includes('Ctrl-C'), 60_000)
    const secretsFile = join(directory, 'demo', 'secrets.json')
    const simulate = start('simulate.ts', [
      '--scenario',
      'nonsense-flood',
      '--speed',
      '60',
      '--url',
      demo.mqttUrl,
      '--secrets',
      secretsFile,
    ])
    expect(await simulate.ended).toBe(0)
    expect(simulate.output()).toMatch(/0 could not be delivered/)
    const password = readSecrets(secretsFile).users.get('desk01') ?? ''
    const cookie = await signIn(demo.url, password)
    const waiting = (await items(`${demo.url}/api/v1/quarantine?limit=100`, cookie)) as {
      reason: string
      device: string
    }[]
    expect(new Set(waiting.map((entry) => entry.device))).toEqual(new Set(['v1-pm1']))
    expect(new Set(waiting.map((entry) => entry.reason)).size).toBeGreaterThanOrEqual(4)
    await until(() => isJudged(demo.url))
    expect(await items(`${demo.url}/api/v1/alarms`, cookie)).toEqual([])
  }, 120_000)

  it.each([
    {
      scenario: 'straw-burning',
      speed: '300',
      village: '990101101207',
      expected: { hazard: 'strawBurning', alarms: 1 },
    },
    {
      scenario: 'forest-fire',
      speed: '120',
      village: '990101101205',
      expected: { hazard: 'forestFire', severity: 'red', alarms: 4 },
    },
  ])(
    '$scenario ends as one case in the queue of its village',
    async ({ scenario, speed, village, expected }) => {
      const demo = await startDemo('--no-simulators')
      await until(() => demo.output().includes('Ctrl-C'), 60_000)
      const secretsFile = join(directory, 'demo', 'secrets.json')
      const simulate = start('simulate.ts', [
        '--scenario',
        scenario,
        '--speed',
        speed,
        '--url',
        demo.mqttUrl,
        '--secrets',
        secretsFile,
      ])
      expect(await simulate.ended).toBe(0)
      const password = readSecrets(secretsFile).users.get('desk01') ?? ''
      const cookie = await signIn(demo.url, password)
      await until(() => isJudged(demo.url))
      const cases = await items(`${demo.url}/api/v1/cases`, cookie)
      expect(cases).toMatchObject([{ ...expected, village, state: 'reported' }])
    },
    120_000,
  )

  it('explains a wrong option and ends with 1', async () => {
    const demo = start('demo.ts', ['--port', 'eighty'])
    expect(await demo.ended).toBe(1)
    expect(demo.output()).toMatch(/demo: --port must be a port number/)
  })
})

describe('npm run simulate', () => {
  it.each([
    [[], /--secrets FILE is missing/],
    [['--secrets', 'x.json', '--speed', '0'], /--speed must be a number from 1/],
    [['--secrets', 'x.json', '--seed', 'a'], /--seed must be a whole number/],
    [['--secrets', 'x.json', '--scenario', 'war'], /no scenario "war"/],
    [['--secrets', 'x.json', '--village', '1'], /no device stands in village 1/],
    [['--secrets', 'x.json'], /x\.json: .*--secrets-out/],
  ])('refuses %j with a sentence', async (args, sentence) => {
    const simulate = start('simulate.ts', args)
    expect(await simulate.ended).toBe(1)
    expect(simulate.output()).toMatch(sentence)
  })

  it('explains itself', async () => {
    const simulate = start('simulate.ts', ['--help'])
    expect(await simulate.ended).toBe(0)
    expect(simulate.output()).toContain('straw-burning')
  })
})
