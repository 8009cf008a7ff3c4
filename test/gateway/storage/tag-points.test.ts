import { describe, expect, it } from 'vitest'
import { createTagPoints } from '../../../gateway/storage/tag-points.ts'
import { useHouseTables, villageA } from './house-tables.ts'

const house = useHouseTables()

async function addPoint(id: string, tagUid: string | null): Promise<void> {
  const place = { grid: `${villageA}001`, lon: 106.7, lat: 29.18, radius_m: 60 }
  const row = { id, name: id, tag: 'nfcUid', tag_uid: tagUid, hint: null, reader: null, ...place }
  await house.db.insertInto('patrol_point').values(row).execute()
}

describe('points by their tags', () => {
  it('are found by id and by UID', async () => {
    await addPoint('p1', '04440E50454F31')
    await addPoint('p2', null)
    const points = createTagPoints(house.db)
    expect(await points.has('p1')).toBe(true)
    expect(await points.has('p2')).toBe(true)
    expect(await points.has('p3')).toBe(false)
    expect(await points.byUid('04440E50454F31')).toBe('p1')
    expect(await points.byUid('04440E50454F32')).toBeUndefined()
    expect(await points.byUid('')).toBeUndefined()
  })
})
