import type { Device } from './device.ts'
import type { PatrolPoint, PatrolRoute, PatrolShift } from './patrol.ts'
import { weekdayNames } from './patrol.ts'

/** What is wrong with a point or a route beside the others of its town; each a sentence. */

const villageDigits = 12

export function villageOfGrid(grid: string): string {
  return grid.slice(0, villageDigits)
}

function unknownHazards(checklist: readonly string[], hazards: ReadonlySet<string>): string[] {
  const problems = checklist
    .filter((id) => !hazards.has(id))
    .map((id) => `checklist: there is no hazard ${id}.`)
  return new Set(checklist).size < checklist.length
    ? [...problems, 'checklist: one of the hazards is there twice.']
    : problems
}

export interface PointSurroundings {
  hazards: ReadonlySet<string>
  /** All of the town. */
  points: readonly PatrolPoint[]
  routes: readonly PatrolRoute[]
  device: (id: string) => Pick<Device, 'kind' | 'village'> | undefined
}

function readerProblems(point: PatrolPoint, around: PointSurroundings): string[] {
  const { reader, tag } = point
  if (reader === null) {
    return tag === 'reader' ? ['reader: say which device reads the badges at this point.'] : []
  }
  const device = around.device(reader)
  if (device?.kind !== 'tagReader') return [`reader: there is no tag reader ${reader}.`]
  if (device.village !== villageOfGrid(point.grid)) {
    return [`reader: ${reader} stands in another village (${device.village}).`]
  }
  const other = around.points.find((one) => one.reader === reader && one.id !== point.id)
  return other ? [`reader: ${reader} stands at the point ${other.name} (${other.id}) already.`] : []
}

export function pointProblems(point: PatrolPoint, around: PointSurroundings): string[] {
  const { id, tagUid, grid } = point
  const twin = around.points.find(
    (other) => tagUid !== null && other.tagUid === tagUid && other.id !== id,
  )
  const strangers = around.routes.filter(
    ({ points, village }) => points.includes(id) && village !== villageOfGrid(grid),
  )
  return [
    ...(twin
      ? [`tagUid: ${tagUid} is the tag of the point ${twin.name} (${twin.id}) already.`]
      : []),
    ...readerProblems(point, around),
    ...unknownHazards(point.checklist, around.hazards),
    ...strangers.map(
      ({ name }) =>
        `lon, lat: the point would lie in another village than the route ${name}, which passes it.`,
    ),
  ]
}

export interface RouteSurroundings {
  hazards: ReadonlySet<string>
  villages: ReadonlySet<string>
  /** All of the town, by id. */
  points: ReadonlyMap<string, Pick<PatrolPoint, 'grid' | 'name'>>
}

/** Two shifts that begin together would be one round. */
function shiftProblems(shifts: readonly PatrolShift[]): string[] {
  const problems = shifts
    .filter(({ days }) => new Set(days).size < days.length)
    .map(({ start }) => `shifts: the shift at ${start} names a day twice.`)
  const begins = weekdayNames.flatMap((day) =>
    shifts.filter(({ days }) => days.includes(day)).map(({ start }) => `${day} ${start}`),
  )
  const twice = new Set(begins.filter((begin, index) => begins.indexOf(begin) < index))
  return [...problems, ...Array.from(twice, (begin) => `shifts: two of them begin on ${begin}.`)]
}

export function routeProblems(route: PatrolRoute, around: RouteSurroundings): string[] {
  const { village, points, checklist, shifts } = route
  if (!around.villages.has(village)) return [`village: there is no village ${village}.`]
  const strange = points.flatMap((id) => {
    const point = around.points.get(id)
    if (point === undefined) return [`points: there is no point ${id}.`]
    const own = villageOfGrid(point.grid)
    return own === village
      ? []
      : [`points: ${point.name} (${id}) lies in another village (${own}).`]
  })
  const twice = new Set(points.filter((id, index) => points.indexOf(id) < index))
  return [
    ...strange,
    ...Array.from(twice, (id) => `points: ${id} is there twice.`),
    ...unknownHazards(checklist, around.hazards),
    ...shiftProblems(shifts),
  ]
}
