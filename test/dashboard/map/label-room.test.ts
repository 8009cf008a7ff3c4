import { describe, expect, it } from 'vitest'
import {
  type Box,
  nameBox,
  roomFor,
  spotBoxes,
  textWidth,
} from '../../../dashboard/src/map/label-room.ts'
import type { LonLat } from '../../../dashboard/src/map/map-geometry.ts'
import type { MapSpot } from '../../../dashboard/src/map/map-spots.tsx'

const markAt = (x: number, y: number): Box => ({ x, y, halfWidth: 10, halfHeight: 10 })
const anywhere = () => true
const name = nameBox('松林村')

const spot = (more: Partial<MapSpot> = {}): MapSpot => ({
  id: 'p1',
  point: [3, 4],
  look: 'walked',
  label: '村口',
  ...more,
})
const asPixels = ([x, y]: LonLat) => ({ x, y })

describe('room for a name among marks', () => {
  it('leaves it where it is when nothing is near', () => {
    expect(roomFor(name, [markAt(80, 0)], anywhere)).toEqual({ x: 0, y: 0 })
  })

  it('moves it clear of a mark, no further than needed', () => {
    const room = roomFor(name, [markAt(0, -12)], anywhere)
    expect(room).toEqual({ x: 0, y: 6 })
  })

  it('keeps clear of every mark at once', () => {
    const taken = [markAt(0, 0), markAt(-20, 30), markAt(25, -28)]
    const room = roomFor(name, taken, anywhere)
    expect(room).not.toBeNull()
    for (const { x, y } of taken) {
      const apartX = Math.abs((room?.x ?? 0) - x) >= name.halfWidth + 10
      const apartY = Math.abs((room?.y ?? 0) - y) >= name.halfHeight + 10
      expect(apartX || apartY).toBe(true)
    }
  })

  it('lets the name go when there is none', () => {
    const taken = [-60, -40, -20, 0, 20, 40, 60].flatMap((x) =>
      [-40, -20, 0, 20, 40].map((y) => markAt(x, y)),
    )
    expect(roomFor(name, taken, anywhere)).toBeNull()
  })

  it('moves it only to where it fits', () => {
    expect(roomFor(name, [markAt(0, -12)], ({ y }) => y < 0)?.y).toBeLessThan(0)
    expect(roomFor(name, [markAt(0, -12)], () => false)).toBeNull()
    expect(roomFor(name, [], () => false)).toEqual({ x: 0, y: 0 })
  })
})

describe('what a spot covers', () => {
  it('is its mark alone while its name is not written', () => {
    expect(spotBoxes(spot(), asPixels)).toEqual([{ x: 3, y: 4, halfWidth: 8, halfHeight: 8 }])
  })

  it('is its name too, where that stands', () => {
    const above = spotBoxes(spot({ isMain: true }), asPixels)[1]
    const left = spotBoxes(spot({ isNamed: true, side: 'left' }), asPixels)[1]
    const right = spotBoxes(spot({ isNamed: true, side: 'right' }), asPixels)[1]
    expect(above?.y).toBeGreaterThan(4)
    expect(left?.x).toBeLessThan(3)
    expect(right?.x).toBeGreaterThan(3)
    expect(right?.y).toBe(4)
  })

  it('counts a Chinese character as wide as it is', () => {
    expect(textWidth('松林村')).toBe(45)
    expect(textWidth('abc')).toBeLessThan(30)
  })
})
