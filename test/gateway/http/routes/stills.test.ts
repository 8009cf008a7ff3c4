import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OnvifCamera } from '../../../../simulators/camera/onvif-camera.ts'
import { api, type CameraHouse, greyAt, openCameraHouse } from '../camera-kit.ts'
import { villageA } from '../house.ts'
import { seen } from '../on-air.ts'
import { auditOf } from '../people-kit.ts'
import { minute, townClock } from '../town-clock.ts'

/** What a camera shows now, what it never shows, and what is kept of it. */

const clock = townClock()
let house: CameraHouse
let camera: OnvifCamera

beforeAll(async () => {
  house = await openCameraHouse({ clock })
  camera = await house.joined('peak', { ptz: false })
})

afterAll(() => house?.stop())

async function still(username: string, id = 'peak', query = '') {
  const { cookie } = await house.as(username)
  const path = `${house.base}${api}/cameras/${id}/still${query}`
  const response = await fetch(path, { headers: { cookie } })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

const mask = (masks: unknown) => house.admin.send('PATCH', `${api}/cameras/peak`, { masks })
const leftHalf = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
]

describe('a still', () => {
  it('is a JPEG of now, with its time, and kept by nobody on the way', async () => {
    const { response, bytes } = await still('viewer-a')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    expect(response.headers.get('cache-control')).toBe('private, no-store')
    expect(Number(response.headers.get('x-taken-at'))).toBe(clock.now())
    expect(await greyAt(bytes, 0.5, 0.5)).toBeGreaterThan(250)
    const view = (await house.admin.get(`${api}/cameras/peak`)).body
    expect(view.stillAt).toBe(clock.now())
  })

  it('serves for a minute, unless a fresh one is asked for', async () => {
    await still('viewer-a', 'peak', '?fresh=true')
    const before = camera.counters().stills
    clock.advance(30_000)
    await still('viewer-a')
    expect(camera.counters().stills).toBe(before)
    await still('viewer-a', 'peak', '?fresh=true')
    expect(camera.counters().stills).toBe(before + 1)
    clock.advance(minute)
    await still('viewer-a')
    expect(camera.counters().stills).toBe(before + 2)
  })

  it('never shows what a mask covers, from the moment it is drawn', async () => {
    await still('viewer-a', 'peak', '?fresh=true')
    expect((await mask([leftHalf])).body.masks).toEqual([leftHalf])
    const { bytes } = await still('viewer-a')
    expect(await greyAt(bytes, 0.25, 0.5)).toBeLessThan(5)
    expect(await greyAt(bytes, 0.75, 0.5)).toBeGreaterThan(250)
    expect((await mask([])).status).toBe(200)
    expect(await greyAt((await still('viewer-a')).bytes, 0.25, 0.5)).toBeGreaterThan(250)
  })

  it.each([
    [[leftHalf.slice(0, 2)]],
    [
      [
        [
          [0, 0],
          [2, 0],
          [0, 1],
        ],
      ],
    ],
    [Array.from({ length: 17 }, () => leftHalf)],
  ])('has no such mask: %o', async (masks) => {
    expect((await mask(masks)).status).toBe(400)
  })

  it('is a look that is written down, once an hour', async () => {
    const looks = async () =>
      (await auditOf(house, 'device:peak')).filter(({ act }) => act === 'lookAtCamera').length
    await still('operator-town')
    const before = await looks()
    await still('operator-town')
    expect(await looks()).toBe(before)
    await still('supervisor-town')
    expect(await looks()).toBe(before + 1)
  })

  it('of a camera that is away, or has no login, is 503 with advice', async () => {
    const away = await house.joined('away', { ptz: false })
    await away.stop()
    const gone = await still('viewer-a', 'away', '?fresh=true')
    expect(gone.response.status).toBe(503)
    expect(JSON.parse(gone.bytes.toString())).toMatchObject({
      type: 'urn:lianxun:unreachable',
      detail: 'The camera does not answer: check its power and its network cable.',
    })
    const none = await still('viewer-a', 'v1-cam1')
    expect(none.response.status).toBe(503)
    expect(none.bytes.toString()).toContain('no login yet')
  })

  it('is not there for other villages', async () => {
    const { response } = await still('viewer-a', 'v2-cam1')
    expect(response.status).toBe(404)
  })
})

describe('stills of cases', () => {
  it('are listed by the camera, newest first, and are in the case with hash and time', async () => {
    expect((await house.admin.get(`${api}/cameras/peak/stills`)).body.items).toEqual([])
    camera.alarms.temperature(true)
    const path = `${api}/cameras/peak/stills`
    const { items } = await seen<{ items: Record<string, unknown>[] }>(
      house.admin,
      path,
      (body) => body.items.length > 0,
    )
    expect(items[0]).toMatchObject({ device: 'peak', cause: 'alarm', at: clock.now() })
    const { sha256, case: caseId } = items[0] as { sha256: string; case: string }
    const pictured = await house.admin.get(`${api}/cases/${caseId}`)
    expect(pictured.body).toMatchObject({ village: villageA })
    expect(pictured.text).toContain(sha256)
    expect((await house.admin.get(`${api}/pictures/${sha256}`)).status).toBe(200)
    const other = await house.as('viewer-a')
    expect((await other.get(path)).body.items).toHaveLength(items.length)
  })
})
