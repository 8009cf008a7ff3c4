import type { Device } from '../../domain/device.ts'
import { type PatrolPoint, type PatrolRoute, routeSpeaker } from '../../domain/patrol.ts'
import { pointProblems, routeProblems } from '../../domain/patrol-checks.ts'
import type { PointRow } from './shapes.ts'
import { type Located, problemAt } from './source.ts'
import type { TownFiles } from './town-files.ts'

/** Points and routes of a town's files beside those that the town has already. */

/** All of the town, as it will be. */
export interface PatrolSurroundings {
  hazards: ReadonlySet<string>
  villages: ReadonlySet<string>
  points: ReadonlyMap<string, PatrolPoint>
  routes: ReadonlyMap<string, PatrolRoute>
  devices: ReadonlyMap<string, Pick<Device, 'kind' | 'village'>>
}

/** What a row leaves out stays what it is. */
export function mergedPoint(row: PointRow, known: PatrolPoint | undefined): PatrolPoint {
  return {
    ...row,
    tagUid: row.tagUid ?? null,
    hint: row.hint ?? known?.hint ?? null,
    checklist: row.checklist ?? known?.checklist ?? [],
    reader: row.reader ?? known?.reader ?? null,
  }
}

/** The sentences of the domain begin with the field that they are about. */
function problemOf(at: string, sentence: string): string {
  const colon = sentence.indexOf(': ')
  return problemAt(at, sentence.slice(0, colon), sentence.slice(colon + 2).replace(/\.$/, ''))
}

export function checkPatrols(files: TownFiles, around: PatrolSurroundings): string[] {
  const { hazards } = around
  const points = [...around.points.values()]
  const renewed = new Set((files.routes ?? []).map(({ value }) => value.id))
  // Routes that come anew are judged by themselves.
  const routes = [...around.routes.values()].filter(({ id }) => !renewed.has(id))
  const device = (id: string) => around.devices.get(id)
  const ofPoint = ({ value, at }: Located<PointRow>) => {
    const point = around.points.get(value.id)
    if (point === undefined) return []
    return pointProblems(point, { hazards, points, routes, device }).map((p) => problemOf(at, p))
  }
  const ofRoute = ({ value, at }: Located<PatrolRoute>) =>
    routeProblems(value, around).map((p) => problemOf(at, p))
  return [
    ...(files.points ?? []).flatMap(ofPoint),
    ...(files.routes ?? []).flatMap(ofRoute),
    ...checkSpeakers(files, around),
  ]
}

/** A route and a device of one name would raise each other's alarms. */
function checkSpeakers(files: TownFiles, { routes, devices }: PatrolSurroundings): string[] {
  const speakers = new Map([...routes.keys()].map((id) => [routeSpeaker(id), id]))
  return [
    ...(files.devices ?? [])
      .filter(({ value }) => speakers.has(value.id))
      .map(({ value, at }) =>
        problemAt(at, 'id', `is the name of the route ${speakers.get(value.id)}; choose another`),
      ),
    ...(files.routes ?? [])
      .filter(({ value }) => devices.has(routeSpeaker(value.id)))
      .map(({ value, at }) =>
        problemAt(at, 'id', `there is a device ${routeSpeaker(value.id)}; choose another`),
      ),
  ]
}
