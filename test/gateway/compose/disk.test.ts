import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../adapters/mqtt/kit.ts'
import { type House, openHouse, type Person, townCode } from '../http/house.ts'
import { seen } from '../http/on-air.ts'
import { hour, townClock } from '../http/town-clock.ts'

/**
 * A disk that fills, in the whole gateway: from what it remembers of the days before to a case that
 * reaches people, and to its end. The disk is this machine's own; how it was is written down.
 */

const clock = townClock()
const api = '/api/v1'
const days = 5
let free: number
let house: House
let admin: Person

beforeAll(async () => {
  const { bavail, bsize } = await statfs(tmpdir())
  free = bavail * bsize
  house = await openHouse({
    clock,
    async before(db) {
      const rows = Array.from({ length: 200 }, (_, i) => ({
        at: clock.now() - (i + 1) * hour,
        free_bytes: Math.round(free * (1 + (i + 1) / 24 / days)),
        series_bytes: 1000 * (200 - i),
      }))
      await db.insertInto('disk_sample').values(rows).execute()
      const rule = {
        id: 'new-case',
        name: '新警情通知值守',
        enabled: true,
        acts: ['opened'],
        hazards: [],
        minSeverity: 'yellow',
        to: 'operator',
        channel: 'desk',
        quiet: null,
        fallback: null,
      }
      const body = JSON.stringify(rule)
      await db.insertInto('notify_rule').values({ id: rule.id, position: 0, body }).execute()
      const channel = { id: 'desk', name: '值守', kind: 'webPush', enabled: true, place: null }
      await db
        .insertInto('notify_channel')
        .values({ id: 'desk', position: 0, body: JSON.stringify(channel), secret: null })
        .execute()
    },
  })
  admin = await house.as('townAdmin-town')
})

afterAll(() => house?.stop())

const alarms = () => house.db.selectFrom('alarm').selectAll().orderBy('rule').execute()
const cases = () => house.db.selectFrom('case').selectAll().execute()

describe('a disk that is full in five days', () => {
  it('is one case of the town, for those who mend devices, with an alarm of each kind', async () => {
    await until('both alarms', async () => (await alarms()).length === 2)
    expect(await alarms()).toMatchObject([
      { rule: 'disk-filling', device: '@gateway', severity: 'yellow', village: townCode },
      { rule: 'disk-nearly-full', device: '@gateway', severity: 'orange', grid: null },
    ])
    const [one, ...others] = await cases()
    expect(others).toEqual([])
    expect(one).toMatchObject({
      hazard: 'deviceFault',
      severity: 'orange',
      village: townCode,
      grid: null,
      tier: 'town',
      state: 'reported',
    })
    expect(one?.title).toMatch(/ 磁盘快要写满：联巡主机$/)
  })

  it('stands in the case with a name, for the town and not for its villages', async () => {
    const [one] = await cases()
    const { body } = await admin.get(`${api}/cases/${one?.id}`)
    expect(body.evidence).toHaveLength(2)
    expect(body.evidence[0]).toMatchObject({ deviceName: '联巡主机' })
    const village = await house.as('villageCadre-a')
    expect((await village.get(`${api}/cases/${one?.id}`)).status).toBe(404)
    expect((await village.get(`${api}/cases`)).body.items).toEqual([])
  })

  it('is told to those whom the notices name', async () => {
    await until('the notice', async () => {
      const { items } = (await admin.get(`${api}/deliveries`)).body
      return items?.length > 0
    })
  })

  it('is on the health page, with the days that are left', async () => {
    const { items } = await seen<{ items: { id: string; level: string; facts: object }[] }>(
      admin,
      `${api}/health`,
      (body) => body.items.some(({ id, level }) => id === 'disk' && level === 'bad'),
    )
    const disk = items.find(({ id }) => id === 'disk')
    expect(disk?.facts).toMatchObject({ cause: 'soon', daysLeft: expect.any(Number) })
  })

  it('can be worked on like any other case', async () => {
    const [one] = await cases()
    const answer = await admin.post(`${api}/cases/${one?.id}/actions`, {
      action: 'accept',
      version: one?.version,
    })
    expect(answer.status).toBe(200)
  })
})

it('no village is measured by it', async () => {
  const { status, body } = await admin.get(`${api}/evaluation?month=2026-06`)
  expect(status).toBe(200)
  expect(body.villages.length).toBeGreaterThan(0)
  expect(body.villages.map(({ id }: { id: string }) => id)).not.toContain(townCode)
  expect(body.excluded.deviceFaults).toBe(1)
})

it('the gateway itself is no device that anybody sees or may be', async () => {
  const { body } = await admin.get(`${api}/devices`)
  expect(JSON.stringify(body)).not.toContain('@gateway')
  const answer = await admin.post(`${api}/devices`, {
    id: '@gateway',
    name: 'x',
    kind: 'airStation',
    village: `${townCode}201`,
    lon: 106.7,
    lat: 29.18,
  })
  expect(answer.status).toBe(400)
})

it('what the series take is told to who looks after the whole town', async () => {
  const { status, body } = await admin.get(`${api}/retention/sizes`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ store: 'files', bytesPerDay: 24_000 })
  expect(body.disk.daysLeft).toBeGreaterThan(0)
  const elsewhere = await house.as('townAdmin-a')
  expect((await elsewhere.get(`${api}/retention/sizes`)).status).toBe(404)
})
