import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBackup } from '../../../../gateway/backup/read-backup.ts'
import { roles } from '../../../../gateway/domain/person.ts'
import {
  type BackupView,
  backupSchema,
  type Health,
  healthSchema,
} from '../../../../gateway/http/schemas/trust.ts'
import { productVersion } from '../../../../gateway/version.ts'
import { until } from '../../../adapters/mqtt/kit.ts'
import { collectStream } from '../../../support/collect-stream.ts'
import { type House, openHouse } from '../house.ts'
import { sayOnce } from '../on-air.ts'

let house: House
beforeAll(async () => {
  house = await openHouse()
})
afterAll(() => house.stop())

const port = () => Number(new URL(house.base).port)
const desk = ['townAdmin', 'supervisor', 'operator']

describe('the health page', () => {
  it('is of the contract, worst first, each item with what to do', async () => {
    const person = await house.as('operator-town')
    const { status, body } = await person.get('/api/v1/health')
    expect(status).toBe(200)
    const health = healthSchema.parse(body)
    expect(health.items.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['store', 'disk', 'rules', 'mqtt', 'backup', 'people']),
    )
    const order = health.items.map(({ level }) => ['bad', 'warn', 'ok'].indexOf(level))
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  // At once, as most wait for a heartbeat.
  it.concurrent.each(roles)(
    'the live stream tells it to %s only if they may read it',
    async (role) => {
      const person = await house.as(`${role}-a`)
      const stream = await collectStream(port(), person.cookie)
      await stream.until((text) => text.includes('event: hello'))
      if (desk.includes(role)) {
        await stream.until((text) => text.includes('event: health'))
        const [, told = ''] = /^event: health\ndata: (.+)$/m.exec(stream.text()) ?? []
        expect(healthSchema.parse(JSON.parse(told)).items.length).toBeGreaterThan(5)
      } else {
        // The first readings come after what a stream begins with.
        await stream.until((text) => text.includes('event: readings') || text.includes(': alive'))
        expect(stream.text()).not.toContain('event: health')
      }
      stream.stop()
    },
  )

  it('an item that comes goes over the stream without being asked', async () => {
    const person = await house.as('townAdmin-town')
    const stream = await collectStream(port(), person.cookie)
    await stream.until((text) => text.includes('event: health'))
    const waiting = (text: string) => /"id":"quarantine","level":"warn"/.test(text)
    expect(waiting(stream.text())).toBe(false)
    await sayOnce(house, 'v1-pm1', 'telemetry', 'not json')
    await stream.until(waiting)
    stream.stop()
  }, 60_000)
})

describe('backups', () => {
  const list = async () => {
    const admin = await house.as('townAdmin-town')
    return (await admin.get('/api/v1/backups')).body.items as BackupView[]
  }

  it('one is made on request while the next is refused, and it is audited', async () => {
    const admin = await house.as('townAdmin-town')
    expect(await list()).toEqual([])
    const both = await Promise.all([admin.post('/api/v1/backups'), admin.post('/api/v1/backups')])
    const [made, second] = both.toSorted((a, b) => a.status - b.status)
    expect(made?.status).toBe(202)
    expect(backupSchema.parse(made?.body)).toMatchObject({ state: 'running', cause: 'request' })
    expect([second?.status, second?.body.detail]).toEqual([
      409,
      'A backup is being made already; wait for its end.',
    ])
    await until('the backup', async () => (await list())[0]?.state === 'done', 30_000)
    const [done] = await list()
    expect(done).toMatchObject({ name: made?.body.name, progress: 1, error: null })
    const folder = path.join(house.directory, 'backups')
    expect(await readdir(folder)).toEqual([done?.name])
    const { manifest } = await openBackup(path.join(folder, done?.name ?? ''), productVersion())
    expect(manifest.files.map(({ name }) => name)).toContain('lianxun.db')
    const audited = await house.db
      .selectFrom('audit')
      .selectAll()
      .where('act', '=', 'startBackup')
      .execute()
    expect(audited).toMatchObject([{ subject: `backup:${done?.name}`, address: '127.0.0.1' }])
    const { items } = (await admin.get('/api/v1/health')).body as Health
    expect(items.find(({ id }) => id === 'people')?.level).toBe('warn')
  })

  it('cannot be fetched, by whatever name', async () => {
    const admin = await house.as('townAdmin-town')
    const [one] = await list()
    for (const url of [
      `/api/v1/backups/${one?.name}`,
      `/backups/${one?.name}`,
      `/api/v1/backups/..%2Flianxun.db`,
    ]) {
      expect([url, (await admin.get(url)).status]).toEqual([url, 404])
    }
  })
})
