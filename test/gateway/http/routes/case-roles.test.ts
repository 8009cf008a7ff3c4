import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CaseState, type CaseStep, type Tier, tiers } from '../../../../gateway/domain/case.ts'
import { type Role, roles } from '../../../../gateway/domain/person.ts'
import { caseDetailSchema } from '../../../../gateway/http/schemas.ts'
import { type House, openHouse, seedCase, villageA } from '../house.ts'

/**
 * What each of the seven roles may do to a case, as the town's rules say it: written down by hand,
 * so that a slip in the gateway's own table shows.
 */

/** `all`: at any tier. `low`: while a grid or the village owns it. `-`: not at all. */
type May = 'all' | 'low' | '-'

const columns = [
  'townAdmin',
  'supervisor',
  'operator',
  'villageCadre',
  'gridWorker',
  'patroller',
  'viewer',
] as const satisfies readonly Role[]

const table: Record<CaseStep, string> = {
  //         admin superv oper  cadre grid  patrol viewer
  accept: '  all   all    all   low   -     -      -',
  dispatch: 'all   all    all   low   -     -      -',
  sign: '    all   all    all   all   all   all    -',
  sendBack: 'all   all    all   all   all   all    -',
  feedback: 'all   all    all   all   all   all    -',
  suspend: ' all   all    all   low   -     -      -',
  resume: '  all   all    all   all   all   all    -',
  verify: '  all   all    all   low   -     -      -',
  rework: '  all   all    all   low   -     -      -',
  close: '   all   all    -     -     -     -      -',
  evaluate: 'all   all    -     -     -     -      -',
  reopen: '  all   all    all   -     -     -      -',
  void: '    all   all    all   low   -     -      -',
  merge: '   all   all    all   -     -     -      -',
  split: '   all   all    all   -     -     -      -',
}

/** Where each step begins, what it needs, and where it leads. */
const steps: Record<CaseStep, { from: CaseState; to: CaseState; body: object }> = {
  accept: { from: 'reported', to: 'accepted', body: {} },
  dispatch: { from: 'accepted', to: 'dispatched', body: { to: { team: '红袖标1队' } } },
  sign: { from: 'dispatched', to: 'handling', body: {} },
  sendBack: { from: 'handling', to: 'accepted', body: { reason: '不归我管' } },
  feedback: { from: 'handling', to: 'verifying', body: { text: '已处理' } },
  suspend: { from: 'handling', to: 'suspended', body: { reason: '等雨停', until: 4e12 } },
  resume: { from: 'suspended', to: 'handling', body: {} },
  verify: { from: 'verifying', to: 'closed', body: { text: '属实' } },
  rework: { from: 'verifying', to: 'handling', body: { reason: '不完整' } },
  close: { from: 'verifying', to: 'closed', body: { reason: '电话核实' } },
  evaluate: { from: 'closed', to: 'closed', body: { score: 4 } },
  reopen: { from: 'closed', to: 'accepted', body: { reason: '复燃' } },
  void: { from: 'reported', to: 'void', body: { reason: '误报' } },
  merge: { from: 'reported', to: 'merged', body: { into: 'the-other' } },
  split: { from: 'handling', to: 'handling', body: { reason: '两处火点' } },
}

const allSteps = Object.keys(table) as CaseStep[]

function may(step: CaseStep, role: Role, tier: Tier): boolean {
  const cell = table[step].trim().split(/\s+/)[columns.indexOf(role)] as May
  return cell === 'all' || (cell === 'low' && tier !== 'town')
}

const rows = allSteps.flatMap((step) =>
  roles.flatMap((role) =>
    tiers.map((tier) => ({ step, role, tier, allowed: may(step, role, tier) })),
  ),
)

const idOf = (step: string, role: string, tier: string) => `${step}-${role}-${tier}`

let house: House

beforeAll(async () => {
  house = await openHouse()
  await house.db.transaction().execute(async (trx) => {
    await seedCase(trx, { id: 'the-other' })
    for (const { step, role, tier } of rows) {
      await seedCase(trx, { id: idOf(step, role, tier), tier, state: steps[step].from })
    }
  })
})

afterAll(() => house?.stop())

describe('the table', () => {
  it('has a cell for every role and every step', () => {
    expect(roles).toEqual(columns)
    for (const step of allSteps) expect(table[step].trim().split(/\s+/)).toHaveLength(roles.length)
  })
})

describe('who may do what, at each tier', () => {
  it.each(rows)('$step by $role, owned by the $tier: $allowed', async (row) => {
    const { step, role, tier, allowed } = row
    const id = idOf(step, role, tier)
    const person = await house.as(`${role}-a`)
    const before = caseDetailSchema.parse((await person.get(`/api/v1/cases/${id}`)).body)
    // The buttons a person is shown are the steps that are then not refused.
    expect(before.actions.includes(step)).toBe(allowed)

    const body = { action: step, ...steps[step].body }
    const answer = await person.post(`/api/v1/cases/${id}/actions`, body)
    if (allowed) {
      expect(answer.status, answer.text).toBe(200)
      expect(answer.body).toMatchObject({ state: steps[step].to, version: 2 })
      return
    }
    expect(answer.status).toBe(role === 'viewer' ? 403 : 404)
    expect(answer.body.detail).toMatch(role === 'viewer' ? /role viewer/ : /not yours to take/)
    const after = await person.get(`/api/v1/cases/${id}`)
    expect(after.body).toMatchObject({ state: before.state, version: 1 })
  })
})

describe("a field worker's own cases", () => {
  const own = ['sign', 'sendBack', 'feedback', 'resume'] as const

  it.each(own)(
    '%s is for the holder, the cadre and the desk, not for a colleague',
    async (step) => {
      const user = await house.db
        .selectFrom('user')
        .select('id')
        .where('username', '=', 'gridWorker-a')
        .executeTakeFirstOrThrow()
      const holder = JSON.stringify({ kind: 'user', id: user.id })
      const statuses: Record<string, number> = {}
      for (const name of ['patroller-a', 'gridWorker-a', 'villageCadre-a', 'operator-town']) {
        const id = `own-${step}-${name}`
        await seedCase(house.db, { id, state: steps[step].from, holder })
        const body = { action: step, ...steps[step].body }
        const answer = await (await house.as(name)).post(`/api/v1/cases/${id}/actions`, body)
        statuses[name] = answer.status
      }
      expect(statuses).toEqual({
        'patroller-a': 404,
        'gridWorker-a': 200,
        'villageCadre-a': 200,
        'operator-town': 200,
      })
    },
  )
})

describe('a step that does not fit the state', () => {
  /** From → the only steps that leave it. */
  const leaves: Record<CaseState, CaseStep[]> = {
    reported: ['accept', 'void', 'merge'],
    accepted: ['dispatch'],
    dispatched: ['sign', 'sendBack'],
    handling: ['sendBack', 'feedback', 'suspend'],
    suspended: ['resume'],
    verifying: ['verify', 'rework'],
    closed: ['evaluate', 'reopen'],
    void: [],
    merged: [],
  }

  it.each(Object.entries(leaves))('from %s only %j', async (state, legal) => {
    const admin = await house.as('townAdmin-town')
    const id = `state-${state}`
    await seedCase(house.db, { id, state, village: villageA })
    const shown = (await admin.get(`/api/v1/cases/${id}`)).body.actions
    expect(shown.toSorted()).toEqual(legal.toSorted())
    for (const step of allSteps.filter((one) => !legal.includes(one))) {
      const body = { action: step, ...steps[step].body }
      const answer = await admin.post(`/api/v1/cases/${id}/actions`, body)
      expect(answer.status, step).toBe(409)
      expect(answer.body).toMatchObject({ present: { id, state, version: 1 } })
      expect(answer.body.detail).toContain(state)
    }
  })
})
