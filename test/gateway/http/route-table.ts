import { type Role, roles } from '../../../gateway/domain/person.ts'
import { retentionDefaults } from '../../../gateway/domain/retention.ts'
import type { RouteEntry } from '../../../gateway/http/access.ts'
import { villageA, villageB } from './house.ts'

/**
 * Every route of the gateway, by hand: who may, and what answers when the asker may. A route that
 * is not here fails `role-route-scope.test.ts`. To add one, copy a line of its kind below.
 */

export interface Expected {
  access: RouteEntry['access']
  /** The path of something in the asker's village, and where one thing is asked for, of another's. */
  inside: string
  outside?: string
  /** What is sent; a function where each request needs another. */
  body?: unknown
  outsideBody?: unknown
  /** The status for whoever may; anything but 401 and 403 shows that the asker got past the door. */
  passes: number | number[]
  /** It is about the whole town: asked inside by people of the town, outside by a village's. */
  ofTown?: true
  /** It ends the session it is asked with. */
  endsSession?: true
}

type Rest = Pick<Expected, 'passes'> & Partial<Expected>
type Who = Expected['access']['roles']

export const picture = (sign: string) => sign.repeat(64)
const desk: Role[] = ['townAdmin', 'supervisor', 'operator']
const withoutViewer = roles.filter((role) => role !== 'viewer')
const api = '/api/v1'

const open = (inside: string, rest: Partial<Expected> = {}): Expected => ({
  access: { roles: 'public', scope: 'none' },
  inside,
  passes: 200,
  ...rest,
})
const list = (who: Who, inside: string): Expected => ({
  access: { roles: who, scope: 'filtered' },
  inside: api + inside,
  passes: 200,
})
const one = (who: Who, inside: string, outside: string, rest: Rest): Expected => ({
  access: { roles: who, scope: 'checked' },
  inside: api + inside,
  outside: api + outside,
  ...rest,
})
/** The whole town's: for an administrator of one village it is not there. */
const ofTown = (inside: string, rest: Rest): Expected => ({
  ...one(admin, inside, inside, rest),
  ofTown: true,
})
const own = (inside: string, rest: Rest): Expected => ({
  access: { roles: 'anySignedIn', scope: 'none', personOnly: true },
  inside: api + inside,
  ...rest,
})
const personOnly = (expected: Expected): Expected => ({
  ...expected,
  access: { ...expected.access, personOnly: true },
})

let made = 0
const days = { ...retentionDefaults, pictures: 90, audit: 365 }
const device = (village: string, lon: number) => () => ({
  id: `new-${++made}`,
  name: 'n',
  kind: 'airStation',
  village,
  lon,
  lat: 29.19,
})
const calibration = { property: 'co', from: 0, factor: 1.1, offset: -2, reason: 'compared' }
const person = (scope: string) => () => ({
  username: `new-${++made}`,
  displayName: 'n',
  role: 'viewer',
  scope,
})
const token = (scope: string) => ({ name: 'n', role: 'viewer', scope, days: 1 })
const report = (lon: number, lat: number) => ({ hazard: 'environment', text: 'n', lon, lat })
/** No two at once. */
const duty = (username: string) => () => {
  const startsAt = ++made * 3_600_000
  return { username, startsAt, endsAt: startsAt + 1000 }
}
const planned = (place: string) => () => ({
  kind: 'burn',
  title: 'n',
  hazards: ['strawBurning'],
  place,
  startsAt: Date.now(),
  endsAt: Date.now() + 86_400_000,
})
const plannedKeepers: Who = ['townAdmin', 'operator', 'villageCadre']
const dutyKeepers: Who = ['townAdmin', 'supervisor', 'villageCadre']
const admin: Who = ['townAdmin']

const people: Record<string, Expected> = {
  'GET /api/v1/setup': personOnly(open(`${api}/setup`)),
  'POST /api/v1/setup': personOnly(open(`${api}/setup`, { body: {}, passes: 400 })),
  'POST /api/v1/session': personOnly(open(`${api}/session`, { body: {}, passes: 400 })),
  'GET /api/v1/session': own('/session', { passes: 200 }),
  'DELETE /api/v1/session': own('/session', { passes: 204, endsSession: true }),
  'GET /api/v1/account': own('/account', { passes: 200 }),
  // What is wrong with these is found after the door: 400.
  'POST /api/v1/account/password': own('/account/password', { body: {}, passes: 400 }),
  'DELETE /api/v1/account/sessions/:id': own('/account/sessions/of-nobody', { passes: 404 }),
  'POST /api/v1/account/sessions/end-others': own('/account/sessions/end-others', { passes: 204 }),
  'POST /api/v1/account/second-factor': own('/account/second-factor', { passes: 200 }),
  'POST /api/v1/account/second-factor/confirm': own('/account/second-factor/confirm', {
    body: { code: 'x' },
    passes: 400,
  }),
  'POST /api/v1/account/second-factor/remove': own('/account/second-factor/remove', {
    body: {},
    passes: 400,
  }),
  'GET /api/v1/users': personOnly(list(admin, '/users')),
  'GET /api/v1/teams': list(admin, '/teams'),
  'POST /api/v1/users': personOnly(
    one(admin, '/users', '/users', {
      body: person(villageA),
      outsideBody: person(villageB),
      passes: 201,
    }),
  ),
  'PATCH /api/v1/users/:username': personOnly(
    one(admin, '/users/inside', '/users/outside', { body: { displayName: 'm' }, passes: 200 }),
  ),
  'POST /api/v1/users/:username/password': personOnly(
    one(admin, '/users/inside/password', '/users/outside/password', { passes: 200 }),
  ),
  'POST /api/v1/users/:username/sign-out': personOnly(
    one(admin, '/users/inside/sign-out', '/users/outside/sign-out', { passes: 200 }),
  ),
  'DELETE /api/v1/users/:username/second-factor': personOnly(
    one(admin, '/users/inside/second-factor', '/users/outside/second-factor', { passes: 200 }),
  ),
  'GET /api/v1/tokens': personOnly(list(admin, '/tokens')),
  'POST /api/v1/tokens': personOnly(
    one(admin, '/tokens', '/tokens', {
      body: token(villageA),
      outsideBody: token(villageB),
      passes: 201,
    }),
  ),
  'DELETE /api/v1/tokens/:id': personOnly(
    one(admin, '/tokens/inside', '/tokens/outside', { passes: 204 }),
  ),
}

const town: Record<string, Expected> = {
  'GET /api/v1/places': list('anySignedIn', '/places'),
  'GET /api/v1/hazards': {
    access: { roles: 'anySignedIn', scope: 'none' },
    inside: `${api}/hazards`,
    passes: 200,
  },
  'GET /api/v1/villages/:code/board': one(
    'anySignedIn',
    `/villages/${villageA}/board`,
    `/villages/${villageB}/board`,
    { passes: 200 },
  ),
  'GET /api/v1/load': list('anySignedIn', '/load'),
  'GET /api/v1/stream': list('anySignedIn', '/stream'),
}

const devices: Record<string, Expected> = {
  'GET /api/v1/devices': list('anySignedIn', '/devices'),
  'GET /api/v1/devices/:id': one('anySignedIn', '/devices/v1-pm1', '/devices/v2-pm1', {
    passes: 200,
  }),
  'POST /api/v1/devices': one(admin, '/devices', '/devices', {
    body: device(villageA, 106.7),
    outsideBody: device(villageB, 106.74),
    passes: 201,
  }),
  'POST /api/v1/devices/:id/secret': one(
    admin,
    '/devices/v1-pm1/secret',
    '/devices/v2-pm1/secret',
    { body: {}, passes: 200 },
  ),
  'POST /api/v1/devices/:id/block': one(admin, '/devices/v1-pm1/block', '/devices/v2-pm1/block', {
    body: { reason: 'n' },
    passes: 200,
  }),
  'POST /api/v1/devices/:id/unblock': one(
    admin,
    '/devices/v1-pm1/unblock',
    '/devices/v2-pm1/unblock',
    { passes: 200 },
  ),
  'GET /api/v1/series': one(
    'anySignedIn',
    '/series?device=v1-pm1&property=pm25&from=0&to=1000',
    '/series?device=v2-pm1&property=pm25&from=0&to=1000',
    { passes: 200 },
  ),
  'GET /api/v1/series/compare': one(
    'anySignedIn',
    '/series/compare?series=v1-pm1:pm25&from=0&to=1000',
    '/series/compare?series=v1-pm1:pm25&series=v2-pm1:pm25&from=0&to=1000',
    { passes: 200 },
  ),
  'GET /api/v1/series/marks': one(
    'anySignedIn',
    '/series/marks?series=v1-pm1:pm25&from=0&to=1000',
    '/series/marks?series=v1-pm1:pm25&series=v2-pm1:pm25&from=0&to=1000',
    { passes: 200 },
  ),
  'GET /api/v1/series/overview': one(
    'anySignedIn',
    `/series/overview?place=${villageA}&class=air&from=0&to=1000`,
    `/series/overview?place=${villageB}&class=air&from=0&to=1000`,
    { passes: 200 },
  ),
  'GET /api/v1/series/extent': one(
    'anySignedIn',
    `/series/extent?place=${villageA}`,
    `/series/extent?place=${villageB}`,
    { passes: 200 },
  ),
  'GET /api/v1/devices/:id/calibrations': one(
    'anySignedIn',
    '/devices/v1-pm1/calibrations',
    '/devices/v2-pm1/calibrations',
    { passes: 200 },
  ),
  'POST /api/v1/devices/:id/calibrations': one(
    admin,
    '/devices/v1-pm1/calibrations',
    '/devices/v2-pm1/calibrations',
    { body: calibration, passes: 201 },
  ),
  // There is none from that time on: who may ask is told so.
  'DELETE /api/v1/devices/:id/calibrations/:property/:from': one(
    admin,
    '/devices/v1-pm1/calibrations/pm25/5',
    '/devices/v2-pm1/calibrations/pm25/5',
    { passes: 404 },
  ),
  'GET /api/v1/series/export': one(
    'anySignedIn',
    '/series/export?format=csv&device=v1-pm1&from=0&to=1000',
    '/series/export?format=csv&device=v2-pm1&from=0&to=1000',
    { passes: 200 },
  ),
  'GET /api/v1/series/export-size': one(
    'anySignedIn',
    '/series/export-size?format=csv&device=v1-pm1&from=0&to=1000',
    '/series/export-size?format=csv&device=v2-pm1&from=0&to=1000',
    { passes: 200 },
  ),
  // The second one finds the first under way, or not.
  'POST /api/v1/series/imports': ofTown('/series/imports?name=none.csv', { passes: [201, 409] }),
  'GET /api/v1/series/imports': ofTown('/series/imports', { passes: 200 }),
  'GET /api/v1/series/imports/:id': ofTown('/series/imports/none', { passes: 404 }),
  'GET /api/v1/observations': one(
    'anySignedIn',
    '/observations?device=v1-pm1',
    '/observations?device=v2-pm1',
    { passes: 200 },
  ),
  'GET /api/v1/quarantine': list(desk, '/quarantine'),
  // Nothing waits there: who may ask is told so.
  'POST /api/v1/quarantine/:id/replay': one(
    ['townAdmin', 'operator'],
    '/quarantine/999999/replay',
    '/quarantine/999999/replay',
    { passes: 404 },
  ),
  'POST /api/v1/quarantine/:id/discard': one(
    ['townAdmin', 'operator'],
    '/quarantine/999999/discard',
    '/quarantine/999999/discard',
    { passes: 404 },
  ),
}

/** Who answers for how the work is done, and the desk that does it. */
const evaluators: Role[] = [...desk, 'villageCadre']

const cases: Record<string, Expected> = {
  'GET /api/v1/evaluation': list(evaluators, '/evaluation?month=2026-11'),
  'GET /api/v1/evaluation/workbook': list(evaluators, '/evaluation/workbook?month=2026-11'),
  'GET /api/v1/alarms': list('anySignedIn', '/alarms'),
  // Somebody has acknowledged it: a conflict, after all the checks.
  'POST /api/v1/alarms/:id/acknowledge': one(
    [...desk, 'villageCadre', 'gridWorker'],
    '/alarms/a-inside/acknowledge',
    '/alarms/a-outside/acknowledge',
    { passes: 409 },
  ),
  'GET /api/v1/incidents': list('anySignedIn', '/incidents'),
  'GET /api/v1/cases': list('anySignedIn', '/cases'),
  'GET /api/v1/cases/:id': one('anySignedIn', '/cases/inside', '/cases/outside', { passes: 200 }),
  // A stale version is refused after all the checks; what each role may do is in case-roles.test.ts.
  'POST /api/v1/cases/:id/actions': one(
    withoutViewer,
    '/cases/inside/actions',
    '/cases/outside/actions',
    { body: { action: 'feedback', text: 't', version: 999 }, passes: 409 },
  ),
  // Each case is refused or done by itself; the answer is 200 in any event.
  'POST /api/v1/cases/actions': {
    ...list(withoutViewer, '/cases/actions'),
    body: { ids: ['inside', 'outside'], action: 'feedback', text: 't' },
  },
  'POST /api/v1/cases': one(withoutViewer, '/cases', '/cases', {
    body: report(106.704425, 29.183339),
    outsideBody: report(106.743192, 29.190195),
    passes: 201,
  }),
  'GET /api/v1/cases/similar': list(
    'anySignedIn',
    '/cases/similar?hazard=environment&lon=106.704425&lat=29.183339',
  ),
  'GET /api/v1/cases/:id/similar': one(
    'anySignedIn',
    '/cases/inside/similar',
    '/cases/outside/similar',
    { passes: 200 },
  ),
  'GET /api/v1/cases/:id/suggestions': one(
    [...desk, 'villageCadre', 'gridWorker'],
    '/cases/inside/suggestions',
    '/cases/outside/suggestions',
    { passes: 200 },
  ),
  'GET /api/v1/duty': list('anySignedIn', '/duty?from=0&to=1000'),
  'GET /api/v1/duty/people': list([...desk, 'villageCadre', 'gridWorker'], '/duty/people'),
  'POST /api/v1/duty': one(dutyKeepers, '/duty', '/duty', {
    body: duty('inside'),
    outsideBody: duty('outside'),
    passes: 201,
  }),
  'POST /api/v1/duty/:id/swap': one(dutyKeepers, '/duty/of-nobody/swap', '/duty/of-nobody/swap', {
    body: { with: 'of-nobody-else' },
    passes: 404,
  }),
  // Nobody has it; whose duties one may take away is in routes/duty.test.ts.
  'DELETE /api/v1/duty/:id': one(dutyKeepers, '/duty/of-nobody', '/duty/of-nobody', {
    passes: 404,
  }),
  'GET /api/v1/planned-events': list('anySignedIn', '/planned-events'),
  'POST /api/v1/planned-events': one(plannedKeepers, '/planned-events', '/planned-events', {
    body: planned(villageA),
    outsideBody: planned(villageB),
    passes: 201,
  }),
  // There is none of these; those of other places are in routes/planned-events.test.ts.
  'PATCH /api/v1/planned-events/:id': one(
    plannedKeepers,
    '/planned-events/none',
    '/planned-events/none',
    { body: {}, passes: 404 },
  ),
  'DELETE /api/v1/planned-events/:id': one(
    plannedKeepers,
    '/planned-events/none',
    '/planned-events/none',
    { passes: 404 },
  ),
  // Nothing is sent: that is no picture.
  'POST /api/v1/pictures': {
    access: { roles: withoutViewer, scope: 'none' },
    inside: `${api}/pictures`,
    passes: 415,
  },
  // The picture's file is not there; outside not even its name is.
  'GET /api/v1/pictures/:sha256': one(
    'anySignedIn',
    `/pictures/${picture('a')}`,
    `/pictures/${picture('b')}`,
    { passes: 404 },
  ),
}

const roundKeepers: Role[] = [...desk, 'villageCadre']
const planners: Role[] = ['townAdmin', 'supervisor']
const videoPlan = (scope: string, camera: string) => ({
  name: 'n',
  scope,
  cameras: [camera],
  checklist: [],
  starts: ['08:00'],
  weekdays: [1],
  windowMin: 60,
  enabled: true,
})
const joining = (village: string, lon: number) => () => ({
  ...device(village, lon)(),
  kind: undefined,
  headingDeg: null,
  fieldOfViewDeg: null,
  // Outside the networks of cameras: the door is passed, and nobody is called.
  address: 'http://192.0.2.1',
  username: 'u',
  password: 'p',
})

/** A camera of the sample town that has no login: nobody is called. */
const cameras: Record<string, Expected> = {
  'POST /api/v1/cameras/discover': ofTown('/cameras/discover', { passes: 200 }),
  'POST /api/v1/cameras/probe': {
    access: { roles: admin, scope: 'none' },
    inside: `${api}/cameras/probe`,
    body: { address: 'http://192.0.2.1', username: 'u', password: 'p' },
    passes: 200,
  },
  'GET /api/v1/cameras': list('anySignedIn', '/cameras'),
  'GET /api/v1/cameras/:id': one('anySignedIn', '/cameras/v1-cam1', '/cameras/v2-cam1', {
    passes: 200,
  }),
  'POST /api/v1/cameras': one(admin, '/cameras', '/cameras', {
    body: joining(villageA, 106.7),
    outsideBody: joining(villageB, 106.74),
    passes: 400,
  }),
  'PATCH /api/v1/cameras/:id': one(admin, '/cameras/v1-cam1', '/cameras/v2-cam1', {
    body: { headingDeg: 10 },
    passes: 200,
  }),
  'POST /api/v1/cameras/:id/ptz': one(
    roundKeepers,
    '/cameras/v1-cam1/ptz',
    '/cameras/v2-cam1/ptz',
    { body: { act: 'stop' }, passes: 409 },
  ),
  'POST /api/v1/cameras/:id/view': one(desk, '/cameras/v1-cam1/view', '/cameras/v2-cam1/view', {
    passes: 200,
  }),
  'GET /api/v1/cameras/:id/still': one(
    'anySignedIn',
    '/cameras/v1-cam1/still',
    '/cameras/v2-cam1/still',
    { passes: 503 },
  ),
  'GET /api/v1/cameras/:id/stills': one(
    'anySignedIn',
    '/cameras/v1-cam1/stills',
    '/cameras/v2-cam1/stills',
    { passes: 200 },
  ),
  'GET /api/v1/camera-events/mappings': ofTown('/camera-events/mappings', { passes: 200 }),
  'PUT /api/v1/camera-events/mappings': ofTown('/camera-events/mappings', {
    body: { items: [] },
    passes: 200,
  }),
  'GET /api/v1/camera-events/unmapped': ofTown('/camera-events/unmapped', { passes: 200 }),
}

const excuses = (place: string) => ({ place, from: 0, to: 1000, reason: 'n' })
const walk = (village: string, point: string) => () => ({
  id: `walk-${++walks}`,
  name: 'n',
  village,
  team: '红袖标1队',
  points: [point],
})
const spot = (lon: number, lat: number) => () => ({ id: `spot-${++walks}`, ...spotAt(lon, lat) })
const spotAt = (lon: number, lat: number) => ({ name: 'n', lon, lat, radiusM: 60, tag: 'qr' })
let walks = 0
const [spotA, spotB] = [
  [106.705543, 29.190586],
  [106.745, 29.19],
] as const

/** Points and routes of the sample town; there is no such round. */
const screenKeepers: Role[] = ['townAdmin', 'supervisor', 'villageCadre']

const patrols: Record<string, Expected> = {
  'GET /api/v1/patrol/points': list('anySignedIn', '/patrol/points'),
  'POST /api/v1/patrol/points': one(planners, '/patrol/points', '/patrol/points', {
    body: spot(...spotA),
    outsideBody: spot(...spotB),
    passes: 201,
  }),
  'PUT /api/v1/patrol/points/:id': one(planners, '/patrol/points/p102', '/patrol/points/p202', {
    body: spotAt(...spotA),
    passes: 200,
  }),
  'DELETE /api/v1/patrol/points/:id': one(planners, '/patrol/points/p102', '/patrol/points/p202', {
    passes: 409,
  }),
  'GET /api/v1/patrol/routes': list('anySignedIn', '/patrol/routes'),
  'POST /api/v1/patrol/routes': one(planners, '/patrol/routes', '/patrol/routes', {
    body: walk(villageA, 'p101'),
    outsideBody: walk(villageB, 'p201'),
    passes: 201,
  }),
  'PUT /api/v1/patrol/routes/:id': one(planners, '/patrol/routes/r1', '/patrol/routes/r2', {
    body: { name: 'n', village: villageA, team: '红袖标1队', points: ['p101', 'p102'] },
    passes: 200,
  }),
  'DELETE /api/v1/patrol/routes/:id': one(planners, '/patrol/routes/none', '/patrol/routes/r2', {
    passes: 404,
  }),
  'GET /api/v1/patrol/rounds': list('anySignedIn', '/patrol/rounds?from=0&to=1000'),
  'GET /api/v1/patrol/rounds/:id': one(
    'anySignedIn',
    '/patrol/rounds/none',
    '/patrol/rounds/none',
    { passes: 404 },
  ),
  'POST /api/v1/patrol/rounds/:id/excuse': one(
    dutyKeepers,
    '/patrol/rounds/none/excuse',
    '/patrol/rounds/none/excuse',
    { body: { reason: 'n' }, passes: 404 },
  ),
  'POST /api/v1/patrol/rounds/:id/team': one(
    dutyKeepers,
    '/patrol/rounds/none/team',
    '/patrol/rounds/none/team',
    { body: { team: 'n' }, passes: 404 },
  ),
  'POST /api/v1/patrol/excuses': one(dutyKeepers, '/patrol/excuses', '/patrol/excuses', {
    body: excuses(villageA),
    outsideBody: excuses(villageB),
    passes: 200,
  }),
  'GET /api/v1/patrol/day': list(withoutViewer, '/patrol/day'),
}

// There is no such plan or round: who may ask is told so.
const video: Record<string, Expected> = {
  'GET /api/v1/video/plans': list(roundKeepers, '/video/plans'),
  'POST /api/v1/video/plans': one(planners, '/video/plans', '/video/plans', {
    body: videoPlan(villageA, 'v1-cam1'),
    outsideBody: videoPlan(villageB, 'v2-cam1'),
    passes: 201,
  }),
  'PUT /api/v1/video/plans/:id': one(planners, '/video/plans/none', '/video/plans/none', {
    body: videoPlan(villageA, 'v1-cam1'),
    passes: 404,
  }),
  'DELETE /api/v1/video/plans/:id': one(planners, '/video/plans/none', '/video/plans/none', {
    passes: 404,
  }),
  'GET /api/v1/video/rounds': list(roundKeepers, '/video/rounds?from=0&to=1000'),
  'GET /api/v1/video/rounds/:id': one(roundKeepers, '/video/rounds/none', '/video/rounds/none', {
    passes: 404,
  }),
  'POST /api/v1/video/rounds/:id/looks': one(
    roundKeepers,
    '/video/rounds/none/looks',
    '/video/rounds/none/looks',
    { body: { camera: 'v1-cam1', verdict: 'normal' }, passes: 404 },
  ),
  'POST /api/v1/video/rounds/:id/sign': one(
    roundKeepers,
    '/video/rounds/none/sign',
    '/video/rounds/none/sign',
    { passes: 404 },
  ),
  'POST /api/v1/video/rounds/:id/excuse': one(
    planners,
    '/video/rounds/none/excuse',
    '/video/rounds/none/excuse',
    { body: { reason: 'n' }, passes: 404 },
  ),
  'POST /api/v1/patrol/checkins': {
    access: { roles: withoutViewer, scope: 'none' },
    inside: `${api}/patrol/checkins`,
    body: () => [{ id: `asked-${++made}`, tag: 'manual', at: 0 }],
    passes: 200,
  },
  'GET /api/v1/patrol/checkins': list(withoutViewer, '/patrol/checkins'),
  'GET /api/v1/patrol/checkins/:id': one(
    withoutViewer,
    '/patrol/checkins/none',
    '/patrol/checkins/none',
    { passes: 404 },
  ),
  'POST /api/v1/patrol/checkins/:id/review': one(
    roundKeepers,
    '/patrol/checkins/none/review',
    '/patrol/checkins/none/review',
    { body: { verdict: 'counts' }, passes: 404 },
  ),
  'POST /api/v1/patrol/checkins/:id/word': one(
    withoutViewer,
    '/patrol/checkins/none/word',
    '/patrol/checkins/none/word',
    { body: { text: 'n' }, passes: 404 },
  ),
  'GET /api/v1/patrol/tag-sheet': list(
    ['townAdmin', 'supervisor'],
    '/patrol/tag-sheet?points=p102',
  ),
  'GET /api/v1/patrol/points/:id/tag': personOnly(
    one(['townAdmin'], '/patrol/points/p102/tag', '/patrol/points/p202/tag', { passes: 200 }),
  ),
  'GET /api/v1/patrol/points/:id/code': one(
    ['townAdmin', 'supervisor', 'operator', 'villageCadre', 'viewer'],
    '/patrol/points/p102/code',
    '/patrol/points/p202/code',
    // It has a printed code, which does not rotate.
    { passes: 400 },
  ),
  'GET /api/v1/patrol/points/:id/screen': personOnly(
    one(screenKeepers, '/patrol/points/p102/screen', '/patrol/points/p202/screen', { passes: 200 }),
  ),
  // It has a printed code, which needs no screen.
  'POST /api/v1/patrol/points/:id/screen': personOnly(
    one(screenKeepers, '/patrol/points/p102/screen', '/patrol/points/p202/screen', { passes: 400 }),
  ),
  'DELETE /api/v1/patrol/points/:id/screen': personOnly(
    one(screenKeepers, '/patrol/points/p102/screen', '/patrol/points/p202/screen', { passes: 204 }),
  ),
  // By the secret of its link, which none of these has.
  'GET /api/v1/patrol/screens/:id/code': open('/api/v1/patrol/screens/p102/code', { passes: 404 }),
  'GET /api/v1/patrol/coverage': list('anySignedIn', '/patrol/coverage?from=0&to=1000'),
  'GET /api/v1/video/coverage': list(roundKeepers, '/video/coverage?from=0&to=1000'),
}

const helpCall = () => ({ id: `new-${++made}`, at: Date.now(), lon: 106.704425, lat: 29.183339 })
const roadReport = () => ({ ...helpCall(), hazard: 'environment', text: 'n' })
const uploader = { roles: withoutViewer, scope: 'none' as const }

/** Everybody's own; nothing was announced, and nothing is sent. */
const road: Record<string, Expected> = {
  'GET /api/v1/patrol/tasks': list(withoutViewer, '/patrol/tasks'),
  'GET /api/v1/voices/:sha256': one(
    'anySignedIn',
    `/voices/${picture('a')}`,
    `/voices/${picture('b')}`,
    { passes: 404 },
  ),
  'POST /api/v1/patrol/reports': {
    access: uploader,
    inside: `${api}/patrol/reports`,
    body: roadReport,
    passes: 201,
  },
  'POST /api/v1/patrol/help': {
    access: uploader,
    inside: `${api}/patrol/help`,
    body: helpCall,
    passes: 201,
  },
  'GET /api/v1/patrol/reports': {
    access: uploader,
    inside: `${api}/patrol/reports`,
    passes: 200,
  },
  'GET /api/v1/patrol/uploads/:sha256': {
    access: uploader,
    inside: `${api}/patrol/uploads/${picture('c')}`,
    passes: 404,
  },
  'PUT /api/v1/patrol/uploads/:sha256': {
    access: uploader,
    inside: `${api}/patrol/uploads/${picture('d')}`,
    body: { kind: 'photo', size: 1 },
    passes: 200,
  },
  'PATCH /api/v1/patrol/uploads/:sha256': {
    access: uploader,
    inside: `${api}/patrol/uploads/${picture('c')}?offset=0`,
    passes: 415,
  },
}

const trust: Record<string, Expected> = {
  'GET /api/v1/health': {
    access: { roles: desk, scope: 'none' },
    inside: `${api}/health`,
    passes: 200,
  },
  'GET /api/v1/audit': ofTown('/audit', { passes: 200 }),
  'GET /api/v1/audit/verdict': ofTown('/audit/verdict', { passes: 200 }),
  'GET /api/v1/calendar': ofTown('/calendar', { passes: 200 }),
  'PUT /api/v1/calendar': ofTown('/calendar', {
    body: { restDays: [], workDays: [] },
    passes: 200,
  }),
  'GET /api/v1/retention': ofTown('/retention', { passes: 200 }),
  'PUT /api/v1/retention': ofTown('/retention', { body: days, passes: 200 }),
  'GET /api/v1/retention/sizes': ofTown('/retention/sizes', { passes: 200 }),
  'GET /api/v1/purges': ofTown('/purges', { passes: 200 }),
  'GET /api/v1/backups': ofTown('/backups', { passes: 200 }),
  // The second one finds the first running, or not.
  'POST /api/v1/backups': ofTown('/backups', { passes: [202, 409] }),
}

const speaker = () => ({
  name: `new-${++made}`,
  kind: 'loudspeaker',
  url: 'https://speaker.example/say',
})

// There is none of these: who may ask is told so.
const notices: Record<string, Expected> = {
  'GET /api/v1/channels': ofTown('/channels', { passes: 200 }),
  'POST /api/v1/channels': ofTown('/channels', { body: speaker, passes: 201 }),
  'PATCH /api/v1/channels/:id': ofTown('/channels/none', { body: {}, passes: 404 }),
  'DELETE /api/v1/channels/:id': ofTown('/channels/none', { passes: 404 }),
  'POST /api/v1/channels/:id/test': ofTown('/channels/none/test', { passes: 404 }),
  'GET /api/v1/notice-rules': ofTown('/notice-rules', { passes: 200 }),
  'PUT /api/v1/notice-rules': ofTown('/notice-rules', { body: { items: [] }, passes: 200 }),
  'GET /api/v1/deliveries': list('anySignedIn', '/deliveries'),
  'POST /api/v1/deliveries/:id/read': one(
    'anySignedIn',
    '/deliveries/999999/read',
    '/deliveries/999999/read',
    { passes: 404 },
  ),
  'GET /api/v1/push/key': own('/push/key', { passes: 200 }),
  'POST /api/v1/push/subscription': own('/push/subscription', { body: {}, passes: 400 }),
  'DELETE /api/v1/push/subscription': own('/push/subscription', {
    body: { endpoint: 'https://push.example/none' },
    passes: 204,
  }),
}

const live: Record<string, Expected> = {
  // Asked without an upgrade: who may look is told to ask for a WebSocket.
  'GET /api/v1/cameras/:id/live': one(
    'anySignedIn',
    '/cameras/v1-cam1/live',
    '/cameras/v2-cam1/live',
    { passes: 426 },
  ),
}

const watchers: Record<string, Expected> = {
  'GET /healthz': open('/healthz'),
  'GET /readyz': open('/readyz'),
  'GET /metrics': open('/metrics'),
  'GET /api/openapi.json': open('/api/openapi.json'),
  'GET /api/docs': open('/api/docs'),
  'GET /*': open('/favicon-that-is-none.ico', { passes: 404 }),
}

export const expectedRoutes: Record<string, Expected> = {
  ...people,
  ...town,
  ...devices,
  ...cases,
  ...trust,
  ...notices,
  ...cameras,
  ...video,
  ...patrols,
  ...road,
  ...live,
  ...watchers,
}
