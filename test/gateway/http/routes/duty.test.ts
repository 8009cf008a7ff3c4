import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dutyPersonSchema, dutySchema } from '../../../../gateway/http/schemas/queue.ts'
import { type House, openHouse, type Person, villageA, villageB } from '../house.ts'
import { auditOf, idOf } from '../people-kit.ts'
import { hour, townClock } from '../town-clock.ts'

/** Who is on duty when, as those enter it who look after the place. */

const clock = townClock()
const path = '/api/v1/duty'
let house: House
let supervisor: Person
let free = 0

beforeAll(async () => {
  house = await openHouse({
    clock,
    people: [
      `a-one,甲一,gridWorker,${villageA}001`,
      `a-two,甲二,patroller,${villageA}`,
      `b-one,乙一,gridWorker,${villageB}`,
    ],
  })
  supervisor = await house.as('supervisor-town')
})

afterAll(() => house?.stop())

/** Two hours that nobody else in this file has. */
function span(hours = 2) {
  const startsAt = clock.now() + (free += 100) * hour
  return { startsAt, endsAt: startsAt + hours * hour }
}

const enter = (username: string, when: object = span(), by = supervisor) =>
  by.post(path, { username, ...when })

async function listed(from: number, to: number, by = supervisor) {
  const { status, body } = await by.get(`${path}?from=${from}&to=${to}`)
  expect(status).toBe(200)
  return body.items.map((one: unknown) => dutySchema.strict().parse(one))
}

describe('a duty', () => {
  it('is entered, listed and taken away, and all of it is written down', async () => {
    const when = span()
    const { status, body } = await enter('a-one', when)
    expect(status).toBe(201)
    expect(dutySchema.parse(body)).toEqual({
      id: body.id,
      username: 'a-one',
      name: '甲一',
      ...when,
    })
    expect(await listed(when.startsAt, when.endsAt)).toEqual([body])
    expect((await supervisor.send('DELETE', `${path}/${body.id}`)).status).toBe(204)
    expect(await listed(when.startsAt, when.endsAt)).toEqual([])
    const text = [when.startsAt, when.endsAt].map((at) => new Date(at).toISOString()).join(' – ')
    const entry = {
      actor: await idOf(house, 'supervisor-town'),
      subject: `duty:${body.id}`,
      detail: `a-one ${text}`,
      address: '127.0.0.1',
    }
    expect(await auditOf(house, `duty:${body.id}`)).toEqual([
      { ...entry, act: 'addDuty' },
      { ...entry, act: 'removeDuty' },
    ])
  })

  it('taken away twice is 404', async () => {
    const { body } = await enter('a-one')
    const remove = () => supervisor.send('DELETE', `${path}/${body.id}`)
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 404])
  })

  it('may be swapped: one is taken away, another entered', async () => {
    const when = span()
    const { body } = await enter('a-one', when)
    expect((await enter('a-two', when)).status).toBe(201)
    await supervisor.send('DELETE', `${path}/${body.id}`)
    expect((await enter('a-one', when)).status).toBe(201)
  })
})

describe('a second duty of the same person', () => {
  it('at the same time is refused, and says which', async () => {
    const when = span()
    await enter('a-one', when)
    const answer = await enter('a-one', {
      startsAt: when.endsAt - 1,
      endsAt: when.endsAt + hour,
    })
    expect(answer.status).toBe(409)
    const [from, to] = [when.startsAt, when.endsAt].map((at) => new Date(at).toISOString())
    expect(answer.body.detail).toBe(
      `甲一 is on duty already from ${from} to ${to}. Take that away first.`,
    )
    expect(answer.body.present).toEqual({ username: 'a-one', ...when })
  })

  it('may begin when the first ends', async () => {
    const when = span()
    await enter('a-one', when)
    const next = { startsAt: when.endsAt, endsAt: when.endsAt + hour }
    expect((await enter('a-one', next)).status).toBe(201)
    expect(await listed(when.startsAt, next.endsAt)).toHaveLength(2)
  })

  it('entered by many at once is there once', async () => {
    const when = span()
    const answers = await Promise.all(Array.from({ length: 8 }, () => enter('a-one', when)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201, 409, 409, 409, 409, 409, 409, 409,
    ])
    expect(await listed(when.startsAt, when.endsAt)).toHaveLength(1)
  })
})

describe('what is no duty', () => {
  it.each<[string, (startsAt: number) => object, RegExp]>([
    ['longer than a day', (at) => ({ startsAt: at, endsAt: at + 24 * hour + 1 }), /24 hours/],
    ['without length', (at) => ({ startsAt: at, endsAt: at }), /ends after it begins/],
    ['backwards', (at) => ({ startsAt: at, endsAt: at - 1 }), /ends after it begins/],
    ['without an end', (at) => ({ startsAt: at }), /endsAt/],
    ['at no time', () => ({ startsAt: 'x', endsAt: 'y' }), /startsAt/],
  ])('%s is 400, in words', async (_name, when, said) => {
    const answer = await enter('a-one', when(span().startsAt))
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringMatching(said)])
  })

  it('of a person who cannot sign in is 400', async () => {
    const admin = await house.as('townAdmin-town')
    await admin.send('PATCH', '/api/v1/users/viewer-a', { disabled: true })
    const answer = await enter('viewer-a')
    expect([answer.status, answer.body.detail]).toEqual([
      400,
      expect.stringMatching(/cannot sign in any more; choose another/),
    ])
  })

  it('of nobody is 404', async () => {
    expect((await enter('nobody')).status).toBe(404)
  })
})

describe('places', () => {
  it('a cadre keeps the duties of the own village only', async () => {
    const cadre = await house.as('villageCadre-a')
    expect((await enter('a-one', span(), cadre)).status).toBe(201)
    expect((await enter('b-one', span(), cadre)).status).toBe(404)
    const theirs = (await enter('b-one')).body
    expect((await cadre.send('DELETE', `${path}/${theirs.id}`)).status).toBe(404)
    expect(await listed(theirs.startsAt, theirs.endsAt)).toHaveLength(1)
  })

  it('each sees the duties of the own places', async () => {
    const when = span()
    await enter('a-one', when)
    await enter('b-one', when)
    const names = async (who: string) =>
      (await listed(when.startsAt, when.endsAt, await house.as(who))).map(
        (one: { username: string }) => one.username,
      )
    expect(await names('operator-town')).toEqual(['a-one', 'b-one'])
    expect(await names('gridWorker-a')).toEqual(['a-one'])
  })
})

describe('who can be put on duty', () => {
  const names = async (who: string) => {
    const { status, body } = await (await house.as(who)).get(`${path}/people`)
    expect(status).toBe(200)
    return body.items.map((one: unknown) => dutyPersonSchema.strict().parse(one).username)
  }

  it('are the people of the own places who may do more than look', async () => {
    const own = await names('villageCadre-a')
    expect(own).toContain('a-one')
    expect(own).not.toContain('b-one')
    expect(own.filter((name: string) => /^viewer|-town$|-b$/.test(name))).toEqual([])
    const all = expect.arrayContaining(['a-one', 'b-one'])
    expect(await names('supervisor-town')).toEqual(all)
    expect(await names('operator-town')).toEqual(all)
    expect(await names('gridWorker-a')).not.toContain('b-one')
  })

  it('with the places they look after', async () => {
    const { body } = await supervisor.get(`${path}/people`)
    const scopes = new Map(
      body.items.map((one: { username: string; scope: string }) => [one.username, one.scope]),
    )
    expect([scopes.get('a-one'), scopes.get('a-two')]).toEqual([`${villageA}001`, villageA])
  })

  it('nobody who was disabled', async () => {
    const admin = await house.as('townAdmin-town')
    await admin.send('PATCH', '/api/v1/users/patroller-b', { disabled: true })
    expect(await names('supervisor-town')).not.toContain('patroller-b')
  })
})

describe('a swap', () => {
  const swap = (id: string, other: string, by = supervisor) =>
    by.post(`${path}/${id}/swap`, { with: other })

  async function two(first = span(), second = span()) {
    const [a, b] = [await enter('a-one', first), await enter('a-two', second)]
    return [a.body, b.body]
  }

  it('gives each the other’s duty, and is written down once', async () => {
    const [mine, theirs] = await two()
    const { status, body } = await swap(mine.id, theirs.id)
    expect(status).toBe(200)
    expect(body.items.map((one: unknown) => dutySchema.strict().parse(one))).toEqual([
      { ...mine, username: 'a-two', name: '甲二' },
      { ...theirs, username: 'a-one', name: '甲一' },
    ])
    expect(await listed(mine.startsAt, mine.endsAt)).toEqual([body.items[0]])
    const entries = await auditOf(house, `duty:${mine.id}`)
    expect(entries.filter(({ act }) => act === 'swapDuty')).toHaveLength(1)
  })

  it('of two that overlap each other works too', async () => {
    const when = span(4)
    const later = { startsAt: when.startsAt + hour, endsAt: when.endsAt + hour }
    const [mine, theirs] = await two(when, later)
    expect((await swap(mine.id, theirs.id)).status).toBe(200)
  })

  it('is 409 when one of them has another duty then, and nothing changes', async () => {
    const [mine, theirs] = await two()
    await enter('a-one', { startsAt: theirs.startsAt + hour, endsAt: theirs.endsAt + hour })
    const { status, body } = await swap(mine.id, theirs.id)
    expect(status).toBe(409)
    expect(body.detail).toMatch(/^甲一 is on duty already/)
    expect(body.present).toMatchObject({ username: 'a-one', startsAt: theirs.startsAt + hour })
    expect(await listed(mine.startsAt, mine.endsAt)).toEqual([mine])
    expect((await swap(theirs.id, mine.id)).status).toBe(409)
  })

  it('with oneself is 400, with what is not there or elsewhere 404', async () => {
    const [mine] = await two()
    const own = (await enter('a-one')).body
    expect((await swap(mine.id, own.id)).status).toBe(400)
    expect((await swap(mine.id, 'none')).status).toBe(404)
    const far = (await enter('b-one')).body
    const cadre = await house.as('villageCadre-a')
    expect((await swap(mine.id, far.id, cadre)).status).toBe(404)
    expect((await swap(far.id, mine.id, cadre)).status).toBe(404)
    expect((await swap(mine.id, far.id)).status).toBe(200)
  })

  it('asked for twice at once is done twice, which is as before, or once', async () => {
    const [mine, theirs] = await two()
    const answers = await Promise.all([swap(mine.id, theirs.id), swap(mine.id, theirs.id)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await listed(mine.startsAt, mine.endsAt)).toEqual([mine])
  })
})

describe('the list', () => {
  it('has what touches the span, by beginning', async () => {
    const when = span(4)
    const first = (await enter('a-two', { ...when, endsAt: when.startsAt + hour })).body
    const second = (
      await enter('a-one', { startsAt: when.startsAt + 2 * hour, endsAt: when.endsAt })
    ).body
    expect(await listed(when.startsAt, when.endsAt)).toEqual([first, second])
    expect(await listed(when.startsAt, when.startsAt + 1)).toEqual([first])
    expect(await listed(when.startsAt + hour, when.startsAt + 2 * hour)).toEqual([])
    expect(await listed(when.endsAt - 1, when.endsAt)).toEqual([second])
    expect(await listed(when.endsAt, when.endsAt + 1)).toEqual([])
  })

  it.each([
    ['without a span', '', /from/],
    ['of nothing', '?from=5&to=5', /100 days/],
    ['of a year', `?from=0&to=${366 * 24 * hour}`, /100 days/],
    ['of words', '?from=a&to=b', /from/],
  ])('%s is 400', async (_name, query, said) => {
    const answer = await supervisor.get(path + query)
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringMatching(said)])
  })
})

describe('a person who is gone from the tables', () => {
  it('takes the duties along', async () => {
    const when = span()
    await enter('a-two', when)
    await house.db.deleteFrom('session').execute()
    await house.db.deleteFrom('user').where('username', '=', 'a-two').execute()
    const rows = await house.db
      .selectFrom('duty')
      .selectAll()
      .where('starts_at', '=', when.startsAt)
      .execute()
    expect(rows).toEqual([])
  })
})
