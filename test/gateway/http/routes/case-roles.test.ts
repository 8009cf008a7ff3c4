import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type CaseAct,
  type CaseState,
  caseActs,
  type Tier,
  tiers,
} from '../../../../gateway/domain/case.ts'
import { type Role, roles } from '../../../../gateway/domain/person.ts'
import { caseDetailSchema } from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, seedCase, villageA } from '../house.ts'

/**
 * What each of the seven roles may do to a case, as the town's rules say it: written down by hand,
 * so that a slip in the gateway's own table shows.
 */

/**
 * `all`: at any tier. `low`: while a grid or the village owns it. `grid`: while the grid owns it and
 * nobody holds it. `own`: on cases that lie with them, their team or their unit. `-`: not at all.
 */
type May = 'all' | 'low' | 'grid' | 'own' | '-'

const columns = [
  'townAdmin',
  'supervisor',
  'operator',
  'villageCadre',
  'gridWorker',
  'patroller',
  'viewer',
] as const satisfies readonly Role[]

const table: Record<CaseAct, string> = {
  //                admin superv oper  cadre grid  patrol viewer
  accept: '         all   all    all   low   grid  -      -',
  dispatch: '       all   all    all   low   grid  -      -',
  sign: '           all   all    all   all   own   own    -',
  sendBack: '       all   all    all   all   own   own    -',
  feedback: '       all   all    all   all   own   own    -',
  suspend: '        all   all    all   low   -     -      -',
  resume: '         all   all    all   all   own   own    -',
  verify: '         all   all    all   low   -     -      -',
  rework: '         all   all    all   low   -     -      -',
  close: '          all   all    -     -     -     -      -',
  evaluate: '       all   all    -     -     -     -      -',
  reopen: '         all   all    all   -     -     -      -',
  void: '           all   all    all   low   -     -      -',
  merge: '          all   all    all   -     -     -      -',
  split: '          all   all    all   -     -     -      -',
  claim: '          all   all    all   all   all   all    -',
  release: '        all   all    all   all   all   all    -',
  note: '           all   all    all   all   all   all    -',
  extend: '         all   all    all   all   own   own    -',
  grantExtension: ' all   all    all   low   -     -      -',
  refuseExtension: 'all   all    all   low   -     -      -',
  remind: '         all   all    all   -     -     -      -',
  supervise: '      all   all    -     -     -     -      -',
  answer: '         all   all    all   all   own   own    -',
  passUp: '         own   own    own   low   own   own    -',
}

interface Recipe {
  from: CaseState
  to: CaseState
  body: (who: string) => object
}

const plain = (from: CaseState, to: CaseState, body: object = {}): Recipe => ({
  from,
  to,
  body: () => body,
})

/** Where each step begins, what it needs, and where it leads. */
const steps: Record<CaseAct, Recipe> = {
  accept: plain('reported', 'accepted'),
  // A grid worker may give it to nobody else.
  dispatch: { from: 'accepted', to: 'dispatched', body: (who) => ({ to: { user: who } }) },
  sign: plain('dispatched', 'handling'),
  sendBack: plain('handling', 'accepted', { reason: '不归我管' }),
  feedback: plain('handling', 'verifying', { text: '已处理' }),
  suspend: plain('handling', 'suspended', { reason: '等雨停', until: 4e12 }),
  resume: plain('suspended', 'handling'),
  verify: plain('verifying', 'closed', { text: '属实' }),
  rework: plain('verifying', 'handling', { reason: '不完整' }),
  close: plain('verifying', 'closed', { reason: '电话核实' }),
  evaluate: plain('closed', 'closed', { score: 4 }),
  reopen: plain('closed', 'accepted', { reason: '复燃' }),
  void: plain('reported', 'void', { reason: '误报' }),
  merge: plain('reported', 'merged', { into: 'the-other' }),
  split: plain('handling', 'handling', { reason: '两处火点' }),
  claim: plain('handling', 'handling'),
  release: plain('handling', 'handling'),
  note: plain('closed', 'closed', { text: '已回访' }),
  extend: plain('handling', 'handling', { reason: '路远', until: 4e12 }),
  grantExtension: plain('handling', 'handling'),
  refuseExtension: plain('handling', 'handling', { reason: '不宜再拖' }),
  remind: plain('dispatched', 'dispatched'),
  supervise: plain('handling', 'handling', { text: '为何迟缓', dueAt: 4e12 }),
  answer: plain('handling', 'handling', { text: '人手已到' }),
  passUp: plain('handling', 'handling', { reason: '需镇里协调' }),
}

const allSteps = Object.keys(table) as CaseAct[]

/** `isOwn`: it lies with whoever asks. */
function may(step: CaseAct, role: Role, tier: Tier, isOwn: boolean): boolean {
  // Nobody is above the town.
  if (step === 'passUp' && tier === 'town') return false
  const cell = table[step].trim().split(/\s+/)[columns.indexOf(role)] as May
  const isHeld = !['reported', 'accepted'].includes(steps[step].from)
  switch (cell) {
    case 'all':
      return true
    case 'low':
      return tier !== 'town'
    case 'grid':
      return tier === 'grid' && !isHeld
    case 'own':
      return isOwn && isHeld
    case '-':
      // What the grid's own people may pass up while nobody holds it is in another test.
      return false
  }
}

/** What the act answers to. */
function standing(step: CaseAct, userId: string) {
  const extension = { reason: '路远', until: 4e12, by: 'another', at: 1 }
  const supervision = { text: '为何迟缓', dueAt: 4e12, by: 'another', at: 1 }
  return {
    ...(step === 'release' && { claimed_by: userId, claimed_at: 1 }),
    ...(/^(grant|refuse)Extension$/.test(step) && { extension: JSON.stringify(extension) }),
    ...(step === 'answer' && { supervision: JSON.stringify(supervision) }),
    // Without alarms it is split by a reason alone.
    ...(step === 'split' && { incident: null }),
  }
}

const rows = allSteps.flatMap((step) =>
  roles.flatMap((role) =>
    tiers.flatMap((tier) =>
      [true, false].map((isOwn) => ({
        step,
        role,
        tier,
        isOwn,
        allowed: may(step, role, tier, isOwn),
      })),
    ),
  ),
)

type Cell = (typeof rows)[number]
const idOf = ({ step, role, tier, isOwn }: Cell) =>
  `${step}-${role}-${tier}-${isOwn ? 'own' : 'not'}`

let house: House
const userIds = new Map<string, string>()

async function seedCell(db: House['db'], cell: Cell): Promise<void> {
  const { step, role, tier, isOwn } = cell
  const id = idOf(cell)
  const userId = userIds.get(`${role}-a`) ?? ''
  const { from } = steps[step]
  const isHeld = !['reported', 'accepted'].includes(from)
  const holder = { kind: 'user', id: isOwn ? userId : 'somebody-else' }
  await seedCase(db, { id, tier, state: from, holder: isHeld ? JSON.stringify(holder) : undefined })
  const facts = standing(step, userId)
  if (Object.keys(facts).length > 0) {
    await db.updateTable('case').set(facts).where('id', '=', id).execute()
  }
}

beforeAll(async () => {
  house = await openHouse()
  const users = await house.db.selectFrom('user').select(['id', 'username']).execute()
  for (const { id, username } of users) userIds.set(username, id)
  await house.db.transaction().execute(async (trx) => {
    await seedCase(trx, { id: 'the-other' })
    for (const cell of rows) await seedCell(trx, cell)
  })
})

afterAll(() => house?.stop())

describe('the table', () => {
  it('has a cell for every role and every act', () => {
    expect(roles).toEqual(columns)
    expect(allSteps).toEqual([...caseActs])
    for (const step of allSteps) expect(table[step].trim().split(/\s+/)).toHaveLength(roles.length)
  })
})

describe('who may do what, at each tier, to a case of theirs or not', () => {
  it.each(rows)('$step by $role, owned by the $tier, own: $isOwn: $allowed', async (row) => {
    const { step, role, allowed } = row
    const id = idOf(row)
    const person = await house.as(`${role}-a`)
    const before = caseDetailSchema.parse((await person.get(`/api/v1/cases/${id}`)).body)
    // The buttons a person is shown are the acts that are then not refused.
    expect(before.actions.includes(step)).toBe(allowed)

    const body = { action: step, ...steps[step].body(`${role}-a`) }
    const answer = await person.post(`/api/v1/cases/${id}/actions`, body)
    if (allowed) {
      expect(answer.status, answer.text).toBe(200)
      expect(answer.body).toMatchObject({ state: steps[step].to, version: 2 })
      return
    }
    if (step === 'passUp' && row.tier === 'town' && answer.status === 409) {
      // Theirs, but nobody is above.
      expect(answer.body.detail).toMatch(/nobody is above/)
    } else {
      expect(answer.status).toBe(role === 'viewer' ? 403 : 404)
      expect(answer.body.detail).toMatch(role === 'viewer' ? /role viewer/ : /not yours to take/)
    }
    const after = await person.get(`/api/v1/cases/${id}`)
    expect(after.body).toMatchObject({ state: before.state, version: 1 })
  })
})

describe("a field worker's own cases", () => {
  it.each(['team', 'unit'] as const)('are those of the %s, too', async (kind) => {
    const name = kind === 'team' ? '红袖标1队' : '应急办'
    await house.db
      .updateTable('user')
      .set({ [kind]: name })
      .where('username', '=', 'patroller-a')
      .execute()
    const holder = JSON.stringify({ kind, id: name })
    const id = `of-the-${kind}`
    await seedCase(house.db, { id, state: 'dispatched', holder })
    const sign = async (who: string) => {
      const person = await house.as(who)
      return (await person.post(`/api/v1/cases/${id}/actions`, { action: 'sign' })).status
    }
    expect(await sign('gridWorker-a')).toBe(404)
    expect(await sign('patroller-a')).toBe(200)
  })

  it('微事不出网格: accepted and taken by the grid worker, given to nobody else, or passed up', async () => {
    await seedCase(house.db, { id: 'small', state: 'reported' })
    const worker = await house.as('gridWorker-a')
    const act = (body: object) => worker.post('/api/v1/cases/small/actions', body)
    expect((await act({ action: 'accept' })).status).toBe(200)
    const away = await act({ action: 'dispatch', to: { user: 'patroller-a' } })
    expect([away.status, away.body.detail]).toEqual([404, expect.stringMatching(/not yours/)])
    expect((await act({ action: 'dispatch', to: { user: 'gridWorker-a' } })).status).toBe(200)
    await seedCase(house.db, { id: 'big', state: 'accepted' })
    const up = await worker.post('/api/v1/cases/big/actions', { action: 'passUp', reason: '太大' })
    expect(up.body).toMatchObject({ tier: 'village', state: 'accepted' })
    const again = { action: 'passUp', reason: '太大' }
    expect((await worker.post('/api/v1/cases/big/actions', again)).status).toBe(404)
  })
})

describe('a step that does not fit the state', () => {
  const always = ['claim', 'note', 'remind', 'supervise'] as const
  /** From → all that the town's administrator may do there. */
  const leaves: Record<CaseState, CaseAct[]> = {
    reported: ['accept', 'void', 'merge', 'split', ...always],
    accepted: ['dispatch', 'split', ...always],
    dispatched: ['sign', 'sendBack', ...always],
    handling: ['sendBack', 'feedback', 'suspend', 'split', 'extend', ...always],
    suspended: ['resume', 'extend', ...always],
    verifying: ['verify', 'rework', 'close', ...always],
    closed: ['evaluate', 'reopen', 'note'],
    void: [],
    merged: [],
  }

  it.each(Object.entries(leaves))('from %s only %j', async (state, legal) => {
    const admin = await house.as('townAdmin-town')
    const id = `state-${state}`
    await seedCase(house.db, { id, state, village: villageA })
    const shown = (await admin.get(`/api/v1/cases/${id}`)).body.actions
    expect(shown.toSorted()).toEqual(legal.toSorted())
    // Passing up is its holder's, and not of the one who asks here.
    const illegal = allSteps.filter((one) => !legal.includes(one) && one !== 'passUp')
    for (const step of illegal) {
      const body = { action: step, ...steps[step].body('townAdmin-town') }
      const answer = await admin.post(`/api/v1/cases/${id}/actions`, body)
      expect(answer.status, step).toBe(409)
      expect(answer.body).toMatchObject({ present: { id, state, version: 1 } })
      expect(answer.body.detail).toContain(state)
    }
  })
})
