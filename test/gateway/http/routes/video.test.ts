import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { raiseRevision } from '../../../../gateway/storage/town-repository.ts'
import { api, type CameraHouse, openCameraHouse } from '../camera-kit.ts'
import { type Person, townCode, villageA, villageB } from '../house.ts'
import { auditOf } from '../people-kit.ts'
import { day, hour, minute, townClock } from '../town-clock.ts'

/** Rounds of looking at cameras: planned, made camera by camera, signed or excused. */

const clock = townClock()
let house: CameraHouse
let supervisor: Person
let operator: Person
let cadre: Person

beforeAll(async () => {
  house = await openCameraHouse({
    clock,
    people: [`villageCadre-b,villageCadre,villageCadre,${villageB}`],
  })
  await house.joined('peak', { ptz: false })
  supervisor = await house.as('supervisor-town')
  operator = await house.as('operator-town')
  cadre = await house.as('villageCadre-a')
})

afterAll(() => house?.stop())

/** In the town it is ten o’clock on a Monday. */
const planOf = (change: Record<string, unknown> = {}) => ({
  name: '上午视频巡查',
  scope: villageA,
  cameras: ['peak', 'v1-cam1'],
  checklist: ['无烟', '镜头干净'],
  starts: ['10:00'],
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  windowMin: 60,
  enabled: true,
  ...change,
})

interface Round {
  id: string
  plan: string
  name: string
  state: string
  dueFrom: number
}

const plans = `${api}/video/plans`
const rounds = `${api}/video/rounds`
const span = (from = clock.now() - hour, to = clock.now() + day) => `from=${from}&to=${to}`

async function planned(change: Record<string, unknown> = {}): Promise<string> {
  const { status, body, text } = await supervisor.post(plans, planOf(change))
  if (status !== 201) throw new Error(text)
  return body.id
}

async function roundsOf(plan: string, person = supervisor): Promise<Round[]> {
  const { items } = (await person.get(`${rounds}?${span()}`)).body as { items: Round[] }
  return items.filter((round) => round.plan === plan)
}

async function openRound(change: Record<string, unknown> = {}): Promise<string> {
  const [round] = await roundsOf(await planned(change))
  return (round as Round).id
}

const look = (person: Person, round: string, said: Record<string, unknown>) =>
  person.post(`${rounds}/${round}/looks`, { verdict: 'normal', ...said })
const stateOf = async (round: string) => (await supervisor.get(`${rounds}/${round}`)).body.state

describe('a plan', () => {
  it('makes its rounds at once, and makes them anew when it is changed', async () => {
    const id = await planned({ starts: ['10:00', '15:00'] })
    const of = async () => (await roundsOf(id)).map(({ name, state }) => [name, state])
    const morning = ['上午视频巡查', 'due']
    expect(await of()).toEqual([morning, ['上午视频巡查', 'planned']])
    const changed = planOf({ name: '改名', starts: ['16:00'] })
    expect((await supervisor.send('PUT', `${plans}/${id}`, changed)).body).toEqual({
      id,
      ...changed,
    })
    expect(await of()).toEqual([morning, ['改名', 'planned']])
    expect((await supervisor.send('DELETE', `${plans}/${id}`)).status).toBe(204)
    expect(await of()).toEqual([morning])
    const { items } = (await supervisor.get(plans)).body as { items: { id: string }[] }
    expect(items.map((plan) => plan.id)).not.toContain(id)
  })

  it('that is off makes none', async () => {
    expect(await roundsOf(await planned({ enabled: false }))).toEqual([])
  })

  it.each([
    [{ cameras: [] }],
    [{ cameras: ['peak', 'peak'] }],
    [{ cameras: ['v1-pm1'] }],
    [{ cameras: ['v2-cam1'] }],
    [{ cameras: Array.from({ length: 65 }, (_, n) => `c${n}`) }],
    [{ starts: ['24:00'] }],
    [{ starts: [] }],
    [{ weekdays: [0] }],
    [{ windowMin: 4 }],
    [{ name: '' }],
    [{ scope: `${villageA}999` }],
    [{ owner: 'somebody' }],
  ])('with %o is refused', async (change) => {
    expect((await supervisor.post(plans, planOf(change))).status).toBe(400)
  })

  it('lies within the area of who makes it', async () => {
    const ofA = await house.as('supervisor-a')
    const town = planOf({ scope: townCode })
    expect((await ofA.post(plans, town)).status).toBe(404)
    const outside = planOf({ scope: villageB, cameras: ['v2-cam1'] })
    expect((await ofA.post(plans, outside)).status).toBe(404)
    const id = await planned({ scope: townCode })
    expect((await ofA.send('PUT', `${plans}/${id}`, planOf())).status).toBe(404)
    expect((await ofA.send('DELETE', `${plans}/${id}`)).status).toBe(404)
    const own = await planned()
    expect((await ofA.send('PUT', `${plans}/${own}`, town)).status).toBe(404)
  })

  it('is made by planners, and seen by those who walk it', async () => {
    expect((await operator.post(plans, planOf())).status).toBe(403)
    expect((await operator.get(plans)).status).toBe(200)
    const viewer = await house.as('viewer-town')
    expect((await viewer.get(plans)).status).toBe(403)
  })

  it('of the whole town is not the cadre’s of one village', async () => {
    const town = await planned({ scope: townCode })
    const own = await planned()
    const { items } = (await cadre.get(plans)).body as { items: { id: string }[] }
    const ids = items.map(({ id }) => id)
    expect(ids).toContain(own)
    expect(ids).not.toContain(town)
    expect(await roundsOf(town, cadre)).toEqual([])
    const [round] = await roundsOf(town)
    expect((await cadre.get(`${rounds}/${round?.id}`)).status).toBe(404)
    expect(await roundsOf(own, await house.as('villageCadre-b'))).toEqual([])
  })
})

describe('a round', () => {
  it('is walked camera by camera, and signed when all were seen', async () => {
    const round = await openRound()
    const said = { camera: 'peak', findings: ['镜头干净'], note: '有蛛网' }
    const { status, body } = await look(operator, round, said)
    expect(status).toBe(201)
    expect(body).toEqual({
      ...said,
      at: clock.now(),
      by: 'operator',
      verdict: 'normal',
      case: null,
      caseNumber: null,
      picture: null,
    })
    expect(await stateOf(round)).toBe('underWay')
    const early = await operator.post(`${rounds}/${round}/sign`)
    expect(early.status).toBe(409)
    expect(early.body.detail).toContain('1 cameras')
    await look(cadre, round, { camera: 'v1-cam1' })
    const signed = await operator.post(`${rounds}/${round}/sign`)
    expect(signed.body).toMatchObject({
      state: 'done',
      looked: 2,
      reported: 0,
      signedBy: 'operator',
      signedAt: clock.now(),
      checklist: ['无烟', '镜头干净'],
    })
    expect((await look(operator, round, { camera: 'peak' })).status).toBe(409)
    expect((await operator.post(`${rounds}/${round}/sign`)).status).toBe(409)
    const acts = (await auditOf(house, `videoRound:${round}`)).map(({ act }) => act)
    expect(acts).toEqual(['lookOnRound', 'lookOnRound', 'signVideoRound'])
  })

  it('what is reported becomes a case with the camera’s picture', async () => {
    const round = await openRound()
    const said = { camera: 'peak', verdict: 'reported', hazard: 'forestFire', note: '山脚冒烟' }
    const { status, body } = await look(operator, round, { ...said, findings: ['无烟'] })
    expect(status).toBe(201)
    expect(body).toMatchObject({ verdict: 'reported', caseNumber: expect.any(String) })
    const found = await operator.get(`${api}/cases/${body.case}`)
    expect(found.body).toMatchObject({ hazard: 'forestFire', village: villageA })
    expect(found.text).toContain('山脚冒烟')
    expect(found.text).toContain(body.picture)
    expect((await operator.get(`${api}/pictures/${body.picture}`)).status).toBe(200)
    expect((await look(operator, round, { camera: 'peak' })).status).toBe(409)
  })

  it('a camera without a picture is reported all the same', async () => {
    const round = await openRound()
    const said = { camera: 'v1-cam1', verdict: 'reported', hazard: 'environment' }
    const { status, body } = await look(cadre, round, said)
    expect(status).toBe(201)
    expect(body).toMatchObject({ picture: null, case: expect.any(String) })
  })

  it.each([
    [{ camera: 'v1-cam2' }],
    [{ camera: 'peak', verdict: 'perhaps' }],
    [{ camera: 'peak', verdict: 'reported' }],
    [{ camera: 'peak', verdict: 'reported', hazard: 'volcano' }],
    [{ camera: 'peak', note: 'x'.repeat(501) }],
    [{ camera: 'peak', findings: Array.from({ length: 13 }, () => 'x') }],
  ])('knows no look with %o', async (said) => {
    const round = await openRound()
    expect((await look(operator, round, said)).status).toBe(400)
    expect((await supervisor.get(`${rounds}/${round}`)).body.looks).toEqual([])
  })

  it('that cannot be made is excused with a reason, by planners', async () => {
    const round = await openRound()
    const excuse = (person: Person, reason: string) =>
      person.post(`${rounds}/${round}/excuse`, { reason })
    expect((await excuse(operator, '大雾')).status).toBe(403)
    expect((await excuse(supervisor, '')).status).toBe(400)
    const { body } = await excuse(supervisor, '大雾')
    expect(body).toMatchObject({ state: 'excused', excusedReason: '大雾' })
    expect((await look(operator, round, { camera: 'peak' })).status).toBe(409)
  })

  it('is made in its time', async () => {
    const later = await openRound({ starts: ['10:30'] })
    expect((await look(operator, later, { camera: 'peak' })).status).toBe(409)
    const now = await openRound()
    await look(operator, now, { camera: 'peak' })
    const missed = await openRound()
    clock.advance(hour)
    expect(await Promise.all([later, now, missed].map(stateOf))).toEqual([
      'due',
      'incomplete',
      'missed',
    ])
    expect((await look(operator, now, { camera: 'v1-cam1' })).status).toBe(409)
  })

  it('goes on without a camera that has left the house since', async () => {
    const round = await openRound({ starts: ['11:00'], cameras: ['v1-cam2', 'peak'] })
    await look(operator, round, { camera: 'peak' })
    await house.db.transaction().execute(async (trx) => {
      await trx.deleteFrom('device').where('id', '=', 'v1-cam2').execute()
      await raiseRevision(trx)
    })
    // Whoever changes something makes the house look at its town.
    await house.admin.send('PATCH', `${api}/cameras/peak`, { headingDeg: 0 })
    expect((await operator.get(`${api}/cameras/v1-cam2`)).status).toBe(404)
    const said = { camera: 'v1-cam2', verdict: 'reported', hazard: 'environment' }
    expect((await look(operator, round, said)).status).toBe(404)
    const { status, body } = await operator.post(`${rounds}/${round}/sign`)
    expect(status).toBe(200)
    expect(body.cameras[0]).toEqual({ id: 'v1-cam2', name: 'v1-cam2' })
    expect((await supervisor.post(plans, planOf({ cameras: ['v1-cam2'] }))).status).toBe(400)
  })
})

describe('coverage', () => {
  it('counts looks and plans by camera and day, of the asker’s cameras', async () => {
    const url = `${api}/video/coverage?${span(clock.now() - day, clock.now() + day)}`
    const row = async (person: Person, id: string) => {
      const { days, cameras } = (await person.get(url)).body
      const found = cameras.find((camera: { id: string }) => camera.id === id)
      const at = days.indexOf('20260615')
      return found && { looked: found.looked[at], planned: found.planned[at], days: days.length }
    }
    const before = await row(supervisor, 'peak')
    // Rounds of the whole town count for the village's camera as well.
    await openRound({ starts: ['11:00'], scope: townCode, cameras: ['peak'] })
    const round = await openRound({ starts: ['11:00'], cameras: ['peak'] })
    await look(operator, round, { camera: 'peak' })
    const after = { looked: before.looked + 1, planned: before.planned + 2, days: before.days }
    expect(await row(supervisor, 'peak')).toEqual(after)
    expect(await row(cadre, 'peak')).toEqual(after)
    expect(await row(await house.as('villageCadre-b'), 'peak')).toBeUndefined()
  })

  it.each([
    ['from=10&to=10'],
    ['from=10&to=9'],
    [`from=0&to=${101 * day}`],
    ['from=-1&to=5'],
    ['from=9007199254740000&to=9007199254740991'],
    ['from=x&to=5'],
    ['from=1'],
  ])('and rounds of the span %s are refused', async (query) => {
    for (const path of ['coverage', 'rounds']) {
      expect((await supervisor.get(`${api}/video/${path}?${query}`)).status).toBe(400)
    }
  })

  it('may reach to the end of what instants there are', async () => {
    const to = 4_102_444_800_000
    const { status } = await supervisor.get(`${api}/video/coverage?${span(to - minute, to)}`)
    expect(status).toBe(200)
  })
})
