import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type House, openHouse, type Person, villageA, villageB } from '../house.ts'

/** Readings out of the gateway into files, and in again, over HTTP. */

const api = '/api/v1'
const start = Date.UTC(2025, 5, 1)
const rows = 3000
const span = `from=${start}&to=${start + rows * 60_000}`

let house: House
let admin: Person

beforeAll(async () => {
  house = await openHouse()
  admin = await house.as('townAdmin-town')
})

afterAll(() => house?.stop())

function table(device: string): string {
  const row = (i: number) =>
    `${new Date(start + i * 60_000).toISOString()},${device},pm25,${i % 90}\n`
  return `time,device,property,value\n${Array.from({ length: rows }, (_, i) => row(i)).join('')}`
}

function send(name: string, body: BodyInit, headers: Record<string, string> = {}) {
  return house.ask(`${api}/series/imports?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: {
      cookie: admin.cookie,
      'x-lianxun': '1',
      'content-type': 'application/octet-stream',
      ...headers,
    },
    body,
  })
}

/** Waits for it, and not for the clock: so long a slow machine has. */
const patiently = { timeout: 20_000, interval: 20 }

async function ended(id: string) {
  const look = () => admin.get(`${api}/series/imports/${id}`)
  await expect.poll(async () => (await look()).body.state, patiently).toMatch(/done|refused|failed/)
  return (await look()).body
}

async function bring(name: string, body: BodyInit) {
  const answer = await send(name, body)
  expect(answer.status).toBe(201)
  expect(answer.body).toMatchObject({ name, by: 'townAdmin', errors: [] })
  return await ended(answer.body.id)
}

async function exported(who: Person, query: string): Promise<Response> {
  return await fetch(`${house.base}${api}/series/export?${query}&${span}`, {
    headers: { cookie: who.cookie },
  })
}

describe('in and out again', () => {
  it('a table that is right is written; charts have it, and no alarm is raised', async () => {
    const before = (await admin.get(`${api}/alarms`)).body.items.length
    expect(await bring('六月.csv', table('v1-pm1'))).toMatchObject({
      state: 'done',
      readings: rows,
      progress: 1,
    })
    expect(await bring('其他村.csv', table('v2-pm1'))).toMatchObject({ state: 'done' })
    const { body } = await admin.get(
      `${api}/series?device=v1-pm1&property=pm25&${span}&resolution=day`,
    )
    const days: number[][] = body.points
    expect(days.reduce((sum, day) => sum + (day[4] ?? 0), 0)).toBe(rows)
    expect((await admin.get(`${api}/alarms`)).body.items.length).toBe(before)
    const { items } = (await admin.get(`${api}/series/imports`)).body
    expect(items.map((one: { name: string }) => one.name)).toEqual(['其他村.csv', '六月.csv'])
  })

  it.each([
    ['csv', 'text/csv; charset=utf-8', 'readings-2025-06-01-2025-06-03.csv'],
    ['parquet', 'application/vnd.apache.parquet', 'readings-2025-06-01-2025-06-03.parquet'],
    ['line', 'text/plain; charset=utf-8', 'readings-2025-06-01-2025-06-03.lp'],
  ])('%s: what goes out is taken back', async (format, type, name) => {
    const answer = await exported(admin, `format=${format}&device=v1-pm1`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type])
    expect(answer.headers.get('content-disposition')).toContain(`filename="${name}"`)
    const file = await answer.blob()
    expect(await bring(name, file)).toMatchObject({ state: 'done', readings: rows })
    const size = await admin.get(`${api}/series/export-size?format=${format}&device=v1-pm1&${span}`)
    expect(size.body).toMatchObject({ series: 1, readings: rows })
    expect(size.body.bytes).toBeGreaterThan(file.size / 2)
    // These numbers pack better than those of sensors.
    expect(size.body.bytes).toBeLessThan(file.size * (format === 'parquet' ? 8 : 2))
  })

  it('a file that is wrong is told row by row, and nothing of it is written', async () => {
    const wrong = `time,device,property,value\n2025-01-01,v1-pm1,pm25,1\n2025-01-01,none,pm25,1\n`
    expect(await bring('wrong.csv', wrong)).toMatchObject({
      state: 'refused',
      errorCount: 1,
      errors: [{ row: 3, column: 'device', text: expect.stringContaining('"none"') }],
    })
    const { body } = await admin.get(
      `${api}/series?device=v1-pm1&property=pm25&from=${Date.UTC(2024, 11, 31)}&to=${Date.UTC(2025, 0, 2)}&resolution=raw`,
    )
    expect(body.points).toEqual([])
  })

  it('value is calibrated, measured is as it came', async () => {
    const calibration = { property: 'pm25', from: start, factor: 2, offset: 1, reason: '比对校准' }
    const made = await admin.post(`${api}/devices/v1-pm1/calibrations`, calibration)
    expect(made.status).toBeLessThan(300)
    const text = await (await exported(admin, 'format=csv&device=v1-pm1')).text()
    expect(text.split('\r\n')[6]).toMatch(
      /^2025-06-01T08:05:00.000\+08:00,v1-pm1,.*,pm25,µg\/m³,11,5,,,$/,
    )
  })
})

describe('only what the asker may see', () => {
  it('without names: the devices of the own village', async () => {
    const viewer = await house.as('viewer-a')
    const text = await (await exported(viewer, 'format=line')).text()
    expect(text).toContain('reading,device=v1-pm1 ')
    expect(text).not.toContain('v2-pm1')
    expect(await (await exported(admin, 'format=line')).text()).toContain('v2-pm1')
  })

  it('named or by place: what is of another village is not there', async () => {
    const viewer = await house.as('viewer-a')
    for (const asked of ['device=v2-pm1', 'device=v1-pm1&device=v2-pm1', `place=${villageB}`]) {
      expect((await exported(viewer, `format=csv&${asked}`)).status).toBe(404)
    }
    const own = await exported(viewer, `format=csv&place=${villageA}`)
    expect([own.status, await own.text()]).toEqual([200, expect.stringContaining('v1-pm1')])
  })

  it('that it was taken out is written down', async () => {
    const { items } = (await admin.get(`${api}/audit?act=exportSeries`)).body
    expect(items.length).toBeGreaterThan(3)
    expect(items[0].detail).toContain('csv, ')
  })
})

describe('what is not taken', () => {
  it('more than 1 GB, said before any of it is read', async () => {
    const call = request(`${house.base}${api}/series/imports?name=big`, {
      method: 'POST',
      headers: {
        cookie: admin.cookie,
        'x-lianxun': '1',
        'content-type': 'application/octet-stream',
        'content-length': '1073741825',
      },
    })
    call.on('error', () => {})
    call.flushHeaders()
    const [answer] = await once(call, 'response')
    expect(answer.statusCode).toBe(413)
    call.destroy()
  })

  it('packed bodies', async () => {
    const answer = await send('bomb.csv', 'x', { 'content-encoding': 'gzip' })
    expect([answer.status, answer.body.type]).toEqual([415, 'urn:lianxun:compressed'])
  })

  it.each([
    ['gzip', new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0]), 'unpack it first'],
    ['nothing', '', 'the file is empty'],
    ['half a Parquet', 'PAR1half of it', 'is no Parquet'],
  ])('%s', async (name, body, text) => {
    const record = await bring(name, body)
    expect(record).toMatchObject({ state: 'refused', errors: [{ row: 1 }] })
    expect(JSON.stringify(record)).toContain(text)
  })

  it('a name that is too long, a precision that is none', async () => {
    const wrong = [`name=${'x'.repeat(201)}`, 'name=a&precision=m', '']
    for (const query of wrong) {
      expect((await admin.post(`${api}/series/imports?${query}`)).status).toBe(400)
    }
  })

  it('a second file while one comes; a sender that goes away leaves nothing', async () => {
    const call = request(`${house.base}${api}/series/imports?name=slow`, {
      method: 'POST',
      headers: {
        cookie: admin.cookie,
        'x-lianxun': '1',
        'content-type': 'application/octet-stream',
        'transfer-encoding': 'chunked',
      },
    })
    call.on('error', () => {})
    call.write('time,device,property,value\n')
    const spool = join(house.directory, 'imports')
    await expect.poll(() => readdir(spool).catch(() => []), patiently).toHaveLength(1)
    expect((await send('second.csv', table('v1-pm1'))).status).toBe(409)
    call.destroy()
    await expect.poll(() => readdir(spool), patiently).toEqual([])
    await expect.poll(async () => (await send('third.csv', 'x')).status, patiently).toBe(201)
  })
})

it('an export whose taker goes away gives its place back', async () => {
  for (let i = 0; i < 4; i++) {
    const url = `${house.base}${api}/series/export?format=csv&${span}`
    const call = request(url, { agent: false, headers: { cookie: admin.cookie } }).end()
    const [answer] = await once(call, 'response')
    expect([200, 503]).toContain(answer.statusCode)
    call.destroy()
  }
  await expect
    .poll(async () => {
      const answer = await exported(admin, 'format=csv&device=v1-pm1')
      await answer.arrayBuffer()
      return answer.status
    }, patiently)
    .toBe(200)
})

it('a stop does not wait for whoever takes nothing and whoever sends nothing', async () => {
  const other = await openHouse()
  const person = await other.as('townAdmin-town')
  const headers = { cookie: person.cookie, 'x-lianxun': '1', 'transfer-encoding': 'chunked' }
  const url = `${other.base}${api}/series/imports?name=slow`
  const call = request(url, { method: 'POST', headers })
  call.on('error', () => {})
  call.write('time,device,property,value\n')
  await expect
    .poll(() => readdir(join(other.directory, 'imports')).catch(() => []), patiently)
    .toHaveLength(1)
  const broken = new Promise((resolve) => call.on('close', resolve))
  await other.stop()
  await broken
})
