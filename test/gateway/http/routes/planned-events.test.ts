import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plannedEventSchema } from '../../../../gateway/http/schemas/queue.ts'
import { type House, openHouse, type Person, townCode, villageA, villageB } from '../house.ts'
import { auditOf, idOf } from '../people-kit.ts'
import { day, hour, townClock } from '../town-clock.ts'

/** What is announced, as those enter it who look after the place. */

const clock = townClock()
const path = '/api/v1/planned-events'
/** In the village A of the sample town. */
const spot = { lon: 106.704425, lat: 29.183339 }
let house: House
let operator: Person
let free = 0

beforeAll(async () => {
  house = await openHouse({ clock, people: [`a-one,甲一,gridWorker,${villageA}001`] })
  operator = await house.as('operator-town')
})

afterAll(() => house?.stop())

/** Two hours that nothing else in this file has. */
function anEvent(over: object = {}) {
  const startsAt = clock.now() + (free += 100) * hour
  const span = { startsAt, endsAt: startsAt + 2 * hour }
  return {
    kind: 'burn',
    title: '田埂烧除',
    hazards: ['strawBurning'],
    place: villageA,
    ...span,
    ...over,
  }
}

const announce = (over: object = {}, by = operator) => by.post(path, anEvent(over))
const change = (id: string, body: object, by = operator) => by.send('PATCH', `${path}/${id}`, body)
const remove = (id: string, by = operator) => by.send('DELETE', `${path}/${id}`)

async function titles(query: string, by = operator) {
  const { status, body } = await by.get(`${path}?${query}`)
  expect(status).toBe(200)
  return body.items.map((one: unknown) => plannedEventSchema.strict().parse(one).title)
}

describe('a planned event', () => {
  it('is announced, changed and taken away, and all of it is written down', async () => {
    const entry = anEvent({ circle: { ...spot, radiusM: 300 }, unit: '农服中心', note: '看守' })
    const made = await operator.post(path, entry)
    expect(made.status).toBe(201)
    const event = plannedEventSchema.strict().parse(made.body)
    expect(event).toEqual({ ...entry, id: event.id, registeredAt: clock.now() })

    const changed = await change(event.id, { title: '改期', circle: null })
    expect(changed).toMatchObject({ status: 200, body: { ...event, title: '改期', circle: null } })
    expect((await remove(event.id)).status).toBe(204)
    expect((await remove(event.id)).status).toBe(404)

    const [from, to] = [entry.startsAt, entry.endsAt].map((at) => new Date(at).toISOString())
    const written = {
      actor: await idOf(house, 'operator-town'),
      subject: `planned:${event.id}`,
      address: '127.0.0.1',
    }
    const detail = (title: string) => `burn ${title} ${villageA} ${from} – ${to}`
    expect(await auditOf(house, `planned:${event.id}`)).toEqual([
      { ...written, act: 'addPlannedEvent', detail: detail('田埂烧除') },
      { ...written, act: 'changePlannedEvent', detail: detail('改期') },
      { ...written, act: 'removePlannedEvent', detail: detail('改期') },
    ])
  })

  it('counts anew from when what it covers was changed, not from another title', async () => {
    const { id, registeredAt, endsAt } = (await announce()).body
    clock.advance(1000)
    expect((await change(id, { title: 't', note: 'n' })).body.registeredAt).toBe(registeredAt)
    expect((await change(id, { endsAt: endsAt + 1 })).body.registeredAt).toBe(clock.now())
  })

  it('that is over stays as it was', async () => {
    const startsAt = clock.now()
    const { id } = (await announce({ startsAt, endsAt: startsAt + hour })).body
    clock.advance(hour)
    const answer = await change(id, { endsAt: startsAt + day })
    expect([answer.status, answer.body.detail]).toEqual([409, expect.stringMatching(/It is over/)])
  })
})

describe('what is no planned event', () => {
  it.each<[string, object, RegExp]>([
    ['that ends before it begins', { startsAt: 9e12, endsAt: 8e12 }, /ends after it begins/],
    ['of half a year', { startsAt: 9e12, endsAt: 9e12 + 180 * day }, /at most 31 days/],
    ['in the past', { startsAt: 1000, endsAt: 2000 }, /over already/],
    ['of an unknown hazard', { hazards: ['rain'] }, /no hazard "rain"/],
    ['of no hazard', { hazards: [] }, /hazards/],
    ['of a grid that is not there', { place: `${villageA}999` }, /no place/],
    ['whose circle lies elsewhere', { circle: { lon: 1, lat: 1, radiusM: 300 } }, /outside/],
    ['whose circle is a district', { circle: { ...spot, radiusM: 9000 } }, /radiusM/],
    ['that names a person to ask', { unit: '张三' }, /is no unit of this town; known are .*应急办/],
    ['without a title', { title: ' ' }, /title/],
    ['of another kind', { kind: 'party' }, /kind/],
  ])('%s is 400, in words', async (_name, over, said) => {
    const answer = await announce(over)
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringMatching(said)])
  })
  it('a change is looked at in the same way', async () => {
    const { id } = (await announce()).body
    expect((await change(id, { unit: '张三' })).status).toBe(400)
    expect((await change(id, { endsAt: 1 })).status).toBe(400)
  })
})

describe('places', () => {
  it('a cadre announces for the own village only', async () => {
    const cadre = await house.as('villageCadre-a')
    const own = await announce({}, cadre)
    expect(own.status).toBe(201)
    for (const place of [villageB, townCode]) {
      expect((await announce({ place }, cadre)).status).toBe(404)
      const theirs = (await announce({ place })).body
      expect((await change(theirs.id, { title: 't' }, cadre)).status).toBe(404)
      expect((await remove(theirs.id, cadre)).status).toBe(404)
    }
    expect((await change(own.body.id, { place: villageB }, cadre)).status).toBe(404)
    expect((await change(own.body.id, { place: `${villageA}001` }, cadre)).status).toBe(200)
  })

  it('each sees what holds for the own places, those above included', async () => {
    const { startsAt, endsAt } = anEvent()
    const at = { startsAt, endsAt }
    for (const [title, place] of [
      ['镇', townCode],
      ['甲', villageA],
      ['甲二', `${villageA}002`],
      ['乙', villageB],
    ])
      await announce({ ...at, title, place })
    const seen = async (who: string) =>
      (await titles(`from=${startsAt}&to=${endsAt}`, await house.as(who))).toSorted()
    expect(await seen('viewer-town')).toEqual(['乙', '甲', '甲二', '镇'].toSorted())
    expect(await seen('viewer-a')).toEqual(['甲', '甲二', '镇'].toSorted())
    expect(await seen('a-one')).toEqual(['甲', '镇'].toSorted())
  })
})

describe('the list', () => {
  it('has what touches the span, by beginning, page after page', async () => {
    const { startsAt } = anEvent()
    for (const n of [2, 0, 1]) {
      const span = { startsAt: startsAt + n * hour, endsAt: startsAt + (n + 1) * hour }
      await announce({ ...span, title: `${n}` })
    }
    const end = startsAt + 3 * hour
    expect(await titles(`from=${startsAt}&to=${end}`)).toEqual(['0', '1', '2'])
    expect(await titles(`from=${startsAt + hour}&to=${startsAt + 2 * hour}`)).toEqual(['1'])
    const first = await operator.get(`${path}?from=${startsAt}&to=${end}&limit=2`)
    const next = `${path}?from=${startsAt}&to=${end}&limit=2&cursor=${first.body.nextCursor}`
    const second = await operator.get(next)
    const of = ({ body }: typeof first) => body.items.map((one: { title: string }) => one.title)
    expect([of(first), of(second), second.body.nextCursor]).toEqual([['0', '1'], ['2'], null])
  })
  it('refuses a cursor that it did not give', async () =>
    expect((await operator.get(`${path}?cursor=x`)).status).toBe(400))
})

describe('a report of a person', () => {
  it('in what was announced is marked, and as bad as they said', async () => {
    const startsAt = clock.now()
    const event = { startsAt, endsAt: startsAt + hour, hazards: ['environment'], title: '清运演练' }
    const { id } = (await announce({ ...event, kind: 'drill' })).body
    const report = { hazard: 'environment', text: '堆了垃圾', ...spot, severity: 'yellow' }
    const made = await operator.post('/api/v1/cases', report)
    expect(made.body).toMatchObject({
      severity: 'yellow',
      plannedEvent: { id, kind: 'drill', title: '清运演练', isOutgrown: false },
    })
    const planned = made.body.timeline.find(({ act }: { act: string }) => act === 'planned')
    expect(planned).toMatchObject({ text: '清运演练', actor: null })
    const red = await operator.post('/api/v1/cases', { ...report, severity: 'red' })
    expect(red.body.plannedEvent.isOutgrown).toBe(true)

    const { body } = await operator.post(`/api/v1/cases/${made.body.id}/actions`, {
      action: 'merge',
      into: red.body.id,
      reason: '同一处',
    })
    expect(body.state).toBe('merged')
    expect((await remove(id)).status).toBe(204)
    const kept = await operator.get(`/api/v1/cases/${red.body.id}`)
    expect(kept.body.plannedEvent).toMatchObject({ title: '清运演练', isOutgrown: true })
  })
})
