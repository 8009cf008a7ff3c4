import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkins } from '../checkin-kit.ts'
import { type House, openHouse, type Person, seedCase, villageA } from '../house.ts'
import { seen } from '../on-air.ts'
import { aPhoto, hashOf, upload } from '../phone-kit.ts'
import { townClock } from '../town-clock.ts'

/** 核查 from the desk to the valley and back: through a whole gateway. */

const api = '/api/v1'
const clock = townClock()
let house: House
let walker: Person
let desk: Person

interface Task {
  id: string
  case: string
  team: string
  lon: number
  lat: number
  point: string | null
  doneAt: number | null
  verdict: string | null
}

beforeAll(async () => {
  house = await openHouse({ clock })
  walker = await house.as('patroller-a')
  desk = await house.as('supervisor-town')
})

afterAll(() => house?.stop())

it('a case that was handled is looked at by whoever is near, and closed by check-in and photo', async () => {
  await seedCase(house.db, {
    id: 'burnt',
    village: villageA,
    state: 'handling',
    openedAt: clock.now(),
    alarm: null,
    hazard: 'strawBurning',
  })
  const act = (deed: object) => desk.post(`${api}/cases/burnt/actions`, deed)
  expect((await act({ action: 'feedback', text: '已扑灭' })).status).toBe(200)
  const { items } = await seen<{ items: Task[] }>(
    walker,
    `${api}/patrol/tasks`,
    (body) => body.items.length > 0,
  )
  const task = items[0] as Task
  expect(task).toMatchObject({ case: 'burnt', text: '已扑灭', team: '红袖标1队', doneAt: null })
  expect((await walker.get(`${api}/patrol/day`)).body.tasks).toEqual(items)

  // Without a tag, at the place: no point is there, and no reason is asked for.
  const photo = await aPhoto()
  const sent = {
    id: randomUUID(),
    tag: 'manual',
    task: task.id,
    verdict: 'settled',
    at: clock.now(),
    lon: task.lon,
    lat: task.lat,
    accuracyM: 8,
    photo: hashOf(photo),
  }
  const { items: answers } = (await walker.post(checkins, [sent])).body
  expect(answers).toMatchObject([{ id: sent.id, status: 'accepted', grade: 'manual', point: null }])
  await upload(house, walker, 'photo', photo)

  const { body } = await seen<{ items: Task[] }>(
    walker,
    `${api}/patrol/tasks`,
    ({ items: now }) => now[0]?.doneAt !== null,
  ).then(async (now) => {
    expect(now.items).toMatchObject([{ doneAt: clock.now(), verdict: 'settled' }])
    return desk.get(`${api}/cases/burnt`)
  })
  expect(body.state).toBe('closed')
  expect(body.timeline.at(-1)).toMatchObject({
    act: 'verify',
    actor: 'patroller',
    facts: { checkin: sent.id },
    pictures: [expect.stringMatching(/^[0-9a-f]{64}$/)],
  })
})
