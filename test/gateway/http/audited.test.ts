import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { retentionDefaults } from '../../../gateway/domain/retention.ts'
import {
  type House,
  openHouse,
  type Person,
  password,
  seedCase,
  signIn,
  townCode,
  villageA,
} from './house.ts'
import { sayOnce, seen } from './on-air.ts'
import { codeOf, idOf, nextPassword } from './people-kit.ts'
import { announceUpload, aVoice, hashOf, sendPiece } from './phone-kit.ts'
import { aJpeg, sendPicture } from './pictures-kit.ts'
import { expectedRoutes } from './route-table.ts'
import { townClock } from './town-clock.ts'

/**
 * Whatever changes something leaves an entry in the audit log: who, what and from where. The routes
 * are those of `route-table.ts`, which is held against the gateway's own table: a new one that
 * changes something fails here until its recipe is written down.
 */

const api = '/api/v1'
const clock = townClock()
let house: House
let admin: Person
let secret = ''

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: ['one', 'two', 'three', 'four', 'five'].map((n) => `${n},${n},viewer,${villageA}`),
  })
  admin = await house.as('townAdmin-town')
  for (const id of ['acted', 'acted-too', 'acknowledged'])
    await seedCase(house.db, { id, village: villageA })
})

afterAll(() => house?.stop())

interface Recipe {
  act: string
  /** User name; null: nobody had signed in. */
  actor: string | null
  subject: RegExp
  reason?: string
  /** Answers with the status. */
  run: () => Promise<{ status: number }>
}

const byAdmin = { actor: 'townAdmin-town' }
const fresh = (username: string) => signIn(house.ask, username)

const channelSecret = 'robot-secret-that-stays-here'
const browser = {
  endpoint: 'https://push.example/send/abcdefgh-long-and-secret',
  keys: {
    p256dh: Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 7)]).toString('base64url'),
    auth: Buffer.alloc(16, 7).toString('base64url'),
  },
}

function addChannel(name: string) {
  const url = 'https://robot.example/hook/robot-key-that-stays-here'
  return admin.post(`${api}/channels`, { name, kind: 'feishu', url, secret: channelSecret })
}

/** A message to the administrator about this case. */
async function toldOf(caseId: string): Promise<number> {
  const entry = await house.db
    .selectFrom('case_history')
    .select('id')
    .where('case_id', '=', caseId)
    .executeTakeFirstOrThrow()
  const { insertId } = await house.db
    .insertInto('delivery')
    .values({
      history_id: entry.id,
      case_id: caseId,
      rule: 'r',
      channel: 'c',
      target: `${await idOf(house, 'townAdmin-town')}/b`,
      body: '{}',
      state: 'sent',
      attempts: 1,
      at: clock.now(),
      next_at: clock.now(),
    })
    .executeTakeFirstOrThrow()
  return Number(insertId)
}

function announce() {
  return admin.post(`${api}/planned-events`, {
    kind: 'burn',
    title: '计划烧除',
    hazards: ['strawBurning'],
    place: villageA,
    startsAt: clock.now(),
    endsAt: clock.now() + 3_600_000,
  })
}

function calibration(from: number) {
  return { property: 'pm25', from, factor: 0.94, offset: 0.8, reason: '与标准站比对' }
}

const login = { username: 'u', password: 'p' }

/** One whose round is open now, whatever the hour. */
function openPlan() {
  return {
    name: '全天巡查',
    scope: villageA,
    cameras: ['v1-cam1'],
    checklist: [],
    starts: ['00:00', '06:00', '12:00', '18:00'],
    weekdays: [1, 2, 3, 4, 5, 6, 7],
    windowMin: 360,
    enabled: true,
  }
}

let walks = 0
const point = () => ({ name: '村口', lon: 106.7055, lat: 29.1906, radiusM: 60, tag: 'qr' })
const walk = () => ({
  name: '青石村夜巡线',
  village: villageA,
  team: '红袖标1队',
  points: ['p101', 'p102'],
  shifts: [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], start: '00:00', end: '00:00' },
  ],
})

async function newPoint(): Promise<string> {
  const { body } = await admin.post(`${api}/patrol/points`, { id: `spot-${++walks}`, ...point() })
  return body.id
}

async function newScreenPoint(): Promise<string> {
  const spot = { id: `spot-${++walks}`, ...point(), tag: 'qrRotating' }
  const { body } = await admin.post(`${api}/patrol/points`, spot)
  return body.id
}

async function newWalk(): Promise<string> {
  const { body } = await admin.post(`${api}/patrol/routes`, { id: `walk-${++walks}`, ...walk() })
  return body.id
}

/** One that is to be walked in the coming two days. */
async function plannedRound(): Promise<string> {
  const route = await newWalk()
  const span = `from=${clock.now()}&to=${clock.now() + 48 * 3_600_000}`
  const { items } = (await admin.get(`${api}/patrol/rounds?${span}`)).body
  return items.find((round: { route: string }) => round.route === route).id
}

async function openRound(): Promise<string> {
  const plan = (await admin.post(`${api}/video/plans`, openPlan())).body.id
  const span = `from=${clock.now()}&to=${clock.now() + 1}`
  const { items } = (await admin.get(`${api}/video/rounds?${span}`)).body
  return items.find((round: { plan: string }) => round.plan === plan).id
}

function lookAt(round: string) {
  const look = { camera: 'v1-cam1', verdict: 'normal' }
  return admin.post(`${api}/video/rounds/${round}/looks`, look)
}

async function quarantined(device: string): Promise<number> {
  await sayOnce(house, device, 'telemetry', '{')
  const path = `${api}/quarantine?state=waiting&device=${device}`
  const { items } = await seen<{ items: { id: number }[] }>(admin, path, (body) => {
    return body.items.length > 0
  })
  return items[0]?.id as number
}

const recipes: Record<string, Recipe> = {
  'POST /api/v1/session': {
    act: 'signIn',
    actor: 'one',
    subject: /^user:one$/,
    run: () =>
      house.ask(`${api}/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'one', password }),
      }),
  },
  'DELETE /api/v1/session': {
    act: 'signOut',
    actor: 'one',
    subject: /^user:one$/,
    run: async () => (await fresh('one')).send('DELETE', `${api}/session`),
  },
  'POST /api/v1/account/password': {
    act: 'changePassword',
    actor: 'two',
    subject: /^user:two$/,
    run: async () =>
      (await fresh('two')).post(`${api}/account/password`, { old: password, new: nextPassword }),
  },
  'DELETE /api/v1/account/sessions/:id': {
    act: 'endSessions',
    actor: 'three',
    subject: /^user:three$/,
    async run() {
      await fresh('three')
      const person = await fresh('three')
      const { sessions } = (await person.get(`${api}/account`)).body
      const other = sessions.find((one: { current: boolean }) => !one.current)
      return person.send('DELETE', `${api}/account/sessions/${other.id}`)
    },
  },
  'POST /api/v1/account/sessions/end-others': {
    act: 'endSessions',
    actor: 'three',
    subject: /^user:three$/,
    run: async () => (await fresh('three')).post(`${api}/account/sessions/end-others`),
  },
  'POST /api/v1/account/second-factor/confirm': {
    act: 'setSecondFactor',
    actor: 'four',
    subject: /^user:four$/,
    async run() {
      const person = await house.as('four')
      secret = (await person.post(`${api}/account/second-factor`)).body.secret
      return person.post(`${api}/account/second-factor/confirm`, { code: codeOf(secret, clock) })
    },
  },
  'POST /api/v1/account/second-factor/remove': {
    act: 'removeSecondFactor',
    actor: 'four',
    subject: /^user:four$/,
    run: async () =>
      (await house.as('four')).post(`${api}/account/second-factor/remove`, { password }),
  },
  'POST /api/v1/users': {
    ...byAdmin,
    act: 'addUser',
    subject: /^user:new-person$/,
    run: () =>
      admin.post(`${api}/users`, {
        username: 'new-person',
        displayName: 'n',
        role: 'viewer',
        scope: townCode,
      }),
  },
  'PATCH /api/v1/users/:username': {
    ...byAdmin,
    act: 'changeUser',
    subject: /^user:five$/,
    run: () => admin.send('PATCH', `${api}/users/five`, { role: 'operator' }),
  },
  'POST /api/v1/users/:username/password': {
    ...byAdmin,
    act: 'resetPassword',
    subject: /^user:five$/,
    run: () => admin.post(`${api}/users/five/password`),
  },
  'POST /api/v1/users/:username/sign-out': {
    ...byAdmin,
    act: 'endSessions',
    subject: /^user:five$/,
    run: () => admin.post(`${api}/users/five/sign-out`),
  },
  'DELETE /api/v1/users/:username/second-factor': {
    ...byAdmin,
    act: 'removeSecondFactor',
    subject: /^user:five$/,
    run: () => admin.send('DELETE', `${api}/users/five/second-factor`),
  },
  'POST /api/v1/tokens': {
    ...byAdmin,
    act: 'makeToken',
    subject: /^token:/,
    run: () => admin.post(`${api}/tokens`, { name: 'n', role: 'viewer', scope: townCode, days: 1 }),
  },
  'DELETE /api/v1/tokens/:id': {
    ...byAdmin,
    act: 'revokeToken',
    subject: /^token:/,
    async run() {
      const { items } = (await admin.get(`${api}/tokens`)).body
      return admin.send('DELETE', `${api}/tokens/${items[0].id}`)
    },
  },
  'POST /api/v1/devices': {
    ...byAdmin,
    act: 'adoptDevice',
    subject: /^device:adopted$/,
    run: () =>
      admin.post(`${api}/devices`, {
        id: 'adopted',
        name: 'a',
        kind: 'airStation',
        village: villageA,
        lon: 106.7,
        lat: 29.19,
      }),
  },
  'POST /api/v1/devices/:id/secret': {
    ...byAdmin,
    act: 'rotateSecret',
    subject: /^device:v1-pm2$/,
    run: () => admin.post(`${api}/devices/v1-pm2/secret`),
  },
  'POST /api/v1/devices/:id/block': {
    ...byAdmin,
    act: 'blockDevice',
    subject: /^device:v1-pm2$/,
    reason: '失窃',
    run: () => admin.post(`${api}/devices/v1-pm2/block`, { reason: '失窃' }),
  },
  'POST /api/v1/devices/:id/unblock': {
    ...byAdmin,
    act: 'unblockDevice',
    subject: /^device:v1-pm2$/,
    run: () => admin.post(`${api}/devices/v1-pm2/unblock`),
  },
  'POST /api/v1/quarantine/:id/replay': {
    ...byAdmin,
    act: 'replayQuarantine',
    subject: /^quarantine:\d+$/,
    async run() {
      const id = await quarantined('v1-pm3')
      const payload = JSON.stringify({ readings: { pm25: 5 } })
      return admin.post(`${api}/quarantine/${id}/replay`, { payload })
    },
  },
  'POST /api/v1/quarantine/:id/discard': {
    ...byAdmin,
    act: 'discardQuarantine',
    subject: /^quarantine:\d+$/,
    run: async () => admin.post(`${api}/quarantine/${await quarantined('v1-pm4')}/discard`),
  },
  'POST /api/v1/alarms/:id/acknowledge': {
    ...byAdmin,
    act: 'acknowledgeAlarm',
    subject: /^alarm:a-acknowledged$/,
    run: () => admin.post(`${api}/alarms/a-acknowledged/acknowledge`),
  },
  'POST /api/v1/cases/:id/actions': {
    ...byAdmin,
    act: 'actOnCase',
    subject: /^case:acted$/,
    reason: '误报，炊烟',
    run: () => admin.post(`${api}/cases/acted/actions`, { action: 'void', reason: '误报，炊烟' }),
  },
  'POST /api/v1/cases/actions': {
    ...byAdmin,
    act: 'actOnCase',
    subject: /^case:acted-too$/,
    reason: '误报，炊烟',
    run: () =>
      admin.post(`${api}/cases/actions`, {
        ids: ['acted-too', 'no-such-case'],
        action: 'void',
        reason: '误报，炊烟',
      }),
  },
  'PUT /api/v1/calendar': {
    ...byAdmin,
    act: 'changeCalendar',
    subject: /^setting:calendar$/,
    run: () =>
      admin.send('PUT', `${api}/calendar`, { restDays: ['2026-10-01'], workDays: ['2026-10-10'] }),
  },
  'POST /api/v1/cases': {
    ...byAdmin,
    act: 'reportCase',
    subject: /^case:/,
    run: () =>
      admin.post(`${api}/cases`, {
        hazard: 'environment',
        text: '路边垃圾',
        lon: 106.704425,
        lat: 29.183339,
      }),
  },
  'POST /api/v1/duty': {
    ...byAdmin,
    act: 'addDuty',
    subject: /^duty:/,
    run: () => admin.post(`${api}/duty`, { username: 'one', startsAt: 0, endsAt: 1000 }),
  },
  'POST /api/v1/duty/:id/swap': {
    ...byAdmin,
    act: 'swapDuty',
    subject: /^duty:/,
    async run() {
      const spans = [
        { username: 'one', startsAt: 4000, endsAt: 5000 },
        { username: 'townAdmin-town', startsAt: 5000, endsAt: 6000 },
      ]
      const [mine, other] = await Promise.all(spans.map((span) => admin.post(`${api}/duty`, span)))
      return admin.post(`${api}/duty/${mine?.body.id}/swap`, { with: other?.body.id })
    },
  },
  'DELETE /api/v1/duty/:id': {
    ...byAdmin,
    act: 'removeDuty',
    subject: /^duty:/,
    async run() {
      const span = { startsAt: 2000, endsAt: 3000 }
      const { body } = await admin.post(`${api}/duty`, { username: 'one', ...span })
      return admin.send('DELETE', `${api}/duty/${body.id}`)
    },
  },
  'POST /api/v1/planned-events': {
    ...byAdmin,
    act: 'addPlannedEvent',
    subject: /^planned:/,
    run: announce,
  },
  'PATCH /api/v1/planned-events/:id': {
    ...byAdmin,
    act: 'changePlannedEvent',
    subject: /^planned:/,
    async run() {
      const { body } = await announce()
      return admin.send('PATCH', `${api}/planned-events/${body.id}`, { title: '改期' })
    },
  },
  'DELETE /api/v1/planned-events/:id': {
    ...byAdmin,
    act: 'removePlannedEvent',
    subject: /^planned:/,
    async run() {
      const { body } = await announce()
      return admin.send('DELETE', `${api}/planned-events/${body.id}`)
    },
  },
  'POST /api/v1/pictures': {
    ...byAdmin,
    act: 'sendPicture',
    subject: /^picture:[0-9a-f]{64}$/,
    run: async () => sendPicture(house, admin, await aJpeg()),
  },
  'POST /api/v1/channels': {
    ...byAdmin,
    act: 'addChannel',
    subject: /^channel:/,
    run: async () => {
      const { status } = await addChannel('added')
      return { status }
    },
  },
  'PATCH /api/v1/channels/:id': {
    ...byAdmin,
    act: 'changeChannel',
    subject: /^channel:/,
    run: async () =>
      admin.send('PATCH', `${api}/channels/${(await addChannel('changed')).body.id}`, {
        secret: channelSecret,
      }),
  },
  'DELETE /api/v1/channels/:id': {
    ...byAdmin,
    act: 'removeChannel',
    subject: /^channel:/,
    run: async () =>
      admin.send('DELETE', `${api}/channels/${(await addChannel('removed')).body.id}`),
  },
  'POST /api/v1/channels/:id/test': {
    ...byAdmin,
    act: 'testChannel',
    subject: /^channel:/,
    // Nobody's browser is known, so nothing leaves the house.
    async run() {
      const channel = await admin.post(`${api}/channels`, { name: 'browsers', kind: 'webPush' })
      return admin.post(`${api}/channels/${channel.body.id}/test`)
    },
  },
  'PUT /api/v1/notice-rules': {
    ...byAdmin,
    act: 'changeNoticeRules',
    subject: /^setting:notice-rules$/,
    run: () => admin.send('PUT', `${api}/notice-rules`, { items: [] }),
  },
  'POST /api/v1/deliveries/:id/read': {
    ...byAdmin,
    act: 'readNotice',
    subject: /^case:acted$/,
    run: async () => admin.post(`${api}/deliveries/${await toldOf('acted')}/read`),
  },
  'POST /api/v1/push/subscription': {
    ...byAdmin,
    act: 'addBrowser',
    subject: /^user:townAdmin-town$/,
    run: () => admin.post(`${api}/push/subscription`, browser),
  },
  'DELETE /api/v1/push/subscription': {
    ...byAdmin,
    act: 'removeBrowser',
    subject: /^user:townAdmin-town$/,
    run: () => admin.send('DELETE', `${api}/push/subscription`, { endpoint: browser.endpoint }),
  },
  'POST /api/v1/devices/:id/calibrations': {
    ...byAdmin,
    act: 'calibrateDevice',
    subject: /^device:v1-pm1$/,
    reason: '与标准站比对',
    run: () => admin.post(`${api}/devices/v1-pm1/calibrations`, calibration(1)),
  },
  'DELETE /api/v1/devices/:id/calibrations/:property/:from': {
    ...byAdmin,
    act: 'removeCalibration',
    subject: /^device:v1-pm1$/,
    run: async () => {
      await admin.post(`${api}/devices/v1-pm1/calibrations`, calibration(2))
      return admin.send('DELETE', `${api}/devices/v1-pm1/calibrations/pm25/2`)
    },
  },
  'POST /api/v1/cameras/discover': {
    ...byAdmin,
    act: 'discoverCameras',
    subject: /^network:all$/,
    run: () => admin.post(`${api}/cameras/discover`),
  },
  'POST /api/v1/cameras/probe': {
    ...byAdmin,
    act: 'probeCamera',
    subject: /^address:http:\/\/192\.0\.2\.1$/,
    // No network of cameras: nobody is called, and that it was tried is written down.
    run: () => admin.post(`${api}/cameras/probe`, { address: 'http://192.0.2.1', ...login }),
  },
  'POST /api/v1/cameras': {
    ...byAdmin,
    act: 'joinCamera',
    subject: /^device:joined$/,
    run: () =>
      admin.post(`${api}/cameras`, {
        id: 'joined',
        name: '新摄像机',
        village: villageA,
        lon: 106.705,
        lat: 29.19,
        headingDeg: null,
        fieldOfViewDeg: null,
        address: 'http://10.255.255.254',
        ...login,
      }),
  },
  'PATCH /api/v1/cameras/:id': {
    ...byAdmin,
    act: 'changeCamera',
    subject: /^device:v1-cam1$/,
    run: () => admin.send('PATCH', `${api}/cameras/v1-cam1`, { headingDeg: 90 }),
  },
  'POST /api/v1/cameras/:id/view': {
    ...byAdmin,
    act: 'acceptCameraView',
    subject: /^device:v1-cam1$/,
    run: () => admin.post(`${api}/cameras/v1-cam1/view`),
  },
  'PUT /api/v1/camera-events/mappings': {
    ...byAdmin,
    act: 'mapCameraEvents',
    subject: /^camera-events:all$/,
    run: () => admin.send('PUT', `${api}/camera-events/mappings`, { items: [] }),
  },
  'POST /api/v1/video/plans': {
    ...byAdmin,
    act: 'planVideoRounds',
    subject: /^videoPlan:/,
    run: () => admin.post(`${api}/video/plans`, openPlan()),
  },
  'PUT /api/v1/video/plans/:id': {
    ...byAdmin,
    act: 'changeVideoPlan',
    subject: /^videoPlan:/,
    run: async () => {
      const { body } = await admin.post(`${api}/video/plans`, openPlan())
      return admin.send('PUT', `${api}/video/plans/${body.id}`, openPlan())
    },
  },
  'DELETE /api/v1/video/plans/:id': {
    ...byAdmin,
    act: 'removeVideoPlan',
    subject: /^videoPlan:/,
    run: async () => {
      const { body } = await admin.post(`${api}/video/plans`, openPlan())
      return admin.send('DELETE', `${api}/video/plans/${body.id}`)
    },
  },
  'POST /api/v1/video/rounds/:id/looks': {
    ...byAdmin,
    act: 'lookOnRound',
    subject: /^videoRound:/,
    run: async () => lookAt(await openRound()),
  },
  'POST /api/v1/video/rounds/:id/sign': {
    ...byAdmin,
    act: 'signVideoRound',
    subject: /^videoRound:/,
    run: async () => {
      const round = await openRound()
      await lookAt(round)
      return admin.post(`${api}/video/rounds/${round}/sign`)
    },
  },
  'POST /api/v1/video/rounds/:id/excuse': {
    ...byAdmin,
    act: 'excuseVideoRound',
    subject: /^videoRound:/,
    reason: '大雾',
    run: async () =>
      admin.post(`${api}/video/rounds/${await openRound()}/excuse`, { reason: '大雾' }),
  },
  'POST /api/v1/patrol/points': {
    ...byAdmin,
    act: 'addPatrolPoint',
    subject: /^patrolPoint:spot-/,
    run: () => admin.post(`${api}/patrol/points`, { id: `spot-${++walks}`, ...point() }),
  },
  'PUT /api/v1/patrol/points/:id': {
    ...byAdmin,
    act: 'changePatrolPoint',
    subject: /^patrolPoint:spot-/,
    run: async () => admin.send('PUT', `${api}/patrol/points/${await newPoint()}`, point()),
  },
  'DELETE /api/v1/patrol/points/:id': {
    ...byAdmin,
    act: 'removePatrolPoint',
    subject: /^patrolPoint:spot-/,
    run: async () => admin.send('DELETE', `${api}/patrol/points/${await newPoint()}`),
  },
  'POST /api/v1/patrol/points/:id/screen': {
    ...byAdmin,
    act: 'linkPatrolScreen',
    subject: /^patrolPoint:spot-/,
    run: async () => admin.post(`${api}/patrol/points/${await newScreenPoint()}/screen`),
  },
  'DELETE /api/v1/patrol/points/:id/screen': {
    ...byAdmin,
    act: 'withdrawPatrolScreen',
    subject: /^patrolPoint:spot-/,
    run: async () => {
      const path = `${api}/patrol/points/${await newScreenPoint()}/screen`
      await admin.post(path)
      return admin.send('DELETE', path)
    },
  },
  'POST /api/v1/patrol/routes': {
    ...byAdmin,
    act: 'addPatrolRoute',
    subject: /^patrolRoute:walk-/,
    run: () => admin.post(`${api}/patrol/routes`, { id: `walk-${++walks}`, ...walk() }),
  },
  'PUT /api/v1/patrol/routes/:id': {
    ...byAdmin,
    act: 'changePatrolRoute',
    subject: /^patrolRoute:walk-/,
    run: async () => admin.send('PUT', `${api}/patrol/routes/${await newWalk()}`, walk()),
  },
  'DELETE /api/v1/patrol/routes/:id': {
    ...byAdmin,
    act: 'removePatrolRoute',
    subject: /^patrolRoute:walk-/,
    run: async () => admin.send('DELETE', `${api}/patrol/routes/${await newWalk()}`),
  },
  'POST /api/v1/patrol/rounds/:id/excuse': {
    ...byAdmin,
    act: 'excusePatrolRound',
    subject: /^patrolRound:/,
    reason: '暴雨',
    run: async () =>
      admin.post(`${api}/patrol/rounds/${await plannedRound()}/excuse`, { reason: '暴雨' }),
  },
  'POST /api/v1/patrol/rounds/:id/team': {
    ...byAdmin,
    act: 'givePatrolRound',
    subject: /^patrolRound:/,
    run: async () =>
      admin.post(`${api}/patrol/rounds/${await plannedRound()}/team`, { team: '红袖标2队' }),
  },
  'POST /api/v1/patrol/excuses': {
    ...byAdmin,
    act: 'excusePatrolRounds',
    subject: new RegExp(`^place:${villageA}$`),
    reason: '暴雨',
    run: () => {
      const span = { from: clock.now(), to: clock.now() + 3_600_000 }
      return admin.post(`${api}/patrol/excuses`, { place: villageA, ...span, reason: '暴雨' })
    },
  },
  'POST /api/v1/patrol/reports': {
    ...byAdmin,
    act: 'reportCase',
    subject: /^case:/,
    run: () =>
      admin.post(`${api}/patrol/reports`, {
        id: 'road-1',
        hazard: 'environment',
        text: 'n',
        at: clock.now(),
        lon: 106.704425,
        lat: 29.183339,
      }),
  },
  'POST /api/v1/patrol/help': {
    ...byAdmin,
    act: 'reportCase',
    subject: /^case:/,
    run: () => admin.post(`${api}/patrol/help`, { id: 'road-2', at: clock.now() }),
  },
  'PATCH /api/v1/patrol/uploads/:sha256': {
    ...byAdmin,
    act: 'sendVoice',
    subject: /^voice:/,
    run: async () => {
      const piece = aVoice()
      await announceUpload(admin, 'voice', piece)
      return sendPiece(house, admin, { sha256: hashOf(piece), offset: 0, piece })
    },
  },
  'POST /api/v1/series/imports': {
    ...byAdmin,
    act: 'importSeries',
    subject: /^seriesImport:/,
    run: () => admin.post(`${api}/series/imports?name=none.csv`),
  },
  'PUT /api/v1/retention': {
    ...byAdmin,
    act: 'changeRetention',
    subject: /^setting:retention$/,
    run: () =>
      admin.send('PUT', `${api}/retention`, {
        ...retentionDefaults,
        pictures: 90,
        audit: 365,
      }),
  },
  'POST /api/v1/patrol/checkins/:id/review': {
    ...byAdmin,
    act: 'reviewCheckin',
    subject: /^checkin:looked-at$/,
    reason: '问过本人',
    run: async () => {
      const checkin = {
        id: 'looked-at',
        tag: 'manual',
        point: 'p101',
        note: '标签坏了',
        at: clock.now(),
      }
      const walker = await house.as('patroller-a')
      await walker.post(`${api}/patrol/checkins`, [checkin])
      const review = { verdict: 'counts', text: '问过本人' }
      return admin.post(`${api}/patrol/checkins/looked-at/review`, review)
    },
  },
  'POST /api/v1/backups': {
    ...byAdmin,
    act: 'startBackup',
    subject: /^backup:/,
    run: () => admin.post(`${api}/backups`),
  },
}

/** Why a route that changes something leaves no entry, or where it is looked at instead. */
const without: Record<string, string> = {
  'POST /api/v1/patrol/checkins':
    'a check-in is the record itself, and goes with its person when the town’s days are over',
  'POST /api/v1/patrol/checkins/:id/word': 'stands in the check-in, which is its writer’s own',
  'POST /api/v1/cameras/:id/ptz':
    'no camera here turns; who took one is written down in routes/cameras.test.ts',
  'POST /api/v1/account/second-factor': 'an offer; it is in force once a code confirms it',
  'PUT /api/v1/patrol/uploads/:sha256':
    'an announcement; the file itself is written down when it is whole',
  'POST /api/v1/setup': 'works on an empty installation only; see routes/setup.test.ts',
}

const safe = /^(GET|HEAD|OPTIONS) /
const changing = Object.keys(expectedRoutes).filter((key) => !safe.test(key))

describe('every route that changes something', () => {
  it('has a recipe here, or a reason why it leaves no entry', () => {
    expect(changing.toSorted()).toEqual(
      [...Object.keys(recipes), ...Object.keys(without)].toSorted(),
    )
  })

  it.each(Object.entries(recipes))('%s: who, what, where from, why', async (_, recipe) => {
    const last = await house.db
      .selectFrom('audit')
      .select((eb) => eb.fn.max('id').as('id'))
      .executeTakeFirstOrThrow()
    const { status } = await recipe.run()
    expect(status).toBeGreaterThanOrEqual(200)
    expect(status).toBeLessThan(300)
    const entries = await house.db
      .selectFrom('audit')
      .selectAll()
      .where('id', '>', last.id ?? 0)
      .where('act', '=', recipe.act)
      .execute()
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({
      actor: recipe.actor === null ? null : await idOf(house, recipe.actor),
      subject: expect.stringMatching(recipe.subject),
      address: '127.0.0.1',
      reason: recipe.reason ?? null,
      at: clock.now(),
    })
  })

  it('leaves a chain that fits, and no secret in it', async () => {
    const verdict = (await admin.get(`${api}/audit/verdict`)).body
    expect(verdict).toMatchObject({ ok: true, brokenAt: null })
    expect(verdict.entries).toBeGreaterThan(changing.length / 2)
    const texts = JSON.stringify(await house.db.selectFrom('audit').selectAll().execute())
    const keys = [channelSecret, 'robot-key-that-stays-here', 'abcdefgh-long-and-secret']
    for (const hidden of [password, nextPassword, secret, ...keys]) {
      expect(hidden.length).toBeGreaterThan(5)
      expect(texts).not.toContain(hidden)
    }
  })
})
