import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFleet, type Fleet } from '../../simulators/fleet.ts'
import type { Sample } from '../../simulators/sampler.ts'
import { forestFire } from '../../simulators/scenarios/forest-fire.ts'
import type { Line } from '../../simulators/scenarios/play.ts'
import { towerDown } from '../../simulators/scenarios/tower-down.ts'
import { mqttDevices } from '../../simulators/town.ts'
import type { VirtualClock } from '../../simulators/virtual-clock.ts'
import { type Broker, hasMosquitto, startBroker, until } from './broker.ts'
import { afternoon, devices, hourMs, minuteMs, staged } from './setting.ts'

const secrets = new Map(devices.map(({ id }) => [id, `secret-of-${id}`]))
const fleetDevices = mqttDevices(devices)

/** Scenario time that stands still until a test moves it. */
function standingClock(ms: number) {
  let now = ms
  const clock: VirtualClock = {
    now: () => now,
    isLive: () => false,
    wallMsUntil: () => 0,
  }
  return {
    clock,
    moveTo: (to: number) => {
      now = to
    },
  }
}

describe.skipIf(!hasMosquitto)('fleet against Mosquitto', () => {
  let broker: Broker
  let fleet: Fleet
  let lines: Line[]

  beforeAll(async () => {
    broker = await startBroker(secrets)
  })

  afterAll(() => broker.stop())

  beforeEach(() => {
    broker.heard.length = 0
    lines = []
    fleet = createFleet({
      url: broker.url,
      devices,
      secrets,
      seed: 1,
      say: (line) => lines.push(line),
    })
  })

  afterEach(() => fleet.stop())

  const on = (channel: string) => broker.heard.filter(({ topic }) => topic.endsWith(`/${channel}`))

  function samplesFrom(device: string): Sample[] {
    return on('telemetry')
      .filter(({ topic }) => topic.split('/')[2] === device)
      .flatMap(({ payload }) => JSON.parse(payload) as Sample | Sample[])
  }

  const stations = ['v8-pm1', 'v8-pm2', 'v8-pm3', 'v8-pm4']
  const complete = (ids: string[]) => ids.filter((id) => samplesFrom(id).length >= 20)

  it('connects 101 devices, each by its own login, and each says online', async () => {
    await fleet.start()
    expect(fleet.stats()).toMatchObject({ devices: 101, connected: 101 })
    await until(() => on('status').length >= 101)
    const expected = fleetDevices.map(({ id, village }) => `lianxun/${village}/${id}/status`)
    const online = on('status').filter(({ payload }) => payload === 'online')
    expect(new Set(online.map(({ topic }) => topic))).toEqual(new Set(expected))
  })

  it('sends what was measured since the last word, in order, as one message', async () => {
    const { clock, moveTo } = standingClock(afternoon)
    await fleet.start()
    fleet.run(clock, afternoon)
    moveTo(afternoon + 10 * minuteMs)
    await until(() => samplesFrom('v1-pm1').length >= 10)
    const samples = samplesFrom('v1-pm1')
    expect(samples).toHaveLength(10)
    expect(samples.map(({ ts }) => ts)).toEqual(samples.map(({ ts }) => ts).sort((a, b) => a - b))
    expect(samples.at(-1)?.ts).toBeLessThanOrEqual(afternoon + 10 * minuteMs)
    expect(samplesFrom('v1-reader1')).toEqual([])
    expect(fleet.stats().failures).toBe(0)
  })

  it('writes a past of all measuring devices, oldest first', async () => {
    await fleet.start()
    const span = { fromMs: afternoon - 12 * hourMs, untilMs: afternoon, thinning: 10 }
    const readings = await fleet.backfill(span)
    await until(() => samplesFrom('v1-pm1').length === 72)
    expect(readings).toBe(fleet.stats().readings)
    const times = samplesFrom('v1-pm1').map(({ ts }) => ts)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    const measuring = new Set(on('telemetry').map(({ topic }) => topic.split('/')[2]))
    expect(measuring.size).toBe(fleetDevices.filter((one) => one.kind !== 'tagReader').length)
  })

  it('plays a fire: cameras come with their own logins and speak at their moments', async () => {
    const { clock, moveTo } = standingClock(afternoon)
    const play = staged(forestFire)
    await fleet.start()
    await fleet.play(play)
    expect(fleet.stats()).toMatchObject({ devices: 103, connected: 103 })
    fleet.run(clock, afternoon)
    moveTo(afternoon + 4 * minuteMs)
    await until(() => on('event').length >= 6)
    const cameras = new Set(on('event').map(({ topic }) => topic.split('/')[2]))
    expect(cameras).toEqual(new Set(play.expects[2]?.devices))
    expect(lines.map(({ en }) => en).join('\n')).toMatch(/A fire starts near/)
    const sensor = play.expects[0]?.devices[0] ?? ''
    await until(() => samplesFrom(sensor).some(({ readings }) => (readings.smoke ?? 0) > 5))
  })

  it('loses a tower without a word, and comes back with what it remembers', async () => {
    const { clock, moveTo } = standingClock(afternoon)
    await fleet.start()
    await fleet.play(staged(towerDown))
    fleet.run(clock, afternoon)
    broker.heard.length = 0
    moveTo(afternoon + 5 * minuteMs)
    const village = towerDown.defaultVillage
    const offline = () =>
      on('status').filter(({ topic, payload }) => payload === 'offline' && topic.includes(village))
    // The broker says it for them: their wills.
    await until(() => offline().length === 13)
    expect(fleet.stats().connected).toBeLessThanOrEqual(88)
    moveTo(afternoon + 21 * minuteMs)
    await until(() => fleet.stats().connected >= 99)
    // Some have a memory, some have not; those that have bring the twenty minutes along.
    await until(() => complete(stations).length > 0)
    expect(complete(stations).length).toBeLessThan(stations.length)
  })

  it('says offline by itself when it stops', async () => {
    await fleet.start()
    broker.heard.length = 0
    await fleet.stop()
    await until(() => on('status').filter(({ payload }) => payload === 'offline').length === 101)
    expect(fleet.stats().connected).toBe(0)
  })

  it('names the device that is not let in', async () => {
    const wrong = new Map(secrets).set('v3-met1', 'guessed')
    const other = createFleet({ url: broker.url, devices, secrets: wrong, seed: 1, say: () => {} })
    await expect(other.start()).rejects.toThrow(/v3-met1 was not let in/)
    await other.stop()
  })
})

describe('fleet without secrets', () => {
  it('says which device has none and where they come from', async () => {
    const few = new Map(secrets)
    few.delete('v2-pm3')
    const fleet = createFleet({
      url: 'mqtt://127.0.0.1:9',
      devices,
      secrets: few,
      seed: 1,
      say: () => {},
    })
    await expect(fleet.start()).rejects.toThrow(/no secret for device v2-pm3.*--secrets-out/)
  })
})
