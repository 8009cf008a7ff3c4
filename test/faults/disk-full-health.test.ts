import { rm, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Health, HealthItem } from '../../gateway/http/schemas/trust.ts'
import { until } from '../adapters/mqtt/kit.ts'
import { type CollectedStream, collectStream } from '../support/collect-stream.ts'
import { mountSmallDisk } from '../support/small-disk.ts'
import { openTownGateway, type Person, type TownGateway } from '../support/town-gateway.ts'

const disk = mountSmallDisk(200, 'disk full on the health page')
const saidWithinMs = 10_000

describe.skipIf(!disk)('disk full on the health page', { timeout: 180_000 }, () => {
  let gateway: TownGateway
  let admin: Person
  let stream: CollectedStream

  beforeAll(async () => {
    gateway = await openTownGateway({ dataDir: path.join(disk?.folder ?? '', 'town') })
    admin = await gateway.as('admin01')
    stream = await collectStream(gateway.http, admin.cookie)
  })

  afterAll(async () => {
    stream?.stop()
    await gateway?.remove()
    disk?.unmount()
  })

  const itemOnPage = async (id: string) => {
    const { items } = (await admin.get('/api/v1/health')).body as Health
    return items.find((item) => item.id === id)
  }

  /** As the last event of the stream says. */
  function itemOnStream(id: string): HealthItem | undefined {
    const events = [...stream.text().matchAll(/^event: health\ndata: (.+)\n\n/gm)]
    const last = events.at(-1)?.[1]
    return last === undefined
      ? undefined
      : (JSON.parse(last) as Health).items.find((item) => item.id === id)
  }

  const problems = async () =>
    ((await gateway.ask('/readyz')).body as { problems: string[] }).problems.join('\n')

  async function says(what: string, holds: () => Promise<boolean>, begun: number) {
    await until(what, holds, 60_000)
    return Math.round(performance.now() - begun)
  }

  test('nearly full: an alarm with one case within 10 s, cleared after room was made', async () => {
    const ballast = path.join(disk?.folder ?? '', 'film.mp4')
    const ofDisk = async () => {
      const { items } = (await admin.get('/api/v1/cases?limit=100')).body as {
        items: { id: string; title: string }[]
      }
      return items.filter(({ title }) => title.includes('磁盘快要写满'))
    }
    const isCleared = async () => {
      const [one] = await ofDisk()
      const { evidence } = (await admin.get(`/api/v1/cases/${one?.id}`)).body as {
        evidence: { state: string }[]
      }
      return evidence.every(({ state }) => state === 'clearedUnacknowledged')
    }
    expect(await ofDisk()).toEqual([])
    const { bavail, bsize } = await statfs(disk?.folder ?? '')
    // Less than two in a hundred, and enough to write the alarm down.
    await writeFile(ballast, Buffer.alloc(bavail * bsize - 3.5 * 1024 * 1024, 1))
    const filled = performance.now()
    const told = await says('a case', async () => (await ofDisk()).length > 0, filled)
    console.log(`disk nearly full: an alarm after ${told} ms`)
    expect(told).toBeLessThan(saidWithinMs)
    await rm(ballast)
    await until('the alarm to clear', isCleared, 60_000)
    await until('the log', async () => gateway.output().includes('disk: works again'))
    expect(await ofDisk()).toHaveLength(1)
  })

  test('said within 10 s on page, stream and readiness though nothing arrives; gone after room was made; both once in the log', async () => {
    await until('the first word of the stream', async () => itemOnStream('disk') !== undefined)
    const before = gateway.output().length
    const logged = () => gateway.output().slice(before)
    disk?.fill()
    const filled = performance.now()
    const told = [
      await says('the page', async () => (await itemOnPage('disk'))?.level === 'bad', filled),
      await says('the stream', async () => itemOnStream('disk')?.level === 'bad', filled),
      await says('readiness', async () => /the disk is full/.test(await problems()), filled),
    ]
    expect((await gateway.ask('/readyz')).status).toBe(503)
    expect((await itemOnPage('disk'))?.text).toMatch(/Free some space at once/)

    disk?.makeRoom()
    const made = performance.now()
    const isOver = (item: HealthItem | undefined) => item !== undefined && item.level !== 'bad'
    const over = [
      await says('the page again', async () => isOver(await itemOnPage('disk')), made),
      await says('the stream again', async () => isOver(itemOnStream('disk')), made),
      await says(
        'readiness again',
        async () => (await gateway.ask('/readyz')).status === 200,
        made,
      ),
    ]
    console.log(`disk full: told after ${told.join(', ')} ms, over after ${over.join(', ')} ms`)
    expect(Math.max(...told)).toBeLessThan(saidWithinMs)
    await until('the log', async () => logged().includes('disk: works again'))
    expect(logged().match(/"disk: The disk is full/g)).toHaveLength(1)
    expect(logged().match(/"disk: works again/g)).toHaveLength(1)
  })

  test('a backup that finds no room says so, and nothing is left of it', async () => {
    disk?.fill()
    expect((await admin.send('POST', '/api/v1/backups')).status).not.toBe(500)
    await until(
      'the failure on the page',
      async () => (await itemOnPage('backup'))?.facts.cause === 'failed',
      60_000,
    )
    expect((await itemOnPage('backup'))?.text).toMatch(/Free some space|disk is full|ENOSPC/)
    disk?.makeRoom()
    await until('readiness', async () => (await gateway.ask('/readyz')).status === 200, 60_000)
    expect((await admin.send('POST', '/api/v1/backups')).status).toBe(202)
    await until('a whole backup', async () => (await itemOnPage('backup'))?.level === 'ok', 60_000)
  })
})
