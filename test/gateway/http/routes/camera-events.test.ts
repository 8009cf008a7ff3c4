import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EventMapping } from '../../../../gateway/domain/camera-event.ts'
import type { OnvifCamera } from '../../../../simulators/camera/onvif-camera.ts'
import { api, type CameraHouse, openCameraHouse } from '../camera-kit.ts'
import { seen } from '../on-air.ts'

/** What events of cameras mean, from the first unknown topic to the alarm. */

let house: CameraHouse
let camera: OnvifCamera

beforeAll(async () => {
  house = await openCameraHouse()
  camera = await house.joined('peak', { ptz: false })
})

afterAll(() => house?.stop())

const path = `${api}/camera-events/mappings`
const chimney: EventMapping = {
  id: 'chimney',
  topic: 'Chimney/Glow',
  item: 'State',
  values: ['true'],
  type: 'glow',
  hazard: 'forestFire',
  severity: 'orange',
  holdS: null,
}
const current = async () => (await house.admin.get(path)).body.items as EventMapping[]
const save = (items: unknown) => house.admin.send('PUT', path, { items })
const glow = (State: boolean) =>
  camera.raise({ topic: 'vendor:Chimney/Glow', source: { Source: 'one' }, data: { State } })

interface Unmapped {
  items: { topic: string; items: Record<string, string>; devices: string[]; count: number }[]
}
const unmapped = (fits: (body: Unmapped) => boolean) =>
  seen<Unmapped>(house.admin, `${api}/camera-events/unmapped`, fits)

describe('mappings', () => {
  it('are there from the start, with a rule for each type', async () => {
    const types = new Set((await current()).map(({ type }) => type))
    expect([...types]).toEqual(expect.arrayContaining(['fire', 'smoke', 'heat', 'tamper']))
    const rules = await house.db.selectFrom('rule').select('body').execute()
    const named = rules.flatMap(({ body }) => JSON.parse(body).when.event ?? [])
    expect(named).toEqual(expect.arrayContaining([...types]))
  })

  it.each([
    ['a hazard that the town has not', { hazard: 'volcano' }, /no hazard volcano/],
    ['a type of two words', { type: 'two words' }, /type/],
    ['more than there is', { person: 'name' }, /person/],
    ['a hold of no time', { holdS: 0 }, /holdS/],
  ])('with %s are refused', async (_name, change, problem) => {
    const before = await current()
    const { status, text } = await save([...before, { ...chimney, ...change }])
    expect(status).toBe(400)
    expect(text).toMatch(problem)
    expect(await current()).toEqual(before)
  })

  it('with one id twice are refused', async () => {
    const before = await current()
    const { status, body } = await save([chimney, { ...chimney, type: 'other' }])
    expect(status).toBe(400)
    expect(body.detail).toContain('two mappings chimney')
    expect(await current()).toEqual(before)
  })

  it('of more than 200 lines are refused', async () => {
    const many = Array.from({ length: 201 }, (_, n) => ({ ...chimney, id: `m${n}` }))
    expect((await save(many)).status).toBe(400)
  })

  it('are the whole town’s', async () => {
    const ofA = await house.as('townAdmin-a')
    expect((await ofA.get(path)).status).toBe(404)
    expect((await ofA.send('PUT', path, { items: [] })).status).toBe(404)
    const operator = await house.as('operator-town')
    expect((await operator.get(path)).status).toBe(403)
  })
})

describe('a topic that means nothing yet', () => {
  it('is listed with an example, and no alarm; once mapped it is one', async () => {
    glow(true)
    const { items } = await unmapped((body) => body.items.some(isGlow))
    const seenTopic = items.find(isGlow)
    expect(seenTopic).toMatchObject({ devices: ['peak'] })
    const topic = seenTopic?.topic as string
    expect((await save([...(await current()), { ...chimney, topic }])).status).toBe(200)
    expect((await unmapped((body) => !body.items.some(isGlow))).items).not.toContainEqual(
      expect.objectContaining({ topic }),
    )
    const rule = await house.db
      .selectFrom('rule')
      .select('body')
      .where('id', '=', 'camera-glow')
      .executeTakeFirstOrThrow()
    expect(JSON.parse(rule.body)).toMatchObject({ hazard: 'forestFire', severity: 'orange' })
    glow(false)
    glow(true)
    const alarms = await seen<{ items: { rule: string }[] }>(
      house.admin,
      `${api}/alarms?device=peak`,
      (body) => body.items.some((alarm) => alarm.rule === 'camera-glow'),
    )
    expect(alarms.items.filter((alarm) => alarm.rule === 'camera-glow')).toHaveLength(1)
  })
})

function isGlow({ topic }: { topic: string }): boolean {
  return topic.endsWith('Chimney/Glow')
}
