import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CameraFleet, createCameraFleet } from '../../../simulators/camera-fleet.ts'
import { forestFire } from '../../../simulators/scenarios/forest-fire.ts'
import type { Play } from '../../../simulators/scenarios/play.ts'
import { readDevices } from '../../../simulators/town.ts'
import { challengesOf, digestHeader, envelope, exchange, heardIn, textOf } from './soap-client.ts'

const town = join(import.meta.dirname, '..', '..', '..', 'examples', 'town')
const devices = readDevices(town)
const startMs = Date.UTC(2026, 10, 22, 6, 0, 0)
const minuteMs = 60_000

describe('the cameras of the sample town', () => {
  let fleet: CameraFleet
  let play: Play

  beforeAll(async () => {
    fleet = createCameraFleet({
      devices,
      seed: 1,
      password: 'town-secret',
      portOf: () => 0,
      rtspPort: 0,
      discoveryPort: 0,
      controlPort: 0,
    })
    await fleet.start()
    play = forestFire.stage({ devices, village: forestFire.defaultVillage, seed: 1, startMs })
    fleet.play(play)
  })

  afterAll(() => fleet.stop())

  const one = (id: string) => {
    const camera = fleet.cameras().get(id)
    if (!camera) throw new Error(`no camera ${id}`)
    return camera
  }

  /** By HTTP digest, as any client. */
  async function signed(url: string, method: string, content?: string) {
    const [challenge = ''] = challengesOf(await exchange(url, { method, content }))
    const uri = new URL(url).pathname + new URL(url).search
    const authorization = digestHeader(challenge, { password: 'town-secret', method, uri })
    return exchange(url, { method, content, headers: { authorization } })
  }

  it('are sixteen, each at a port of its own', () => {
    const addresses = [...fleet.cameras().values()].map((camera) => camera.address())
    expect(new Set(addresses).size).toBe(16)
    expect(fleet.login()).toEqual({ username: 'admin', password: 'town-secret' })
    const { rtsp, discovery, control } = fleet.ports()
    expect(Math.min(rtsp, discovery, control)).toBeGreaterThan(0)
  })

  it('give a JPEG of where they look, and the address of their stream', async () => {
    const camera = one('v5-cam1')
    const still = await signed(`http://127.0.0.1:${camera.port()}/onvif/snapshot`, 'GET')
    expect([still.status, still.bytes.subarray(0, 3).toString('hex')]).toEqual([200, 'ffd8ff'])
    const ask =
      '<trt:GetStreamUri><trt:ProfileToken>Profile_1</trt:ProfileToken></trt:GetStreamUri>'
    const stream = await signed(camera.address(), 'POST', envelope(ask))
    expect(textOf(stream, 'tt:Uri')).toBe(`rtsp://127.0.0.1:${fleet.ports().rtsp}/v5-cam1`)
  })

  it('see the fire where it is, say so, and say when it is over', async () => {
    const sighted = play.sighted ?? []
    const [first] = sighted
    if (!first) throw new Error('nobody sees the fire')
    const camera = one(first.camera.id)
    const created = await signed(
      camera.address(),
      'POST',
      envelope(
        '<tev:CreatePullPointSubscription><tev:SubscriptionPolicy><tev:ChangedOnly>true</tev:ChangedOnly></tev:SubscriptionPolicy></tev:CreatePullPointSubscription>',
      ),
    )
    const pull = () =>
      signed(
        textOf(created, 'wsa:Address') ?? '',
        'POST',
        envelope(
          '<tev:PullMessages><tev:Timeout>PT10S</tev:Timeout><tev:MessageLimit>99</tev:MessageLimit></tev:PullMessages>',
        ),
      )
    const classes = async () => {
      const heard = heardIn(await pull())
      return heard
        .filter((said) => said.topic.endsWith('ObjectDetection/Object'))
        .map((said) => said.items.ClassTypes)
    }
    fleet.advance(startMs + 3.5 * minuteMs)
    expect(await classes()).toEqual(['Smoke', 'Smoke', 'Smoke'])
    const [fire] = camera.picture.scene().fires
    expect(fire?.bearingDeg).toBeCloseTo(first.bearingDeg)
    expect(fire).toMatchObject({ smoke: 0.6, flames: 0 })
    fleet.advance(startMs + 6 * minuteMs)
    expect(await classes()).toEqual(['Fire', 'Fire'])
    expect(camera.picture.scene().fires[0]?.flames).toBe(1)
    fleet.advance(startMs + 30 * minuteMs)
    const over = heardIn(await pull())
    expect(over.map((said) => [said.operation, said.items.IsInside])).toEqual([
      ['Changed', 'false'],
      ['Changed', 'false'],
    ])
    expect(camera.picture.scene().fires).toEqual([])
    const seeing = new Set(sighted.map((seen) => seen.camera.id))
    expect(seeing.size).toBe(2)
  })

  it('show the same fire to whoever looks there, and to nobody far away', () => {
    fleet.advance(startMs + 6 * minuteMs)
    const fires = [...fleet.cameras().values()].map(({ device, picture }) => {
      return { id: device.id, fires: picture.scene().fires }
    })
    const seeing = fires.filter((one) => one.fires.length > 0).map(({ id }) => id)
    expect(seeing).toEqual(expect.arrayContaining(['v5-cam1', 'v5-cam2', 'v6-cam1']))
    expect(seeing).not.toContain('v3-cam2')
    const bearings = fires.flatMap((one) =>
      one.fires.map(({ bearingDeg }) => Math.round(bearingDeg)),
    )
    expect(new Set(bearings).size).toBe(bearings.length)
    fleet.advance(startMs + 30 * minuteMs)
    expect(one('v6-cam1').picture.scene().fires).toEqual([])
  })

  it('turn to what they recognise beside their view, and back when it is over', () => {
    const { head, device } = one('v4-cam1')
    if (!head) throw new Error('it can be turned')
    const turns: (number | undefined)[] = []
    const moveTo = head.moveTo
    head.moveTo = (target) => {
      turns.push(target.panDeg && Math.round(target.panDeg))
      moveTo({ ...target, panDeg: head.view().panDeg })
    }
    const bearingDeg = (device.headingDeg + 120) % 360
    const seen = { camera: device, type: 'smoke' as const, bearingDeg }
    const beside = { ...seen, atMs: startMs + 40 * minuteMs, state: 'active' as const }
    const over = { ...seen, atMs: startMs + 50 * minuteMs, state: 'clear' as const }
    fleet.play({ ...play, moments: [], lines: [], sighted: [beside, over] })
    fleet.advance(startMs + 45 * minuteMs)
    expect(turns).toEqual([120])
    fleet.advance(startMs + 55 * minuteMs)
    expect(turns).toEqual([120, 0])
    head.moveTo = moveTo
  })

  it('show where their head looks', () => {
    const camera = one('v1-cam1')
    camera.head?.moveTo({ panDeg: 0, zoom: 0 })
    camera.alarms.motion(true)
    fleet.advance(startMs)
    expect(camera.picture.view()).toEqual({ panDeg: 0, tiltDeg: 0, zoom: 1 })
  })

  it('shut out nobody else when one behaves badly', async () => {
    one('v2-cam1').behave({ halfOpen: true })
    const still = await signed(`http://127.0.0.1:${one('v2-cam2').port()}/onvif/snapshot`, 'GET')
    expect(still.status).toBe(200)
    one('v2-cam1').behaveWell()
  })
})

describe('a fleet', () => {
  it('makes its password when none is given, and takes ports from devices.csv', () => {
    const fleet = createCameraFleet({ devices, seed: 1 })
    expect(fleet.login().password).toMatch(/^[\w-]{16}$/)
    const ports = [...fleet.cameras().values()].map((camera) => camera.port())
    expect([ports[0], ports.at(-1)]).toEqual([18_101, 18_116])
  })

  it('says which camera has no address', () => {
    const lost = devices
      .filter((device) => device.kind === 'camera')
      .map((device) => ({ ...device, address: '' }))
    expect(() => createCameraFleet({ devices: lost, seed: 1 })).toThrow('v1-cam1 has no address')
  })
})
