import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import type { CheckinMark } from '../../../gateway/domain/checkin.ts'
import { marksOf, type PhoneUse, type Step } from '../../../gateway/domain/checkin-marks.ts'
import { type OpenRound, roundOf } from '../../../gateway/domain/checkin-round.ts'
import { judgeTime } from '../../../gateway/domain/checkin-time.ts'
import { distanceM, type LonLat } from '../../../gateway/domain/place.ts'
import { uniform } from '../../../simulators/random.ts'

/**
 * Ten thousand check-ins of people who walk the sample town's routes as they should, with phones as
 * they are: fixes 30 m out in each axis, clocks up to half a minute out, a slow or late line.
 */

const town = join(import.meta.dirname, '../../../examples/town')
const minute = 60_000
const walkingMs = 1.2
const noiseM = 30

interface PointRow {
  id: string
  lon: string
  lat: string
  radiusM: string
}

interface RouteFile {
  routes: { id: string; team: string; points: string[]; minWalkS: number }[]
}

const rows: PointRow[] = parse(readFileSync(join(town, 'points.csv'), 'utf8'), { columns: true })
const points = new Map(
  rows.map(({ id, lon, lat, radiusM }) => {
    const position: LonLat = [Number(lon), Number(lat)]
    return [id, { id, position, radiusM: Number(radiusM) }]
  }),
)
const { routes } = parseYaml(readFileSync(join(town, 'routes.yaml'), 'utf8')) as RouteFile

const pointOf = (id: string) => points.get(id) as { id: string; position: LonLat; radiusM: number }

/** Uniform and Gaussian (Box–Muller) draws, the same in every run. */
function draws(seed: number) {
  let drawn = 0
  const next = () => uniform(seed, String(drawn++))
  return {
    between: (from: number, to: number) => from + (to - from) * next(),
    gauss: (sigma: number) =>
      sigma * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  }
}

function noisy([lon, lat]: LonLat, { gauss }: ReturnType<typeof draws>): LonLat {
  const metresPerDegree = 111_195
  const narrowed = metresPerDegree * Math.cos((lat * Math.PI) / 180)
  return [lon + gauss(noiseM) / narrowed, lat + gauss(noiseM) / metresPerDegree]
}

/** Marks of each check-in of one walk. */
function walk(n: number): CheckinMark[][] {
  const draw = draws(n)
  const route = routes[n % routes.length] as RouteFile['routes'][number]
  const dueFrom = Date.UTC(2026, 5, 15, 0, 30)
  const round: OpenRound = {
    ...route,
    id: `round-${n}`,
    order: n % 2 === 0 ? 'any' : 'strict',
    dueFrom,
    dueUntil: dueFrom + 180 * minute,
  }
  const clockOut = draw.between(-30_000, 30_000)
  const startedPhone = dueFrom - draw.between(0, 600) * minute
  let now = dueFrom + draw.between(0, 20) * minute
  let before: LonLat | undefined
  const steps: Step[] = []
  const uses: PhoneUse[] = []
  return route.points.map((id) => {
    const point = pointOf(id)
    if (before) {
      now += (distanceM(before, point.position) / walkingMs) * 1000 + draw.between(0, 5) * minute
    }
    before = point.position
    const sentAfter = draw.between(0, 1) < 0.5 ? 0 : draw.between(0, 10) * minute
    const line = draw.between(50, 20_000)
    const clock = n % 3 === 0 ? null : 'page'
    const mono = (at: number) => (clock === null ? null : at - startedPhone)
    const { at, isSkewed, isBad } = judgeTime(
      { saidAt: Math.round(now + clockOut), monotonicMs: mono(now), clock },
      {
        receivedAt: Math.round(now + sentAfter + line),
        sentAt: Math.round(now + sentAfter + clockOut),
        sentMonotonicMs: mono(now + sentAfter),
        clock,
      },
    )
    expect(isBad).toBe(false)
    const found = roundOf({ point: id, at, named: null, team: route.team }, [round])
    const marks = marksOf({
      at,
      receivedAt: Math.round(now + sentAfter + line),
      isSkewed,
      isReplayed: false,
      isByPhone: true,
      fix: { position: noisy(point.position, draw), accuracyM: noiseM },
      point,
      round: found ?? null,
      isRoutePoint: true,
      visited: new Set(steps.map((step) => step.point)),
      neighbours: steps.slice(-1),
      uses,
      patroller: `walker-${n}`,
      phone: `phone-${n}`,
    })
    steps.push({ point: id, position: point.position, at })
    uses.push({ patroller: `walker-${n}`, phone: `phone-${n}`, at })
    return marks
  })
}

describe('honest walks', () => {
  it('of 10,000 check-ins fewer than 1 % are marked', () => {
    const all: CheckinMark[][] = []
    for (let n = 0; all.length < 10_000; n++) all.push(...walk(n))
    const judged = all.slice(0, 10_000)
    const marked = judged.filter((marks) => marks.length > 0)
    const byMark = Map.groupBy(marked.flat(), (mark) => mark)
    const counts = [...byMark].map(([mark, ones]) => `${mark} ${ones.length}`).join(', ')
    process.stdout.write(
      `honest check-ins marked: ${marked.length} of ${judged.length} (${counts || 'none'})\n`,
    )
    expect(marked.length).toBeLessThan(100)
  })
})
