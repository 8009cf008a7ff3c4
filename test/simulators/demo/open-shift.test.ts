import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { PatrolRoute } from '../../../gateway/domain/patrol.ts'
import { slotsOf } from '../../../gateway/domain/patrol-round.ts'
import { withOpenShift } from '../../../simulators/demo/open-shift.ts'
import { town } from '../setting.ts'

const routes = readFileSync(join(town, 'routes.yaml'), 'utf8')
const timeZone = 'Asia/Shanghai'
const hour = 3_600_000
/** Saturday, 2026-11-21, midnight in the town. */
const midnight = Date.UTC(2026, 10, 20, 16)

function changed(nowMs: number): PatrolRoute[] {
  const text = withOpenShift(routes, { nowMs, timeZone, beganMin: 10, leftMin: 170 })
  return (parse(text) as { routes: PatrolRoute[] }).routes
}

describe('routes with an open shift', () => {
  it.each([0, 4, 8.5, 10, 12, 17, 19, 22, 23.9])('can be walked at %s o’clock', (o) => {
    const now = midnight + o * hour
    for (const route of changed(now)) {
      const span = { from: now, until: now + 1, timeZone, seasons: [] }
      const open = slotsOf(route, span).filter(({ slotAt }) => slotAt <= now)
      expect(open).toHaveLength(1)
      expect((open[0]?.endsAt ?? 0) - now).toBeGreaterThan(2.7 * hour)
    }
  })

  it('keep the other shifts of the day, and all else', () => {
    const [first] = changed(midnight + 14 * hour)
    expect(first).toMatchObject({ id: 'r1', village: '990101101201', order: 'any', minWalkS: 120 })
    expect(first?.shifts.map(({ start }) => start)).toEqual(['08:30', '18:00', '13:50'])
    const [evening] = changed(midnight + 18 * hour)
    expect(evening?.shifts.map(({ start }) => start)).toEqual(['08:30', '17:50'])
  })
})
