import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OnvifCamera } from '../../simulators/camera/onvif-camera.ts'
import { api, type CameraHouse, openCameraHouse } from './http/camera-kit.ts'
import { villageA } from './http/house.ts'
import { seen } from './http/on-air.ts'

/** From what a camera says over ONVIF to the queue, through the whole house. */

let house: CameraHouse
let camera: OnvifCamera

beforeAll(async () => {
  house = await openCameraHouse()
  camera = await house.joined('tower')
})
afterAll(() => house?.stop())

interface Cases {
  items: { hazard: string }[]
}

function see(isThere: boolean): void {
  camera.raise({
    topic: 'RuleEngine/FieldDetector/ObjectsInside',
    source: { VideoSource: 'v', Rule: 'forest' },
    data: { IsInside: isThere, ...(isThere && { ClassTypes: 'Fire' }) },
  })
}

it('one word of a fire is a case, and its end clears the alarm', async () => {
  see(true)
  const path = `${api}/cases?hazard=forestFire&village=${villageA}`
  await seen<Cases>(house.admin, path, ({ items }) => items.length === 1)
  see(false)
  const alarms = `${api}/alarms?village=${villageA}`
  type Alarms = { items: { device: string; rule: string; state: string }[] }
  const { items } = await seen<Alarms>(house.admin, alarms, ({ items }) =>
    items.some(({ device, state }) => device === 'tower' && state.startsWith('cleared')),
  )
  expect(items.filter(({ device }) => device === 'tower')).toHaveLength(1)
})
