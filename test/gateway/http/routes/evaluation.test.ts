import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type House, openHouse, villageA, villageB } from '../house.ts'

let house: House

const month = '2026-11'
const openedAt = Date.UTC(2026, 10, 9, 4)

async function addCase(id: string, village: string): Promise<void> {
  await house.db
    .insertInto('case')
    .values({
      id,
      number: id,
      state: 'accepted',
      tier: 'grid',
      hazard: 'forestFire',
      severity: 'red',
      severity_rank: 4,
      village,
      grid: null,
      title: id,
      lon: 106.7,
      lat: 29.19,
      opened_at: openedAt,
      step_since: openedAt,
      version: 1,
    })
    .execute()
  const row = { case_id: id, at: openedAt + 60_000, act: 'accept', actor: 'u-who' }
  await house.db
    .insertInto('case_history')
    .values({ ...row, from_state: 'reported', to_state: 'accepted' })
    .execute()
}

beforeAll(async () => {
  house = await openHouse()
  await addCase('e-a', villageA)
  await addCase('e-b', villageB)
})

afterAll(() => house.stop())

describe('GET /evaluation', () => {
  it('ranks the villages of the town', async () => {
    const { status, body } = await (await house.as('supervisor-town')).get(
      `/api/v1/evaluation?month=${month}`,
    )
    expect(status).toBe(200)
    expect(body.month).toBe(month)
    expect(body.villages.length).toBeGreaterThan(2)
    const [first, second] = body.villages
    expect([first.opened, second.opened]).toEqual([1, 1])
    expect(first.medianMinutes.accept).toBe(1)
    expect(body.days).toHaveLength(30)
    expect(JSON.stringify(body)).not.toContain('u-who')
  })

  it("a village's cadre sees the village's own part", async () => {
    const { body } = await (await house.as('villageCadre-a')).get(
      `/api/v1/evaluation?month=${month}`,
    )
    expect(body.villages.map(({ id }: { id: string }) => id)).toEqual([villageA])
    expect(body.units).toHaveLength(1)
    expect(body.units[0].opened).toBe(1)
  })

  it.each([
    '',
    '?month=2026-13',
    '?month=2026-1',
    '?month=1999-01',
    '?month=x',
    '?month=2026-11&month=2026-12',
  ])('%s is refused with words', async (query) => {
    const { status, body } = await (await house.as('townAdmin-town')).get(
      `/api/v1/evaluation${query}`,
    )
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain('month')
  })
})

describe('GET /evaluation/workbook', () => {
  it('is an xlsx file with a name', async () => {
    const { status, headers, text } = await (await house.as('operator-town')).get(
      `/api/v1/evaluation/workbook?month=${month}`,
    )
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe(
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    )
    expect(headers.get('content-disposition')).toContain('filename="evaluation-2026-11.xlsx"')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text.startsWith('PK')).toBe(true)
  })
})
