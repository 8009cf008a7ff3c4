import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OnvifCamera } from '../../../../simulators/camera/onvif-camera.ts'
import { until } from '../../../adapters/mqtt/kit.ts'
import { api, type CameraHouse, headingDeg, openCameraHouse } from '../camera-kit.ts'
import type { Person } from '../house.ts'
import { auditOf } from '../people-kit.ts'
import { minute, townClock } from '../town-clock.ts'

/** The hand on a camera: it turns, it is held, and who took it is written down. */

const clock = townClock()
let house: CameraHouse
let operator: Person
let camera: OnvifCamera

beforeAll(async () => {
  house = await openCameraHouse({ clock })
  operator = await house.as('operator-town')
  camera = await house.joined('peak')
  await house.joined('gate', { ptz: false })
})

afterAll(() => house?.stop())

const turn = (person: Person, act: Record<string, unknown>, id = 'peak') =>
  person.post(`${api}/cameras/${id}/ptz`, act)
const head = () => camera.head as NonNullable<OnvifCamera['head']>
const taken = async (id = 'peak') =>
  (await auditOf(house, `device:${id}`)).filter(({ act }) => act === 'turnCamera')

describe('a camera', () => {
  it('moves until it is stopped', async () => {
    const moved = await turn(operator, { act: 'move', pan: 1, tilt: 0, zoom: 0 })
    expect(moved.status).toBe(200)
    await until('it to turn', () => head().view().panDeg > 1)
    expect((await turn(operator, { act: 'stop' })).status).toBe(200)
    expect(head().isMoving()).toBe(false)
  })

  it('goes to a preset', async () => {
    head().moveTo({ panDeg: 0 })
    await until('it to be there', () => !head().isMoving())
    const token = head().savePreset('东门') as string
    head().moveTo({ panDeg: 20 })
    expect((await turn(operator, { act: 'preset', token })).status).toBe(200)
    await until('the preset', () => Math.abs(head().view().panDeg) < 0.5 && !head().isMoving())
    const none = await turn(operator, { act: 'preset', token: 'no-such-preset' })
    expect(none.status).toBe(409)
  })

  it('looks along a bearing, by its heading', async () => {
    const answer = await turn(operator, { act: 'bearing', bearingDeg: headingDeg + 30 })
    expect(answer.status).toBe(200)
    await until('it to look there', () => Math.abs(head().view().panDeg - 30) < 1)
  })

  it('whose heading is unknown says what to do', async () => {
    const { admin } = house
    await admin.send('PATCH', `${api}/cameras/peak`, { headingDeg: null })
    const { status, body } = await turn(operator, { act: 'bearing', bearingDeg: 10 })
    expect(status).toBe(409)
    expect(body.detail).toMatch(/heading/)
    await admin.send('PATCH', `${api}/cameras/peak`, { headingDeg })
  })

  it('that cannot turn is nobody’s', async () => {
    for (const id of ['gate', 'v1-cam1']) {
      const { status, body } = await turn(operator, { act: 'stop' }, id)
      expect(status).toBe(409)
      expect(body.detail).toMatch(/does not turn/)
      expect((await operator.get(`${api}/cameras/${id}`)).body.heldBy).toBeNull()
      expect(await taken(id)).toEqual([])
    }
  })

  it.each([
    { act: 'move', pan: 2, tilt: 0, zoom: 0 },
    { act: 'bearing', bearingDeg: 361 },
    { act: 'preset', token: '' },
    { act: 'dance' },
  ])('does not understand %o', async (act) => {
    expect((await turn(operator, act)).status).toBe(400)
  })
})

describe('the hand', () => {
  it('holds it for a minute after each act, and everybody sees whose it is', async () => {
    const { body } = await turn(operator, { act: 'stop' })
    const held = { heldBy: 'operator-town', heldUntil: clock.now() + minute }
    expect(body).toEqual(held)
    const viewer = await house.as('viewer-a')
    expect((await viewer.get(`${api}/cameras/peak`)).body).toMatchObject(held)
    clock.advance(minute)
    const none = { heldBy: null, heldUntil: null }
    expect((await viewer.get(`${api}/cameras/peak`)).body).toMatchObject(none)
  })

  it('is written down once each time it is taken, also from one another', async () => {
    const before = (await taken()).length
    const cadre = await house.as('villageCadre-a')
    for (const person of [operator, operator, cadre, cadre, operator]) {
      expect((await turn(person, { act: 'stop' })).status).toBe(200)
    }
    clock.advance(minute)
    await turn(operator, { act: 'move', pan: 0, tilt: 0.1, zoom: 0 })
    const entries = (await taken()).slice(before)
    expect(entries.map(({ detail }) => detail)).toEqual(['stop', 'stop', 'stop', 'move'])
    expect(new Set(entries.map(({ actor }) => actor)).size).toBe(2)
  })

  it('is written down also when the camera did not obey', async () => {
    clock.advance(minute)
    camera.behave({ faultOn: ['Stop'] })
    const before = (await taken()).length
    const { status, body } = await turn(operator, { act: 'stop' })
    camera.behaveWell()
    expect(status).toBe(409)
    expect(body.detail).toBe('The camera answered with an error; try again, or restart it.')
    expect(await taken()).toHaveLength(before + 1)
  })

  it('is not for viewers, nor for the cadre of another village', async () => {
    const viewer = await house.as('viewer-town')
    expect((await turn(viewer, { act: 'stop' })).status).toBe(403)
    const cadre = await house.as('villageCadre-a')
    expect((await turn(cadre, { act: 'stop' }, 'v2-cam1')).status).toBe(404)
  })
})
