import { afterEach, describe, expect, it } from 'vitest'
import { createOnvifAdapter, type OnvifAdapter } from '../../../adapters/onvif/adapter.ts'
import type { OnvifConfig } from '../../../adapters/onvif/config.ts'
import { realTiming, type Timing } from '../../../adapters/onvif/timing.ts'
import { type CameraProblem } from '../../../gateway/ports/cameras.ts'
import type { BadManners } from '../../../simulators/camera/bad-manners.ts'
import {
  createOnvifCamera,
  type OnvifCamera,
  type OnvifCameraOptions,
} from '../../../simulators/camera/onvif-camera.ts'
import { createHouse, type TestHouse } from './kit.ts'

/** The adapter against simulated cameras over sockets, with their own counters as witnesses. */

const login = { username: 'admin', password: 'Tal-Wiese-7' }

/** Short where the camera is waited for, and long enough for a busy machine where it answers. */
const quick: OnvifConfig = {
  pullTimeoutMs: 300,
  pullGraceMs: 700,
  firstPullTimeoutMs: 100,
  requestTimeoutMs: 1_000,
  pullGapMs: 5,
  emptyPullGapMs: 51,
  firstBackoffMs: 80,
  longestBackoffMs: 320,
  settleMs: 0,
}
/** Half of each ceiling, as chance is 0; no other pause is one of these. */
const backoffs = [40, 80, 160]

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

async function startCamera(name: string, options: Partial<OnvifCameraOptions> = {}) {
  const camera = createOnvifCamera({
    identity: { name, serial: name },
    ...login,
    port: 0,
    rtspUrl: 'rtsp://10.9.8.7:8554/live',
    stillJpeg: async () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(500)]),
    ...options,
  })
  await camera.start()
  ends.push(() => camera.stop())
  return camera
}

function countPauses() {
  const pauses: number[] = []
  const timing: Timing = {
    ...realTiming,
    pause(ms, signal) {
      pauses.push(ms)
      return realTiming.pause(ms, signal)
    },
  }
  return { timing, backoffs: () => pauses.filter((ms) => backoffs.includes(ms)).length }
}

async function startAdapter(house: TestHouse, config: OnvifConfig = {}, timing?: Timing) {
  const parts = { random: () => 0, ...(timing && { timing }) }
  const adapter = createOnvifAdapter({ ...quick, ...config }, house.context, parts)
  await adapter.start()
  ends.push(() => adapter.stop())
  return adapter
}

const isUp = (adapter: OnvifAdapter, id: string) => () => adapter.cameras.path(id).path === 'up'

function see(camera: OnvifCamera, isThere: boolean): void {
  camera.raise({
    topic: 'RuleEngine/FieldDetector/ObjectsInside',
    source: { VideoSource: 'v', Rule: 'forest' },
    data: { IsInside: isThere, ...(isThere && { ClassTypes: 'Fire' }) },
  })
}

async function fireAndItsEnd(house: TestHouse, camera: OnvifCamera, id: string): Promise<void> {
  const before = house.said(id).filter((one) => one === 'fire clear').length
  see(camera, true)
  await house.until(`fire at ${id}`, () => house.said(id).at(-1) === 'fire active')
  see(camera, false)
  const ended = () => house.said(id).filter((one) => one === 'fire clear').length > before
  await house.until(`the end of the fire at ${id}`, ended)
}

const hasDescribed = (house: TestHouse, id: string) => () => house.abilities.has(id)

describe('a bad manner', () => {
  const rows: [string, Partial<BadManners>, CameraProblem][] = [
    ['a fault to each pull', { faultOn: ['PullMessages'] }, 'fault'],
    [
      'a fault to each subscription and pull',
      { faultOn: ['CreatePullPointSubscription', 'PullMessages'] },
      'fault',
    ],
    ['a fault to everything', { faultOn: ['*'] }, 'fault'],
    ['pulls that hang', { hangOn: ['PullMessages'] }, 'timeout'],
    ['everything hangs', { hangOn: ['*'] }, 'timeout'],
    ['half a connection', { halfOpen: true }, 'timeout'],
    ['answers without end', { answer: 'giant' }, 'fault'],
    ['answers that are no XML', { answer: 'malformed' }, 'fault'],
    ['answers that are cut off', { answer: 'truncated' }, 'fault'],
    ['an entity bomb', { answer: 'bomb' }, 'fault'],
    ['a web page', { answer: 'html' }, 'noOnvif'],
    ['a byte now and then', { answer: 'trickle' }, 'timeout'],
  ]
  it.each(rows)(
    '%s: noticed, not hammered, others unaffected, recovered',
    async (_, manner, problem) => {
      const bad = await startCamera('bad')
      const good = await startCamera('good')
      const house = createHouse([
        { id: 'bad', address: bad.address(), login },
        { id: 'good', address: good.address(), login },
      ])
      const { timing, backoffs: waited } = countPauses()
      const adapter = await startAdapter(house, {}, timing)
      await house.until('both are there', () => isUp(adapter, 'bad')() && isUp(adapter, 'good')())
      await house.until('both are described', hasDescribed(house, 'bad'))
      see(bad, true)
      await house.until('a fire', () => house.said('bad').includes('fire active'))

      bad.behave(manner)
      await house.until('the trouble', () => adapter.cameras.path('bad').path === 'down')
      expect(adapter.cameras.path('bad').problem).toBe(problem)
      expect(adapter.cameras.path('bad').trouble).toMatch(/\w.*\.$/)
      await house.until('it is said', () => house.said('bad').includes('offline'))
      expect(house.said('bad')).toEqual(['online', 'fire active', 'fire unknown', 'offline'])
      bad.resetCounters()
      const pausesBefore = waited()
      await fireAndItsEnd(house, good, 'good')
      await house.until('some attempts', () => waited() >= pausesBefore + 2)
      const { subscriptionAttempts, pullsPendingMost, requestsPendingMost, pullsTwice } =
        bad.counters()
      expect(subscriptionAttempts.length).toBeLessThanOrEqual(waited() - pausesBefore + 1)
      expect(pullsPendingMost).toBeLessThanOrEqual(1)
      expect(requestsPendingMost).toBeLessThanOrEqual(1)
      expect(pullsTwice).toBe(0)
      expect(adapter.cameras.path('good').path).toBe('up')
      expect(house.said('good')).toEqual(['online', 'fire active', 'fire clear'])

      bad.behaveWell()
      await house.until('the recovery', isUp(adapter, 'bad'))
      await house.until('what stands', () => house.said('bad').at(-1) === 'fire active')
      see(bad, false)
      await house.until('the end', () => house.said('bad').at(-1) === 'fire clear')
    },
  )

  it('a restart of the camera: a new subscription, and what ended meanwhile is over', async () => {
    const camera = await startCamera('c')
    const house = createHouse([{ id: 'c', address: camera.address(), login }])
    const adapter = await startAdapter(house)
    await house.until('it is there', isUp(adapter, 'c'))
    see(camera, true)
    await house.until('a fire', () => house.said('c').includes('fire active'))
    const away = camera.reboot(600)
    await house.until('it is away', () => adapter.cameras.path('c').path === 'down')
    see(camera, false)
    await away
    await house.until('it is back', isUp(adapter, 'c'))
    await house.until('the end', () => house.said('c').at(-1) === 'fire clear')
    expect(house.said('c')).toEqual([
      'online',
      'fire active',
      'fire unknown',
      'offline',
      'online',
      'fire clear',
    ])
  })
})

describe('what is no trouble', () => {
  const rows: [string, Partial<BadManners>][] = [
    ['long polls that are reset', { resetPullAfterMs: 150 }],
    ['no Renew', { noRenew: true }],
    ['other prefixes', { prefixes: 'other' }],
    ['no prefixes', { prefixes: 'default' }],
    ['a clock that is off by an hour', { clockOffsetMs: 3_600_000 }],
    ['a clock in 1970', { clockOffsetMs: -Date.now() + 5_000_000 }],
    ['times without a zone', { utcTime: 'noZone' }],
    ['times of zeros', { utcTime: 'zero' }],
    ['booleans of digits', { booleans: 'digits' }],
    ['booleans of zeros', { booleans: 'zeros' }],
    ['booleans in words of its own', { booleans: 'active' }],
    ['blanks around topics', { topicText: 'blanks' }],
    ['a slash after topics', { topicText: 'trailingSlash' }],
    ['topics of sub-trees', { topicText: 'subtree' }],
    ['a host that it has not', { wrongHost: '10.9.8.7:80' }],
    ['no synchronisation', { faultOn: ['SetSynchronizationPoint', 'Renew'] }],
  ]
  it.each(rows)('%s', async (_, manners) => {
    const camera = await startCamera('c', { manners })
    const house = createHouse([{ id: 'c', address: camera.address(), login }])
    const adapter = await startAdapter(house)
    await house.until('it is there', isUp(adapter, 'c'))
    const began = Date.now()
    await fireAndItsEnd(house, camera, 'c')
    expect(house.said('c')).toEqual(['online', 'fire active', 'fire clear'])
    for (const { observedAt, receivedAt } of house.events('c')) {
      expect(observedAt).toBeGreaterThan(began - 60_000)
      expect(observedAt).toBeLessThanOrEqual(receivedAt)
    }
    expect(camera.counters()).toMatchObject({ pullsPendingMost: 1, pullsTwice: 0, wrongLogins: 0 })
    expect(camera.counters().subscriptionAttempts).toHaveLength(1)
  })

  it('reference parameters instead of an address; at the end the camera is rid of us', async () => {
    const camera = await startCamera('c', { referenceParameters: true })
    const house = createHouse([{ id: 'c', address: camera.address(), login }])
    const adapter = await startAdapter(house)
    await house.until('it is there', isUp(adapter, 'c'))
    await fireAndItsEnd(house, camera, 'c')
    expect(camera.counters().subscriptionsOpen).toBe(1)
    await adapter.stop()
    expect(camera.counters()).toMatchObject({ subscriptionsOpen: 0, requestsPending: 0 })
  })

  it('a short life of subscriptions: renewed in time, never made anew', async () => {
    const camera = await startCamera('c')
    const house = createHouse([{ id: 'c', address: camera.address(), login }])
    const settings = { subscriptionMs: 3_000, renewBeforeMs: 2_800, pullTimeoutMs: 100 }
    await startAdapter(house, settings)
    await house.until('renewals', () => (camera.counters().requests.Renew ?? 0) >= 2)
    expect(camera.counters().subscriptionAttempts).toHaveLength(1)
  })
})

describe('the login', () => {
  it('a wrong password is tried once, until there is another', async () => {
    const camera = await startCamera('c')
    const other = await startCamera('other')
    const house = createHouse([
      { id: 'c', address: camera.address(), login: { ...login, password: 'wrong' } },
      { id: 'other', address: other.address(), login },
    ])
    const adapter = await startAdapter(house)
    await house.until('it is refused', () => adapter.cameras.path('c').path === 'refused')
    expect(adapter.cameras.path('c')).toMatchObject({ problem: 'wrongPassword' })
    const { requests } = camera.counters()
    // The other camera's pulls tell that time goes on.
    await house.until('time goes on', () => (other.counters().requests.PullMessages ?? 0) >= 4)
    const signal = AbortSignal.timeout(5_000)
    await expect(adapter.cameras.still('c', signal)).rejects.toMatchObject({
      problem: 'wrongPassword',
    })
    await expect(adapter.cameras.stop('c')).rejects.toMatchObject({ problem: 'wrongPassword' })
    expect(camera.counters()).toMatchObject({ wrongLogins: 1, requests })

    await house.book.setLogin('c', login)
    await house.until('it is let in', isUp(adapter, 'c'))
    expect(camera.counters().wrongLogins).toBe(1)
  })

  it('a password that was changed at the camera does not lock the account', async () => {
    const camera = await startCamera('c')
    const house = createHouse([{ id: 'c', address: camera.address(), login }])
    const adapter = await startAdapter(house)
    await house.until('it is there', isUp(adapter, 'c'))
    camera.setAuthentication({ password: 'another' })
    await house.until('it is refused', () => adapter.cameras.path('c').path === 'refused')
    expect(camera.counters().wrongLogins).toBeLessThanOrEqual(2)
    expect(camera.isLocked()).toBe(false)
    await house.until('it is said', () => house.said('c').includes('offline'))
  })

  it('an account that is locked is left alone', async () => {
    const camera = await startCamera('c', { authentication: { lockAfter: 1 } })
    const wrong = { ...login, password: 'wrong' }
    const house = createHouse([{ id: 'c', address: camera.address(), login: wrong }])
    const adapter = await startAdapter(house)
    await house.until('it is refused', () => adapter.cameras.path('c').path === 'refused')
    await house.book.setLogin('c', login)
    const locked = () => adapter.cameras.path('c').problem === 'locked'
    await house.until('it is locked', locked)
    expect(camera.counters().wrongLogins).toBe(1)
  })

  const ways: [string, OnvifCameraOptions['authentication']][] = [
    ['digest by MD5', { algorithms: ['MD5'], usernameToken: false }],
    ['digest by SHA-256', { algorithms: ['SHA-256'], usernameToken: false }],
    ['tokens', { httpDigest: false }],
    ['none', { httpDigest: false, usernameToken: false }],
  ]
  it.each(ways)('%s', async (_, authentication) => {
    const camera = await startCamera('c', { authentication })
    const house = createHouse([{ id: 'c', address: camera.address(), login }])
    const adapter = await startAdapter(house)
    await house.until('it is there', isUp(adapter, 'c'))
    await house.until('it is described', hasDescribed(house, 'c'))
    expect((await adapter.cameras.still('c', AbortSignal.timeout(8_000))).length).toBe(503)
    const { wrongLogins, staleLogins, replayedLogins } = camera.counters()
    expect([wrongLogins, staleLogins, replayedLogins]).toEqual([0, 0, 0])
  })

  it('another way of logging in, and a clock that is set, while it runs', async () => {
    const camera = await startCamera('c')
    const house = createHouse([{ id: 'c', address: camera.address(), login }])
    const adapter = await startAdapter(house)
    await house.until('it is there', isUp(adapter, 'c'))
    camera.setAuthentication({ httpDigest: false })
    await fireAndItsEnd(house, camera, 'c')
    camera.behave({ clockOffsetMs: 7_200_000 })
    await fireAndItsEnd(house, camera, 'c')
    camera.setAuthentication({ httpDigest: true, usernameToken: false })
    await fireAndItsEnd(house, camera, 'c')
    expect(adapter.cameras.path('c').path).toBe('up')
    expect(camera.counters().wrongLogins).toBe(0)
  })
})

describe('persons', () => {
  it('what names one is counted and dropped, and nothing of it stays', async () => {
    const camera = await startCamera('c')
    const house = createHouse([{ id: 'c', address: camera.address(), login }])
    await startAdapter(house)
    await house.until('it is there', () => house.said('c').includes('online'))
    camera.raise({
      topic: 'RuleEngine/Recognition/LicensePlate',
      source: { VideoSource: 'v', Rule: 'r' },
      data: { PlateNumber: 'XA12345', Likelihood: 0.9 },
    })
    camera.raise({
      topic: 'RuleEngine/MyRuleDetector/FaceDetect',
      source: { Source: 'v' },
      data: { State: true },
    })
    camera.raise({ topic: 'vendor:Door/Opened', data: { PersonName: 'Zhang', Door: 'north' } })
    await house.until('all three were taken', () => (house.counts.refused ?? 0) >= 3)
    const kept = JSON.stringify([house.observations, house.unmapped, house.lines])
    for (const word of ['XA12345', 'Plate', 'Face', 'Zhang', 'north'])
      expect(kept).not.toContain(word)
  })
})
