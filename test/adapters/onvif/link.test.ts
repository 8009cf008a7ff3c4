import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it, test } from 'vitest'
import { createOnvifAdapter } from '../../../adapters/onvif/adapter.ts'
import { deviceServiceOf, reachable, reachableStream } from '../../../adapters/onvif/address.ts'
import { createBackoff } from '../../../adapters/onvif/backoff.ts'
import type { OnvifConfig } from '../../../adapters/onvif/config.ts'
import { probeMessage, readProbeMatches } from '../../../adapters/onvif/discovery.ts'
import { toDegrees, toGeneric } from '../../../adapters/onvif/ptz.ts'
import type { CameraProblem } from '../../../gateway/ports/cameras.ts'
import {
  createOnvifCamera,
  type OnvifCameraOptions,
} from '../../../simulators/camera/onvif-camera.ts'
import { createDiscoveryResponder } from '../../../simulators/camera/onvif-discovery.ts'
import { createHouse } from './kit.ts'

const login = { username: 'admin', password: 'Tal-Wiese-7' }
const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(500)])
const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})
const soon = () => AbortSignal.timeout(20_000)

async function startCamera(options: Partial<OnvifCameraOptions> = {}) {
  const camera = createOnvifCamera({
    identity: { name: '高空 1', serial: 'S1' },
    ...login,
    port: 0,
    rtspUrl: 'rtsp://10.9.8.7:8554/live',
    stillJpeg: async () => jpeg,
    ...options,
  })
  await camera.start()
  ends.push(() => camera.stop())
  return camera
}

async function startServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => new Promise((resolve) => server.close(resolve)))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function open(
  joined: Parameters<typeof createHouse>[0] = [],
  config: OnvifConfig = {},
  guard: Parameters<typeof createHouse>[1] = {},
) {
  const house = createHouse(joined, guard)
  const adapter = createOnvifAdapter(config, house.context)
  await adapter.start()
  ends.push(() => adapter.stop())
  return { house, cameras: adapter.cameras }
}

describe('a probe', () => {
  it('says what the camera is and can do, with a picture', async () => {
    const camera = await startCamera({ manners: { clockOffsetMs: 3_600_000 } })
    const { cameras } = await open()
    const { abilities, still, warnings } = await cameras.probe(
      { address: camera.address(), ...login },
      soon(),
    )
    expect(abilities).toMatchObject({
      maker: 'Lianxun',
      model: 'SimCam',
      serial: 'S1',
      events: true,
      snapshot: true,
      profiles: [{ codec: 'h264', width: 1280, height: 720 }, { width: 640 }],
      ptz: { continuous: true, absolute: true, panRangeDeg: [-180, 180], tiltRangeDeg: [-45, 45] },
    })
    expect(Math.abs(abilities.clockOffsetMs - 3_600_000)).toBeLessThan(60_000)
    expect(abilities.topics).toContain('tns1:RuleEngine/FieldDetector/ObjectsInside')
    expect(abilities.topics.join()).not.toMatch(/Face|Plate/)
    expect(still).toEqual(jpeg)
    expect(warnings).toEqual([])
    expect(camera.counters()).toMatchObject({ requestsPendingMost: 1, wrongLogins: 0 })
  })

  it('does without what a camera has not', async () => {
    const faultOn = ['GetEventProperties', 'GetNodes', 'GetSnapshotUri', 'GetServices']
    const camera = await startCamera({ manners: { faultOn } })
    const { cameras } = await open()
    const probe = await cameras.probe({ address: camera.address(), ...login }, soon())
    expect(probe).toMatchObject({ still: null, warnings: ['noEvents'] })
    expect(probe.abilities).toMatchObject({ events: false, ptz: null, snapshot: false, topics: [] })
    expect(probe.abilities.profiles).toHaveLength(2)
  })

  const servers: [string, RequestListener, CameraProblem][] = [
    ['a web page', (_, response) => response.end('<!DOCTYPE html><html></html>'), 'noOnvif'],
    ['nothing of the kind', (_, response) => response.writeHead(404).end('no'), 'noOnvif'],
    ['an empty answer', (_, response) => response.writeHead(404).end(), 'noOnvif'],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
      'noOnvif',
    ],
    ['a closed door', (request) => request.socket.destroy(), 'unreachable'],
  ]
  it.each(servers)('of %s says so', async (_, listener, problem) => {
    const address = await startServer(listener)
    const { cameras } = await open()
    const probing = cameras.probe({ address, ...login }, soon())
    await expect(probing).rejects.toMatchObject({ name: 'CameraError', problem })
  })

  it('of a wrong password, of nobody, of an address that is not allowed', async () => {
    const camera = await startCamera()
    const { cameras } = await open()
    const address = camera.address()
    const wrong = cameras.probe({ address, ...login, password: 'x' }, soon())
    await expect(wrong).rejects.toMatchObject({ problem: 'wrongPassword' })
    expect(camera.counters().wrongLogins).toBe(1)
    await camera.stop()
    const nobody = cameras.probe({ address, ...login }, soon())
    await expect(nobody).rejects.toMatchObject({ problem: 'unreachable' })
    const rtsp = cameras.probe({ address: 'rtsp://127.0.0.1/x', ...login }, soon())
    await expect(rtsp).rejects.toMatchObject({ problem: 'noOnvif' })
  })

  it('connects to no address that was not asked for, names included', async () => {
    const asked: string[] = []
    const addressProblem = async (address: string) => {
      asked.push(address)
      return /^(127\.0\.0\.1|\[::1\])$/.test(address) ? 'not this one' : undefined
    }
    const camera = await startCamera()
    const { cameras } = await open([], {}, { addressProblem })
    for (const host of ['127.0.0.1', 'localhost']) {
      const address = `http://${host}:${camera.port()}/onvif/device_service`
      const probing = cameras.probe({ address, ...login }, soon())
      await expect(probing).rejects.toMatchObject({
        problem: 'notAllowed',
        message: 'not this one',
      })
    }
    expect(asked).toContain('127.0.0.1')
    expect(camera.counters().connectionsTotal).toBe(0)
  })
})

describe('a camera that has joined', () => {
  async function joined(options: Partial<OnvifCameraOptions> = {}) {
    const camera = await startCamera(options)
    const opened = await open([{ id: 'c', address: camera.address(), login }])
    await opened.house.until('it is described', () => opened.house.abilities.has('c'))
    return { camera, ...opened }
  }

  it('gives stills and its stream, at the host it was reached at', async () => {
    const { cameras } = await joined({ manners: { wrongHost: '10.9.8.7:81' } })
    expect(Buffer.from(await cameras.still('c', soon()))).toEqual(jpeg)
    expect(await cameras.stream('c', soon())).toEqual({
      url: 'rtsp://127.0.0.1:8554/live',
      codec: 'h264',
      login,
    })
  })

  it('whose still is none: an error, and nothing else breaks', async () => {
    const { camera, cameras } = await joined()
    camera.behave({ brokenStill: true })
    await expect(cameras.still('c', soon())).rejects.toMatchObject({ problem: 'fault' })
    expect(cameras.path('c').path).toBe('up')
  })

  it('turns to positions and presets, moves and stops', async () => {
    const { camera, cameras, house } = await joined({
      ptz: { speedDegPerS: 100_000, zoomS: 0.001 },
    })
    await cameras.goTo('c', { panDeg: 250, tiltDeg: 80, zoom: 0.5 })
    await house.until('it is there', () => !camera.head?.isMoving())
    const at = await cameras.position('c')
    expect(at.panDeg).toBeCloseTo(-110, 2)
    expect(at.tiltDeg).toBeCloseTo(45, 2)
    expect(at).toMatchObject({ zoom: 0.5, moving: false })
    const token = camera.head?.savePreset('水库') ?? ''
    await cameras.goTo('c', { panDeg: 0, tiltDeg: 0, zoom: 0 })
    await cameras.goToPreset('c', token)
    await house.until('it is back', () => !camera.head?.isMoving())
    expect((await cameras.position('c')).panDeg).toBeCloseTo(-110, 2)
    await expect(cameras.goToPreset('c', 'none')).rejects.toMatchObject({ problem: 'fault' })
    await cameras.move('c', { pan: -0.5, tilt: 0, zoom: 0 }, 60_000)
    expect(camera.head?.isMoving()).toBe(true)
    await cameras.stop('c')
    expect(camera.head?.isMoving()).toBe(false)
  })

  it('that is not calibrated, or cannot be turned, says so', async () => {
    const { cameras } = await joined({ ptz: { calibrated: false } })
    const somewhere = { panDeg: 0, tiltDeg: 0, zoom: 0 }
    await expect(cameras.goTo('c', somewhere)).rejects.toMatchObject({ problem: 'unsupported' })
    const fixed = await joined({ ptz: false })
    await expect(fixed.cameras.stop('c')).rejects.toMatchObject({ problem: 'unsupported' })
  })

  it('is called while it is wanted: joined later, blocked, removed', async () => {
    const camera = await startCamera()
    const { house, cameras } = await open()
    await expect(cameras.still('c', soon())).rejects.toMatchObject({ problem: 'unsupported' })
    house.add({ id: 'c', address: camera.address(), login })
    const isUp = () => cameras.path('c').path === 'up'
    await house.until('it is there', isUp)
    house.block('c')
    await house.until('it is left', () => camera.counters().subscriptionsOpen === 0)
    house.remove('c')
    house.add({ id: 'd', address: camera.address(), login })
    await house.until('the other', () => cameras.path('d').path === 'up')
    expect(camera.counters()).toMatchObject({ pullsPendingMost: 1, pullsTwice: 0 })
  })
})

describe('discovery', () => {
  it('finds all that answer at an address, once each, and knows who has joined', async () => {
    const host = (n: number) => `http://127.0.0.1:${18_000 + n}/onvif/device_service`
    const responder = createDiscoveryResponder({
      host: '127.0.0.1',
      port: 0,
      cameras: () =>
        [1, 2, 3].map((n) => ({
          uuid: `urn:uuid:${n}`,
          scopes: [
            'onvif://www.onvif.org/hardware/Sim%20Cam',
            `onvif://www.onvif.org/name/${encodeURIComponent(`高空 ${n}`)}`,
          ],
          addresses: n === 3 ? ['nonsense', 'ftp://x/'] : ['http://169.254.3.4/x', host(n)],
        })),
    })
    const port = await responder.start()
    ends.push(() => responder.stop())
    const addressProblem = async (address: string) =>
      address.includes('169.254') ? 'link-local' : undefined
    const joined = [{ id: 'two', address: '127.0.0.1:18002' }]
    const config = { discoveryMs: 600, discoveryTargets: [`127.0.0.1:${port}`] }
    const { cameras } = await open(joined, config, { addressProblem })
    const found = await cameras.discover(soon())
    expect(found.filter(({ address }) => address.includes('127.0.0.1:1800'))).toEqual([
      { address: host(1), name: '高空 1', hardware: 'Sim Cam', device: null },
      { address: host(2), name: '高空 2', hardware: 'Sim Cam', device: 'two' },
    ])
  })

  const match = (relates: string, addresses: string) =>
    Buffer.from(
      `<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Header><RelatesTo>${relates}</RelatesTo></e:Header><e:Body><ProbeMatches><ProbeMatch><XAddrs>${addresses}</XAddrs></ProbeMatch><ProbeMatch><Scopes>onvif://www.onvif.org/name/%ZZ</Scopes><XAddrs>http://b/</XAddrs></ProbeMatch></ProbeMatches></e:Body></e:Envelope>`,
    )
  const of = (bytes: Uint8Array) => readProbeMatches(bytes, { id: 'urn:uuid:1', from: '10.0.0.1' })

  it('takes several matches of one answer, and names that are not well escaped', () => {
    expect(of(match('urn:uuid:1', 'http://a/ http://[fe80::1]/x')).map(({ name }) => name)).toEqual(
      ['', '%ZZ'],
    )
    expect(of(match('urn:uuid:1', 'odd'))).toHaveLength(1)
  })

  it('passes over answers to others and whatever else comes by UDP', () => {
    expect(of(match('urn:uuid:2', 'http://a/'))).toEqual([])
    expect(of(Buffer.from('lollipop'))).toEqual([])
    fc.assert(fc.property(fc.uint8Array(), (bytes) => of(bytes).length === 0))
  })

  it('asks for video transmitters', () => {
    expect(probeMessage('urn:uuid:1')).toContain('dn:NetworkVideoTransmitter')
  })
})

test.each([
  ['192.168.1.64', 'http://192.168.1.64/onvif/device_service'],
  ['cam:8080', 'http://cam:8080/onvif/device_service'],
  ['onvif://cam', 'http://cam/onvif/device_service'],
  ['http://cam/', 'http://cam/onvif/device_service'],
  ['https://u:p@cam/own/path#x', 'https://cam/own/path'],
  ['[fe80::1]:80', 'http://[fe80::1]/onvif/device_service'],
])('the device service of %s is %s', (text, url) => {
  expect(deviceServiceOf(text)).toBe(url)
})

test.each([
  ['http://10.0.0.9:81/events', 'http://cam:8080/events'],
  ['http://cam/events?id=4', 'http://cam/events?id=4'],
  ['https://cam:8443/events', 'https://cam:8443/events'],
  ['/events', 'http://cam:8080/events'],
  ['file:///etc/passwd', 'http://cam:8080/onvif/device_service'],
  ['http://[bad', 'http://cam:8080/onvif/device_service'],
])('a service that names itself %s is called at %s', (named, url) => {
  expect(reachable(named, 'http://cam:8080/onvif/device_service')).toBe(url)
})

test.each([
  ['rtsp://10.0.0.9/live?a=1', 'rtsp://cam:554/live?a=1'],
  ['rtsp://u:p@10.0.0.9:8554/live', 'rtsp://cam:8554/live'],
  ['RTSPS://cam:322/x', 'rtsps://cam:322/x'],
])('a stream named %s is played from %s', (named, url) => {
  expect(reachableStream(named, 'http://cam/onvif/device_service')).toBe(url)
})

test('a stream that is none is refused', () => {
  for (const named of ['', 'http://cam/x', 'rtsp://', '-i /etc/passwd']) {
    expect(() => reachableStream(named, 'http://cam/')).toThrow(/no RTSP address/)
  }
})

test('degrees and the generic space are each other’s inverse, and the far side is the nearer end', () => {
  const range: [number, number] = [-170, 170]
  fc.assert(
    fc.property(fc.double({ min: -170, max: 170, noNaN: true }), (degrees) => {
      expect(toDegrees(toGeneric(degrees, range), range)).toBeCloseTo(degrees, 6)
    }),
  )
  expect(toGeneric(175, range)).toBe(1)
  expect(toGeneric(-175, range)).toBe(-1)
  expect(toGeneric(350, range)).toBeCloseTo(toGeneric(-10, range), 9)
})

test('pauses grow to their limit, by chance between half and whole', () => {
  const low = createBackoff({ firstMs: 1_000, longestMs: 30_000, random: () => 0 })
  expect(Array.from({ length: 7 }, () => low.next())).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
  ])
  const high = createBackoff({ firstMs: 1_000, longestMs: 30_000, random: () => 1 })
  expect(Array.from({ length: 200 }, () => high.next()).at(-1)).toBe(30_000)
  high.reset()
  expect(high.next()).toBe(1_000)
})
