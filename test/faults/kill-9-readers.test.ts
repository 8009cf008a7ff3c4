import path from 'node:path'
import SqliteFile from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { openTownGateway, type TownGateway, villageA } from '../support/town-gateway.ts'

/**
 * kill -9 while badges are held before a reader. What the gateway acknowledged is booked, nothing is
 * booked twice, whatever was sent again, and a signature counts once also over a restart.
 */

const kills = 2
const badgesBetween = 40

let house: TownGateway

beforeAll(async () => {
  house = await openTownGateway()
  const admin = await house.as('admin01')
  const point = {
    name: '青石村村委',
    lon: 106.72647,
    lat: 29.186465,
    radiusM: 60,
    tag: 'reader',
    reader: 'v1-reader1',
  }
  const answer = await admin.send('PUT', '/api/v1/patrol/points/p102', point)
  if (answer.status !== 200) throw new Error(answer.text)
}, 60_000)

afterAll(() => house?.remove())

function booked(): { at: number; grade: string }[] {
  const db = new SqliteFile(path.join(house.dataDir, 'lianxun.db'), { readonly: true })
  try {
    return db
      .prepare<[], { at: number; grade: string }>(
        "SELECT at, grade FROM checkin WHERE point = 'p102' ORDER BY at",
      )
      .all()
  } finally {
    db.close()
  }
}

describe('kill -9 while badges are read', () => {
  test('each that was acknowledged is a check-in, once', async () => {
    const began = Date.now() - 600_000
    const acknowledged = new Set<number>()
    let next = 0

    async function hold(reader: Awaited<ReturnType<TownGateway['device']>>, n: number) {
      const badge = { ts: began + n, id: `badge-${n}`, tag: '04AABBCC', patroller: 'patrol01' }
      await reader.say('checkin', JSON.stringify(badge))
      acknowledged.add(n)
    }

    for (let kill = 0; kill < kills; kill++) {
      const reader = await house.device('v1-reader1', villageA, { reconnectPeriod: 0 })
      // Those of before once more: a reader does not know what came of its last words.
      const again = [...Array(next).keys()].slice(-badgesBetween)
      const fresh = Array.from({ length: 2 * badgesBetween }, () => next++)
      const said = [...again, ...fresh].map((n) => hold(reader, n).catch(() => undefined))
      const half = again.length + badgesBetween
      await Promise.all(said.slice(0, half))
      await house.end('SIGKILL')
      await reader.leave()
      await house.start()
    }
    const last = await house.device('v1-reader1', villageA)
    for (let n = 0; n < next; n++) await hold(last, n)
    await last.leave()
    expect(acknowledged.size).toBe(next)
    await until('all are booked', async () => booked().length >= next, 30_000)
    expect(booked().map(({ at }) => at)).toEqual(Array.from({ length: next }, (_, n) => began + n))
  }, 120_000)
})
