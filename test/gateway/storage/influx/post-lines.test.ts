import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checkInflux } from '../../../../gateway/cli/doctor-influx.ts'
import { createAsk } from '../../../../gateway/storage/influx/ask.ts'
import { createPostLines } from '../../../../gateway/storage/influx/post-lines.ts'
import type { InfluxServer } from '../../../../gateway/storage/influx/server.ts'

/** What servers of all kinds answer, against a real one that says what it is told. */

interface Asked {
  url: URL
  headers: IncomingHttpHeaders
  body: string
}

interface Told {
  status: number
  body?: string
  headers?: Record<string, string>
}

const token = 'hunter2=='
const now = Date.UTC(2026, 10, 22)
const lines = [
  'reading,device=a pm25=1 1',
  'reading,device=b pm25=x 2',
  'reading,device=c pm25=3 3',
]
const never = new AbortController().signal

let listener: Server
let server: InfluxServer
let asked: Asked[]
let told: Told | 'cut' | 'silent'

beforeAll(async () => {
  listener = createServer((incoming, outgoing) => {
    const parts: Buffer[] = []
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => {
      const whole = Buffer.concat(parts)
      const isZipped = incoming.headers['content-encoding'] === 'gzip'
      asked.push({
        url: new URL(incoming.url ?? '/', 'http://influx'),
        headers: incoming.headers,
        body: (isZipped ? gunzipSync(whole) : whole).toString(),
      })
      if (told === 'silent') return
      if (told === 'cut') return void incoming.socket.destroy()
      outgoing.writeHead(told.status, told.headers).end(told.body)
    })
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  server = { url, token, org: '大石 镇', bucket: 'town/autogen' }
})
beforeEach(() => {
  asked = []
  told = { status: 204 }
})
afterAll(() => {
  listener.close()
  listener.closeAllConnections()
})

const clock = { now: () => now }
const post = (some: readonly string[] = lines, stop = never) =>
  createPostLines(server, clock)(some, stop)
const json = (body: unknown) => ({
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})

describe('lines that are sent', () => {
  test('go in one request, with the token, to organisation and bucket', async () => {
    expect(await post()).toEqual({ kind: 'taken' })
    const [{ url, headers, body }, ...more] = asked as [Asked]
    expect(more).toEqual([])
    expect(url.pathname).toBe('/api/v2/write')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      org: '大石 镇',
      bucket: 'town/autogen',
      precision: 'ms',
    })
    expect(headers.authorization).toBe(`Token ${token}`)
    expect(body).toBe(lines.join('\n'))
  })

  test('many go zipped, and all of them in one request', async () => {
    const many = Array.from({ length: 5000 }, (_, n) => `reading,device=a pm25=${n} ${n}`)
    expect(await post(many)).toEqual({ kind: 'taken' })
    expect(asked).toHaveLength(1)
    expect(asked[0]?.headers['content-encoding']).toBe('gzip')
    expect(asked[0]?.body).toBe(many.join('\n'))
  })
})

describe('lines that are refused', () => {
  const conflict =
    'partial write: field type conflict: input field "pm25" on measurement "reading" is type string, already exists as type float dropped=1'
  const reason = expect.stringContaining('field type conflict')
  const rows: [string, Told, object][] = [
    ['InfluxDB 1.x', { status: 400, ...json({ error: conflict }) }, { reason, dropped: 1 }],
    [
      'InfluxDB 2',
      { status: 422, ...json({ code: 'unprocessable entity', message: conflict }) },
      { reason, dropped: 1 },
    ],
    [
      'InfluxDB 3',
      {
        status: 400,
        ...json({
          error: 'partial write of line protocol occurred',
          data: [{ original_line: lines[1], line_number: 2, error_message: 'invalid number' }],
        }),
      },
      {
        reason: 'partial write of line protocol occurred: invalid number',
        named: [1],
        dropped: null,
      },
    ],
    [
      'InfluxDB Cloud',
      { status: 400, ...json({ code: 'invalid', line: 2, message: 'partial write' }) },
      { named: [1] },
    ],
    [
      'InfluxDB 3 with 201',
      { status: 201, ...json({ message: 'partial write has occurred', line: 3 }) },
      { reason: 'partial write has occurred', named: [2] },
    ],
    ['too much at once', { status: 413, body: 'Request Entity Too Large' }, { dropped: null }],
    [
      'older than the bucket keeps',
      {
        status: 400,
        ...json({ error: 'partial write: points beyond retention policy dropped=2' }),
      },
      { outlived: true, dropped: 2 },
    ],
    ['without a word', { status: 400 }, { reason: expect.stringContaining('400') }],
    ['no JSON', { status: 400, ...json('x'), body: '{"error"' }, { named: [], dropped: null }],
    ['odd JSON', { status: 400, ...json({ data: [null, 7, {}], line: 'x' }) }, { named: [] }],
  ]
  test.each(rows)('%s', async (_, answer, expected) => {
    told = answer
    expect(await post()).toMatchObject({ kind: 'refused', ...expected })
  })

  test('201 and nothing more is a success', async () => {
    told = { status: 201 }
    expect(await post()).toEqual({ kind: 'taken' })
  })
})

describe('trouble', () => {
  const rows: [string, Told | 'cut', string, RegExp, number | null][] = [
    [
      '401',
      { status: 401, ...json({ message: 'unauthorized access' }) },
      'settings',
      /\(401: unauthorized access\)\. Set LIANXUN_INFLUX_TOKEN/,
      null,
    ],
    ['403', { status: 403 }, 'settings', /may read and write town\/autogen/, null],
    [
      '404',
      { status: 404, ...json({ error: 'database not found: "town"' }) },
      'settings',
      /has no town\/autogen .*database not found/,
      null,
    ],
    [
      'a page',
      { status: 405, body: '<html>no</html>' },
      'settings',
      /address of InfluxDB itself/,
      null,
    ],
    ['a redirect', { status: 302, headers: { location: '/' } }, 'settings', /answers 302/, null],
    ['429', { status: 429, headers: { 'retry-after': '7' } }, 'busy', /asks for time/, 7000],
    [
      '503 until a time',
      { status: 503, headers: { 'retry-after': new Date(now + 90_000).toUTCString() } },
      'busy',
      /asks for time/,
      90_000,
    ],
    [
      '503 until a time that is over',
      { status: 503, headers: { 'retry-after': new Date(now - 1).toUTCString() } },
      'busy',
      /asks for time/,
      0,
    ],
    [
      '503 with nonsense',
      { status: 503, headers: { 'retry-after': 'soon' } },
      'busy',
      /asks for time/,
      null,
    ],
    ['500', { status: 500, ...json({ error: 'timeout' }) }, 'away', /answers 500: timeout/, null],
    ['408', { status: 408 }, 'away', /answers 408/, null],
    ['a cut connection', 'cut', 'away', /cannot be reached \(ECONNRESET\)/, null],
  ]
  test.each(rows)('%s', async (...[, answer, kind, text, waitMs]) => {
    told = answer
    const posted = await post()
    expect(posted).toEqual({
      kind: 'trouble',
      trouble: { kind, text: expect.stringMatching(text), waitMs },
    })
    expect(JSON.stringify(posted)).not.toContain('hunter2')
  })

  test('nobody listens', async () => {
    const [dead, signal] = [{ ...server, url: 'http://127.0.0.1:9' }, never]
    const posted = await createPostLines(dead, clock)(lines, signal)
    expect(posted).toMatchObject({ kind: 'trouble', trouble: { kind: 'away' } })
  })

  test('one that says nothing is let go when the house closes', async () => {
    told = 'silent'
    const stop = new AbortController()
    const posted = post(lines, stop.signal)
    await expect.poll(() => asked.length).toBe(1)
    stop.abort()
    expect(await posted).toMatchObject({ kind: 'trouble', trouble: { kind: 'away' } })
  })

  test('a long answer is told in short, in one line', async () => {
    told = { status: 500, body: 'x\n'.repeat(5000) }
    const posted = await post()
    if (posted.kind !== 'trouble') throw new Error(posted.kind)
    expect(posted.trouble.text.length).toBeLessThan(600)
    expect(posted.trouble.text).not.toContain('\n')
  })
})

describe('questions', () => {
  const ask = (stop = never) => createAsk(server, { clock, stop })

  test('go to the database and policy of the bucket, with the token', async () => {
    told = { status: 200, ...json({ results: [{ statement_id: 0 }] }) }
    expect(await ask()('SELECT 1')).toEqual([])
    const { url, headers } = asked[0] as Asked
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      db: 'town',
      rp: 'autogen',
      epoch: 'ms',
      q: 'SELECT 1',
    })
    expect(headers.authorization).toBe(`Token ${token}`)
  })

  test('long ones go as a form', async () => {
    told = { status: 200, body: '{"results":[]}\n' }
    const long = `SELECT ${'x'.repeat(5000)}`
    await ask()(long)
    expect(asked[0]?.url.search).toBe('')
    expect(new URLSearchParams(asked[0]?.body).get('q')).toBe(long)
    expect(new URLSearchParams(asked[0]?.body).get('db')).toBe('town')
  })

  test('chunks are put together', async () => {
    const chunk = (values: unknown[], more: object = {}) =>
      JSON.stringify({
        results: [
          { series: [{ tags: { device: '大' }, columns: ['time', 'x'], values, ...more }] },
        ],
      })
    told = { status: 200, body: `${chunk([[1, 2]], { partial: true })}\n${chunk([[3, 4]])}\n` }
    const rows = await ask()('q')
    expect(rows.flatMap(({ values }) => values)).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(rows[0]?.tags).toEqual({ device: '大' })
  })

  test.each<[string, Told | 'cut', RegExp]>([
    ['a refused token', { status: 401, ...json({ error: 'x' }) }, /LIANXUN_INFLUX_TOKEN/],
    [
      'no such database, with 200',
      { status: 200, body: '{"results":[{"error":"database not found: town"}]}' },
      /LIANXUN_INFLUX_BUCKET/,
    ],
    [
      'an error with 200',
      { status: 200, body: '{"results":[{"error":"timeout"}]}' },
      /answers 500: timeout/,
    ],
    ['an error of all', { status: 200, body: '{"error":"x"}' }, /answers 500: x/],
    ['a page', { status: 200, body: '<html></html>' }, /something else than JSON: <html>/],
    ['a redirect', { status: 307, headers: { location: 'http://elsewhere/' } }, /answers 307/],
    ['an answer that is cut off', 'cut', /cannot be reached/],
  ])('%s is said in a sentence', async (_, answer, text) => {
    told = answer
    const failed = await ask()('q').catch((error: Error) => error)
    expect(failed).toMatchObject({ name: 'UnavailableError', message: expect.stringMatching(text) })
    expect(JSON.stringify(failed, ['name', 'message'])).not.toContain('hunter2')
  })
})

describe('doctor', () => {
  test('looks at nothing while series are in files', async () => {
    expect(await checkInflux({ influx: undefined })).toEqual([])
    expect(asked).toEqual([])
  })

  test('a server that can be read and written: a line that is none tells', async () => {
    told = { status: 400, ...json({ error: 'unable to parse', results: [] }) }
    const [reading, writing] = await checkInflux({ influx: server })
    expect(reading?.ok).toBe(false)
    expect(writing).toMatchObject({ ok: true, text: expect.stringContaining('can be written') })
    expect(asked.map(({ body }) => body)).toContain('lianxun_doctor')
  })

  test('says once what is wrong with both', async () => {
    told = { status: 401, ...json({ message: 'unauthorized' }) }
    expect(await checkInflux({ influx: server })).toEqual([
      { ok: false, text: expect.stringContaining('LIANXUN_INFLUX_TOKEN') },
    ])
  })

  test('InfluxDB 2 without an organisation', async () => {
    told = { status: 400, ...json({ message: 'Please provide either orgID or org' }) }
    const findings = await checkInflux({ influx: { ...server, org: undefined } })
    expect(findings.map(({ text }) => text).join()).toContain('Set LIANXUN_INFLUX_ORG')
  })
})
