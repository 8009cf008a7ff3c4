import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Device } from '../domain/device.ts'
import { ConflictError } from '../domain/errors.ts'
import { type PatrolRoute, routeSpeaker } from '../domain/patrol.ts'
import type { Role } from '../domain/person.ts'
import type { Boundary, Place } from '../domain/place.ts'
import type { Rule } from '../domain/rule.ts'
import type { Season } from '../domain/season.ts'
import type { Hazard, Town } from '../domain/town.ts'
import { noCalendar, type WorkCalendar } from '../domain/work-calendar.ts'
import type { TownStore } from '../ports/town-store.ts'
import { toPoint } from './point-rows.ts'
import type { Tables } from './schema.ts'
import type { TownContents } from './town-files/write-town.ts'

export interface TownRepository extends TownStore {
  /** Everything of a town that goes into files. */
  contents(): Promise<TownContents>
}

const revisionName = 'town-revision'
/** Name of the setting that holds rest days and make-up days. */
export const calendarSetting = 'calendar'

/** Tells other processes, which poll, that the town is another now. */
export async function raiseRevision(trx: Transaction<Tables>): Promise<void> {
  await trx
    .insertInto('counter')
    .values({ name: revisionName, value: 1 })
    .onConflict((oc) =>
      oc.column('name').doUpdateSet((eb) => ({ value: eb('counter.value', '+', 1) })),
    )
    .execute()
}

export function toPlace(row: Selectable<Tables['place']>): Place {
  return {
    code: row.code,
    name: row.name,
    level: row.level as Place['level'],
    parent: row.parent,
    boundary: JSON.parse(row.boundary) as Boundary,
  }
}

export function toDevice(row: Selectable<Tables['device']>): Device {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as Device['kind'],
    village: row.village,
    grid: row.grid,
    position: [row.lon, row.lat],
    adapter: row.adapter,
    address: row.address,
    headingDeg: row.heading_deg,
    fieldOfViewDeg: row.field_of_view_deg,
    state: row.state as Device['state'],
  }
}

export function toDeviceRow(device: Device) {
  return {
    id: device.id,
    name: device.name,
    kind: device.kind,
    village: device.village,
    grid: device.grid,
    lon: device.position[0],
    lat: device.position[1],
    adapter: device.adapter,
    address: device.address,
    heading_deg: device.headingDeg,
    field_of_view_deg: device.fieldOfViewDeg,
    state: device.state,
  }
}

async function bodies<T>(
  db: Kysely<Tables>,
  table: 'hazard' | 'rule' | 'season' | 'patrol_route',
): Promise<T[]> {
  const rows = await db.selectFrom(table).select('body').orderBy('position').orderBy('id').execute()
  return rows.map((row) => JSON.parse(row.body) as T)
}

async function loadTown(db: Kysely<Tables>, timeZone: string): Promise<Town> {
  const places = await db.selectFrom('place').selectAll().orderBy('code').execute()
  return {
    places: places.map(toPlace),
    hazards: await bodies<Hazard>(db, 'hazard'),
    rules: await bodies<Rule>(db, 'rule'),
    seasons: await bodies<Season>(db, 'season'),
    timeZone,
    calendar: await loadCalendar(db),
  }
}

export async function loadCalendar(db: Kysely<Tables>): Promise<WorkCalendar> {
  const row = await db
    .selectFrom('setting')
    .select('body')
    .where('name', '=', calendarSetting)
    .executeTakeFirst()
  return row === undefined ? noCalendar : (JSON.parse(row.body) as WorkCalendar)
}

async function contents(db: Kysely<Tables>, timeZone: string): Promise<TownContents> {
  const devices = await db.selectFrom('device').selectAll().orderBy('id').execute()
  const users = await db.selectFrom('user').selectAll().orderBy('username').execute()
  const points = await db.selectFrom('patrol_point').selectAll().orderBy('id').execute()
  return {
    town: await loadTown(db, timeZone),
    devices: devices.map(toDevice),
    users: users.map((user) => ({
      id: user.id,
      username: user.username,
      displayName: user.display_name,
      role: user.role as Role,
      scope: user.scope,
      team: user.team,
      unit: user.unit,
    })),
    points: points.map(toPoint),
    routes: await bodies<PatrolRoute>(db, 'patrol_route'),
  }
}

/** A route and a device of one name would raise each other's alarms. */
async function checkNoRoute(trx: Transaction<Tables>, device: string): Promise<void> {
  const routes = await trx.selectFrom('patrol_route').select('id').execute()
  if (!routes.some(({ id }) => routeSpeaker(id) === device)) return
  throw new ConflictError(`${device} is the name of a patrol route: choose another id.`, device)
}

export function createTownRepository({
  db,
  timeZone,
}: {
  db: Kysely<Tables>
  timeZone: string
}): TownRepository {
  return {
    load: () => loadTown(db, timeZone),
    contents: () => contents(db, timeZone),
    async revision() {
      const row = await db
        .selectFrom('counter')
        .select('value')
        .where('name', '=', revisionName)
        .executeTakeFirst()
      return row?.value ?? 0
    },
    addDevice(device, secretHash) {
      return db.transaction().execute(async (trx) => {
        await checkNoRoute(trx, device.id)
        const result = await trx
          .insertInto('device')
          .values({ ...toDeviceRow(device), secret_hash: secretHash })
          .onConflict((oc) => oc.column('id').doNothing())
          .executeTakeFirst()
        if (result.numInsertedOrUpdatedRows === 0n) {
          throw new ConflictError(`There is a device ${device.id} already.`, device.id)
        }
        await raiseRevision(trx)
      })
    },
  }
}
