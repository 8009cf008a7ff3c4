import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  type CaseDetail,
  caseDetailSchema,
  type IncidentView,
  problemSchema,
} from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, type Person, seedCase, villageA, villageB } from '../house.ts'
import { sayOnce, seen, villageOf } from '../on-air.ts'
import { hour, minute, townClock, townMonday } from '../town-clock.ts'

/** What a town does about a call for help, from the button to the evaluation, over HTTP alone. */

const clock = townClock()
let house: House
let operator: Person
let cadre: Person
let worker: Person

beforeAll(async () => {
  // Its look at the deadlines, every second of real time, would fall anywhere between the steps.
  vi.useFakeTimers({ toFake: ['setInterval'] })
  house = await openHouse({
    clock,
    people: [`second-worker,老王,gridWorker,${villageA}`, `desk-two,值守员乙,operator,990101101`],
  })
  vi.useRealTimers()
  operator = await house.as('operator-town')
  cadre = await house.as('villageCadre-a')
  worker = await house.as('gridWorker-a')
})

afterAll(() => house?.stop())

/** Somebody presses the button; the answer is the case that came of it. */
async function callForHelp(device: string): Promise<CaseDetail> {
  const village = villageOf(device)
  const query = `/api/v1/cases?open=true&hazard=helpCall&village=${village}`
  await sayOnce(house, device, 'event', { ts: clock.now(), type: 'help', state: 'pulse' })
  const { items } = await seen<{ items: { id: string }[] }>(
    operator,
    query,
    (body) => body.items.length > 0,
  )
  return await detail(items[0]?.id as string)
}

async function detail(id: string, person = operator): Promise<CaseDetail> {
  const { body } = await person.get(`/api/v1/cases/${id}`)
  return caseDetailSchema.strict().parse(body)
}

async function take(person: Person, id: string, step: object): Promise<CaseDetail> {
  const answer = await person.post(`/api/v1/cases/${id}/actions`, step)
  expect(answer.status, answer.text).toBe(200)
  return caseDetailSchema.strict().parse(answer.body)
}

async function refused(person: Person, id: string, step: object) {
  const { version, state } = await detail(id)
  const answer = await person.post(`/api/v1/cases/${id}/actions`, step)
  const after = await detail(id)
  expect({ version: after.version, state: after.state }).toEqual({ version, state })
  return { status: answer.status, problem: problemSchema.parse(answer.body) }
}

async function join(username: string, team: string | null): Promise<void> {
  const admin = await house.as('townAdmin-town')
  const answer = await admin.send('PATCH', `/api/v1/users/${username}`, { team })
  expect([answer.status, answer.body.team]).toEqual([200, team])
}

async function incidentOf(one: CaseDetail): Promise<IncidentView> {
  const { body } = await operator.get('/api/v1/incidents?limit=200')
  return body.items.find((incident: IncidentView) => incident.id === one.incident)
}

async function seeded(id: string, seed: object = {}): Promise<string> {
  await seedCase(house.db, { id, openedAt: clock.now(), ...seed })
  return id
}

describe('a call for help', () => {
  let id: string

  it('stands in the queue of its grid within its clock', async () => {
    const opened = await callForHelp('v1-sos1')
    id = opened.id
    expect(opened).toMatchObject({
      number: '云岭-20260615-0001',
      state: 'reported',
      tier: 'grid',
      hazard: 'helpCall',
      severity: 'red',
      village: villageA,
      title: '青石村第三网格 一键求助',
      openedAt: townMonday,
      dueAt: townMonday + 2 * minute,
      overdue: false,
      holder: null,
      version: 1,
      unit: '平安办',
      assist: ['各村'],
      clocks: { accept: 2, dispatch: 3, sign: 5, handle: 60 },
      alarms: 1,
      unacknowledged: 1,
    })
    expect(opened.grid).toBe(`${villageA}003`)
    expect(opened.evidence).toHaveLength(1)
    expect(opened.lastAlarm).toMatchObject({ device: 'v1-sos1', cause: { event: 'help' } })
    expect(await incidentOf(opened)).toMatchObject({ case: id, alarms: 1, closedAt: null })
  })

  it('is overdue when nobody takes it up in time, and not a moment earlier', async () => {
    clock.advance(2 * minute)
    expect((await detail(id)).overdue).toBe(false)
    clock.advance(1)
    expect((await detail(id)).overdue).toBe(true)
    const { body } = await operator.get('/api/v1/cases?overdue=true')
    expect(body.items.map((one: { id: string }) => one.id)).toContain(id)
  })

  it('acknowledging its alarm is no step of the case', async () => {
    const before = await detail(id)
    const alarm = before.evidence[0]?.id as string
    await operator.post(`/api/v1/alarms/${alarm}/acknowledge`)
    const after = await detail(id)
    expect(after).toMatchObject({ state: 'reported', version: 1, unacknowledged: 0, overdue: true })
    expect(after.timeline.at(-1)).toMatchObject({ act: 'acknowledged', alarm: { id: alarm } })
  })

  it('is accepted in the village; the next clock starts then', async () => {
    clock.advance(minute)
    const accepted = await take(cadre, id, { action: 'accept', version: 1 })
    expect(accepted).toMatchObject({
      state: 'accepted',
      version: 2,
      stepSince: clock.now(),
      dueAt: clock.now() + 3 * minute,
      overdue: false,
      actions: ['dispatch', 'claim', 'note', 'passUp'],
    })
  })

  it('is dispatched to a person by the name people know, and only to one that exists', async () => {
    const nobody = await refused(cadre, id, { action: 'dispatch', to: { user: 'nobody' } })
    expect(nobody.status).toBe(400)
    expect(nobody.problem.detail).toMatch(/no person "nobody".*choose another/)
    expect((await refused(cadre, id, { action: 'dispatch' })).problem.detail).toContain('"to"')
    const dispatched = await take(cadre, id, { action: 'dispatch', to: { user: 'gridWorker-a' } })
    expect(dispatched).toMatchObject({ state: 'dispatched', dueAt: clock.now() + 5 * minute })
    expect(dispatched.holder).toMatchObject({ kind: 'user', name: 'gridWorker' })
  })

  it('is signed by its holder, not by another field worker', async () => {
    const second = await house.as('second-worker')
    expect((await detail(id, second)).actions).toEqual(['claim', 'note'])
    expect((await refused(second, id, { action: 'sign' })).status).toBe(404)
    expect((await refused(await house.as('patroller-a'), id, { action: 'sign' })).status).toBe(404)
    const own = ['sign', 'sendBack', 'claim', 'note', 'passUp']
    expect((await detail(id, worker)).actions).toEqual(own)
    const signed = await take(worker, id, { action: 'sign' })
    expect(signed).toMatchObject({ state: 'handling', dueAt: clock.now() + 60 * minute })
  })

  it('is worked on, sent to rework, worked on again, and verified', async () => {
    clock.advance(20 * minute)
    const told = await take(worker, id, { action: 'feedback', text: '已到现场，老人摔倒' })
    expect(told).toMatchObject({ state: 'verifying', dueAt: null, overdue: false })
    expect(told.actions).toEqual(['claim', 'note', 'passUp'])
    const back = await take(cadre, id, { action: 'rework', reason: '请补充家属电话' })
    expect(back).toMatchObject({ state: 'handling', dueAt: clock.now() + 60 * minute })
    expect(back.holder).toMatchObject({ name: 'gridWorker' })
    clock.advance(5 * minute)
    await take(worker, id, { action: 'feedback', text: '已联系家属' })
    const closed = await take(cadre, id, { action: 'verify', text: '现场核实' })
    expect(closed).toMatchObject({ state: 'closed', dueAt: null })
    expect(await incidentOf(closed)).toMatchObject({ closedAt: clock.now() })
    const { body } = await operator.get('/api/v1/cases?open=true')
    expect(body.items.map((one: { id: string }) => one.id)).not.toContain(id)
  })

  it('is evaluated by a supervisor, with a score that is one', async () => {
    const supervisor = await house.as('supervisor-town')
    for (const score of [0, 6, 2.5]) {
      expect((await refused(supervisor, id, { action: 'evaluate', score })).status).toBe(400)
    }
    expect((await refused(operator, id, { action: 'evaluate', score: 5 })).status).toBe(404)
    const step = { action: 'evaluate', score: 5, text: '处置及时' }
    expect(await take(supervisor, id, step)).toMatchObject({ state: 'closed' })
  })

  it('is opened again with a reason, and starts at the desk without a holder', async () => {
    expect((await refused(operator, id, { action: 'reopen' })).problem.detail).toContain('"reason"')
    const again = await take(operator, id, { action: 'reopen', reason: '家属来电，老人再次求助' })
    expect(again).toMatchObject({
      state: 'accepted',
      holder: null,
      dueAt: clock.now() + 3 * minute,
    })
  })

  it('has told all of it, in order, with who, from, to and what was said', async () => {
    const { timeline, version } = await detail(id)
    const told = timeline.map(({ act, actor, fromState, toState, text }) => [
      act,
      actor,
      fromState,
      toState,
      text,
    ])
    expect(told).toEqual([
      ['opened', null, null, 'reported', null],
      ['alarm', null, null, null, null],
      ['acknowledged', 'operator', null, null, null],
      ['accept', 'villageCadre', 'reported', 'accepted', null],
      ['dispatch', 'villageCadre', 'accepted', 'dispatched', null],
      ['sign', 'gridWorker', 'dispatched', 'handling', null],
      ['feedback', 'gridWorker', 'handling', 'verifying', '已到现场，老人摔倒'],
      ['rework', 'villageCadre', 'verifying', 'handling', '请补充家属电话'],
      ['feedback', 'gridWorker', 'handling', 'verifying', '已联系家属'],
      ['verify', 'villageCadre', 'verifying', 'closed', '现场核实'],
      ['evaluate', 'supervisor', 'closed', 'closed', '处置及时'],
      ['reopen', 'operator', 'closed', 'accepted', '家属来电，老人再次求助'],
    ])
    const times = timeline.map((entry) => entry.at)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.at(-1)).toBe(clock.now())
    // One version a step: what a screen holds tells whether it is the present one.
    expect(version).toBe(1 + timeline.filter((entry) => entry.fromState !== null).length)
  })
})

describe('a case of a team', () => {
  it('may be signed by any of its members, who reports for the team, and by no other', async () => {
    const { id } = await callForHelp('v2-sos1')
    await take(operator, id, { action: 'accept' })
    const sent = await take(operator, id, { action: 'dispatch', to: { team: '红袖标2队' } })
    expect(sent.holder).toEqual({ kind: 'team', id: '红袖标2队', name: '红袖标2队' })
    const outsider = await refused(worker, id, { action: 'sign' })
    expect(outsider.status).toBe(404)
    expect(outsider.problem.detail).toMatch(/outside your area/)
    const patroller = await house.as('patroller-town')
    for (const team of [null, '红袖标1队']) {
      await join('patroller-town', team)
      const stranger = await refused(patroller, id, { action: 'sign' })
      expect(stranger.status).toBe(404)
      expect(stranger.problem.detail).toMatch(/"sign" is not yours to take/)
    }
    await join('patroller-town', '红袖标2队')
    const signed = await take(patroller, id, { action: 'sign' })
    expect(signed.state).toBe('handling')
    expect(signed.timeline.at(-1)?.actor).toBe('patroller')
  })
})

describe('a case of a unit', () => {
  it('is handled by the desk for the unit', async () => {
    const id = await seeded('unit', { state: 'accepted' })
    const sent = await take(operator, id, { action: 'dispatch', to: { unit: '应急办' } })
    expect(sent.holder).toEqual({ kind: 'unit', id: '应急办', name: '应急办' })
    await take(operator, id, { action: 'sign' })
    await take(operator, id, { action: 'feedback', text: '消防已到场' })
    expect(await take(operator, id, { action: 'verify', text: '明火已灭' })).toMatchObject({
      state: 'closed',
    })
  })

  it('is dispatched to one of the three, not to two or to none', async () => {
    const id = await seeded('whom', { state: 'accepted' })
    for (const to of [{}, { crowd: 'all' }, { user: 7 }, 'gridWorker-a']) {
      expect((await refused(operator, id, { action: 'dispatch', to })).status).toBe(400)
    }
  })
})

describe('a false alarm', () => {
  it('is voided with its reason; what comes after is a case of its own', async () => {
    const first = await callForHelp('v3-sos1')
    const bare = await refused(operator, first.id, { action: 'void' })
    expect(bare.status).toBe(400)
    expect(bare.problem.detail).toContain('"reason"')
    const blank = await refused(operator, first.id, { action: 'void', reason: '   ' })
    expect(blank.status).toBe(400)
    const ended = await take(operator, first.id, { action: 'void', reason: '儿童误按' })
    expect(ended).toMatchObject({ state: 'void', dueAt: null, actions: [] })
    expect(ended.timeline.at(-1)).toMatchObject({ act: 'void', text: '儿童误按' })
    expect((await incidentOf(ended)).closedAt).toBe(clock.now())
    clock.advance(40 * minute)
    const second = await callForHelp('v3-sos1')
    expect(second.id).not.toBe(first.id)
    expect(second.number > first.number).toBe(true)
  })

  it('cannot be taken up again', async () => {
    const id = await seeded('gone', { state: 'void' })
    for (const action of ['accept', 'reopen', 'resume'] as const) {
      const { status, problem } = await refused(operator, id, { action, reason: 'x' })
      expect(status).toBe(409)
      expect(problem).toMatchObject({ present: { id, state: 'void' } })
      expect(problem.detail).toContain(`"${action}"`)
    }
  })
})

describe('merging', () => {
  it('moves the evidence, keeps the higher severity, and both timelines say so', async () => {
    const into = await seeded('into', { severity: 'yellow', state: 'handling' })
    const from = await seeded('from', { severity: 'red' })
    const merged = await take(operator, from, { action: 'merge', into })
    expect(merged).toMatchObject({ state: 'merged', evidence: [], alarms: 0, actions: [] })
    const target = await detail(into)
    expect(target).toMatchObject({ severity: 'red', state: 'handling', alarms: 2 })
    expect(target.evidence.map((alarm) => alarm.id).toSorted()).toEqual(['a-from', 'a-into'])
    expect(merged.timeline.at(-1)).toMatchObject({
      act: 'merge',
      actor: 'operator',
      facts: { into: 'T-into' },
    })
    expect(target.timeline.slice(-2)).toMatchObject([
      { act: 'merge', actor: 'operator', text: 'T-from', facts: { from: 'T-from' } },
      { act: 'severity', facts: { from: 'yellow', to: 'red' } },
    ])
    expect((await incidentOf(merged)).closedAt).toBe(clock.now())
    expect((await incidentOf(target)).closedAt).toBeNull()
  })

  it.each([
    ['itself', 'self', 400],
    ['one that has ended', 'ended', 400],
    ['one that is not there', 'nowhere', 404],
  ])('refuses %s and leaves both as they were', async (_name, into, status) => {
    await seeded(`m-${into}`)
    if (into === 'ended') await seeded('ended', { state: 'closed' })
    const target = into === 'self' ? 'm-self' : into
    const answer = await refused(operator, `m-${into}`, { action: 'merge', into: target })
    expect(answer.status).toBe(status)
    expect((await detail(`m-${into}`)).evidence).toHaveLength(1)
  })
})

describe('a case put aside', () => {
  it('waits until its day, is overdue after it, and goes on with what was left of its clock', async () => {
    const id = await seeded('aside', { state: 'handling', dueAt: clock.now() + minute })
    const past = await refused(operator, id, {
      action: 'suspend',
      reason: '等雨停',
      until: clock.now(),
    })
    expect(past.status).toBe(400)
    expect(past.problem.detail).toMatch(/^until: Give a time after .*later than now/)
    const until = clock.now() + 2 * hour
    const aside = await take(operator, id, { action: 'suspend', reason: '等雨停', until })
    expect(aside).toMatchObject({ state: 'suspended', dueAt: until })
    expect(aside.actions).toEqual(['resume', 'claim', 'note', 'extend', 'remind'])
    clock.advance(hour)
    expect((await detail(id)).overdue).toBe(false)
    clock.advance(hour + 1)
    expect((await detail(id)).overdue).toBe(true)
    const again = await take(operator, id, { action: 'resume' })
    expect(again).toMatchObject({ state: 'handling', dueAt: clock.now() + minute })
  })
})

describe('sending back', () => {
  it.each(['dispatched', 'handling'])('from %s gives it back to the desk', async (state) => {
    const holder = JSON.stringify({ kind: 'team', id: '红袖标1队' })
    const id = await seeded(`back-${state}`, { state, holder })
    const wish = { action: 'sendBack', reason: '不在本网格' }
    expect((await refused(await house.as('second-worker'), id, wish)).status).toBe(404)
    await join('gridWorker-a', '红袖标1队')
    expect((await refused(worker, id, { action: 'sendBack' })).status).toBe(400)
    const back = await take(worker, id, wish)
    expect(back).toMatchObject({ state: 'accepted', holder: null })
    expect(back.timeline.at(-1)).toMatchObject({ text: '不在本网格', fromState: state })
  })
})

describe('clocks of office hours', () => {
  it('stop at half past five and go on in the morning', async () => {
    const start = clock.now()
    const atFive = townMonday + 7 * hour
    clock.advance(atFive - start)
    const id = await seeded('office', { hazard: 'traffic' })
    const accepted = await take(operator, id, { action: 'accept' })
    // 60 minutes: 30 are left today, the rest counts from Tuesday 08:30.
    expect(accepted.dueAt).toBe(townMonday + 23 * hour)
  })
})

const statusesOf = (answers: readonly { status: number }[]) =>
  answers.map((answer) => answer.status).toSorted((a, b) => a - b)

describe('two at once', () => {
  it('of many who accept the same case one wins, the others see who and what', async () => {
    const id = await seeded('race')
    const names = ['operator-town', 'desk-two', 'supervisor-town', 'townAdmin-town', 'operator-a']
    const people = await Promise.all(names.map((name) => house.as(name)))
    const answers = await Promise.all(
      people.map((person) =>
        person.post(`/api/v1/cases/${id}/actions`, { action: 'accept', version: 1 }),
      ),
    )
    expect(statusesOf(answers)).toEqual([200, 409, 409, 409, 409])
    for (const { body } of answers.filter((answer) => answer.status === 409)) {
      expect(problemSchema.parse(body)).toMatchObject({
        detail: expect.stringMatching(/changed by somebody else; look at it again/),
        present: { id, state: 'accepted', version: 2 },
      })
    }
    const { timeline } = await detail(id)
    expect(timeline.filter((entry) => entry.act === 'accept')).toHaveLength(1)
  })

  it('of accepting and voiding without a version only the first happens', async () => {
    const id = await seeded('torn')
    const other = await house.as('desk-two')
    const answers = await Promise.all([
      operator.post(`/api/v1/cases/${id}/actions`, { action: 'accept' }),
      other.post(`/api/v1/cases/${id}/actions`, { action: 'void', reason: '误报' }),
    ])
    expect(statusesOf(answers)).toEqual([200, 409])
    const { state, version } = await detail(id)
    const won = answers.find((answer) => answer.status === 200)
    expect({ state, version }).toEqual({ state: won?.body.state, version: 2 })
  })

  it('a screen that looked before the last step learns the present case', async () => {
    const id = await seeded('stale')
    const looked = await detail(id)
    await take(operator, id, { action: 'accept', version: looked.version })
    const late = await refused(cadre, id, {
      action: 'void',
      reason: '误报',
      version: looked.version,
    })
    expect(late.status).toBe(409)
    expect(late.problem.present).toMatchObject({ state: 'accepted', version: 2 })
  })

  it('of two who acknowledge one is named', async () => {
    await seeded('seen')
    const both = await Promise.all(
      ['operator-town', 'gridWorker-a'].map(async (name) =>
        (await house.as(name)).post('/api/v1/alarms/a-seen/acknowledge'),
      ),
    )
    expect(statusesOf(both)).toEqual([200, 409])
    const late = both.find((answer) => answer.status === 409)
    expect(late?.body).toMatchObject({ present: { state: 'activeAcknowledged' } })
  })
})

describe('a case of another village', () => {
  it('does not exist for a step, and nothing of it is told', async () => {
    await seeded('theirs', { village: villageB, title: '柳溪秘密' })
    const answer = await cadre.post('/api/v1/cases/theirs/actions', { action: 'accept' })
    expect(answer.status).toBe(404)
    expect(answer.text).not.toMatch(/柳溪|T-theirs/)
    expect((await detail('theirs')).state).toBe('reported')
  })
})
