import { beforeEach, describe, expect, it } from 'vitest'
import { createCameraVoice } from '../../../adapters/onvif/camera-voice.ts'
import { onvifConfigSchema } from '../../../adapters/onvif/config.ts'
import type { ReadMessage } from '../../../adapters/onvif/decode.ts'
import type { Timing } from '../../../adapters/onvif/timing.ts'
import type { PropertyOperation } from '../../../gateway/domain/camera-message.ts'
import { StoreError } from '../../../gateway/domain/errors.ts'
import { createHouse, type TestHouse } from './kit.ts'

const settings = onvifConfigSchema.parse({})
const start = Date.UTC(2026, 10, 22, 7)
const field = 'RuleEngine/FieldDetector/ObjectsInside'

/** A clock that goes when it is told, and timers that follow it. */
function createFakeTime() {
  let now = start
  let timers: { at: number; run: () => void }[] = []
  const timing: Timing = {
    pause: async () => {},
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
  }
  return {
    timing,
    clock: { now: () => now, monotonic: () => now },
    async pass(ms: number) {
      const end = now + ms
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        timers = timers.filter((one) => one !== next)
        now = Math.max(now, next.at)
        next.run()
        await settled()
      }
      now = end
      await settled()
    },
    step(ms: number) {
      now += ms
    },
  }
}

/** What was begun by a timer or a call is done: nothing here waits for more than promises. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
}

function message(over: Partial<ReadMessage> = {}): ReadMessage {
  return {
    topic: field,
    operation: 'changed',
    source: [['Rule', 'forest']],
    key: [],
    content: [
      ['IsInside', 'true'],
      ['ClassTypes', 'Fire'],
    ],
    at: null,
    isCut: false,
    ...over,
  }
}

const fire = (operation: PropertyOperation = 'changed') => message({ operation })
const noFire = (operation: PropertyOperation = 'changed') =>
  message({ operation, content: [['IsInside', 'false']] })

let house: TestHouse
let time: ReturnType<typeof createFakeTime>

function open() {
  const context = { ...house.context, clock: time.clock }
  const voice = createCameraVoice({ device: 'c', context, settings, timing: time.timing })
  const take = (...messages: ReadMessage[]) => voice.take({ messages, personal: 0 }, 0)
  return { ...voice, take }
}

beforeEach(() => {
  house = createHouse([
    { id: 'c', address: '192.168.1.64', login: { username: 'a', password: 'b' } },
  ])
  time = createFakeTime()
})

describe('the path', () => {
  it('that is down for three minutes is a fault, which ends when it is up', async () => {
    const voice = open()
    voice.setPath(false)
    await time.pass(settings.pathLostAfterMs - 1)
    expect(house.said('c')).toEqual(['offline'])
    await time.pass(1)
    expect(house.said('c')).toEqual(['offline', 'eventPathLost active'])
    voice.setPath(true)
    await settled()
    expect(house.said('c').slice(2)).toEqual(['online', 'eventPathLost clear'])
    await voice.stop()
  })

  it('that is up says so now and then, and nothing once the house stops', async () => {
    const voice = open()
    voice.setPath(true)
    await settled()
    await time.pass(2 * settings.statusEveryMs)
    expect(house.said('c')).toEqual(['online', 'online', 'online'])
    await voice.stop()
    await time.pass(10 * settings.statusEveryMs)
    expect(house.said('c')).toHaveLength(3)
  })

  it('that breaks for a moment is no fault', async () => {
    const voice = open()
    voice.setPath(true)
    await settled()
    voice.setPath(false)
    await time.pass(60_000)
    voice.setPath(true)
    await time.pass(settings.pathLostAfterMs)
    expect(house.said('c')).toEqual(['online', 'offline', 'online'])
    await voice.stop()
  })

  it('is told when it can be stored, if it could not at once', async () => {
    const voice = open()
    house.fail(new StoreError('disk full'))
    voice.setPath(true)
    await time.pass(20_000)
    expect(house.said('c')).toEqual([])
    house.fail(undefined)
    await time.pass(5_000)
    expect(house.said('c')).toEqual(['online'])
    await voice.stop()
  })
})

describe('what stands', () => {
  it('is kept before it is said, and is unknown while the path is down', async () => {
    const voice = open()
    voice.setPath(true)
    await voice.take(fire())
    expect(house.held.get('c')).toEqual(['fire'])
    voice.setPath(false)
    await settled()
    expect(house.said('c')).toEqual(['online', 'fire active', 'fire unknown', 'offline'])
    expect(house.held.get('c')).toEqual(['fire'])
    await voice.stop()
  })

  it('over a restart: nothing twice for the rules, and no end lost', async () => {
    const before = open()
    await before.take(fire())
    await before.stop()
    const after = open()
    expect(after.holds()).toBe(true)
    after.setPath(true)
    await after.take(noFire('initialized'))
    await after.settled()
    expect(house.said('c')).toEqual(['fire active', 'online', 'fire clear'])
    expect(house.held.get('c')).toEqual([])
    await after.stop()
  })

  it('over a restart, with its fault of the path', async () => {
    const before = open()
    before.setPath(false)
    await time.pass(settings.pathLostAfterMs)
    await before.stop()
    expect(house.held.get('c')).toEqual(['eventPathLost'])
    const after = open()
    after.setPath(true)
    await settled()
    expect(house.said('c').at(-1)).toBe('eventPathLost clear')
    await after.stop()
  })

  it('that could not be stored was not taken: the next telling counts', async () => {
    const voice = open()
    house.fail(new StoreError('disk full'))
    await expect(voice.take(fire())).rejects.toThrow(StoreError)
    house.fail(undefined)
    await voice.take(fire('initialized'))
    expect(house.said('c')).toEqual(['fire active'])
    await voice.stop()
  })

  it('by a detector that only repeats: over a minute after its last word', async () => {
    const voice = open()
    const detected = message({
      topic: 'RuleEngine/ObjectDetection/Object',
      operation: null,
      content: [['ClassTypes', 'Fire']],
    })
    await voice.take(detected)
    await time.pass(40_000)
    await voice.take(detected)
    await time.pass(59_000)
    expect(house.said('c')).toEqual(['fire active'])
    await time.pass(2_000)
    expect(house.said('c')).toEqual(['fire active', 'fire clear'])
    await voice.stop()
  })
})

describe('the time of an event', () => {
  const minute = 60_000
  const rows: [string, Partial<ReadMessage>, number, number][] = [
    ['is the camera’s own', { at: start - 2_000 }, 0, start - 2_000],
    ['corrected by its clock’s error', { at: start + 3_600_000 - 2_000 }, 3_600_000, start - 2_000],
    ['its arrival, when it has none', { at: null }, 0, start],
    ['its arrival, when it lies far off', { at: start - 10 * minute }, 0, start],
    ['its arrival, when it lies ahead', { at: start + 4 * minute }, 0, start],
    [
      'its arrival, when the state is only told again',
      { at: start - 2_000, operation: 'initialized' },
      0,
      start,
    ],
  ]
  it.each(rows)('%s', async (_, over, offset, expected) => {
    const context = { ...house.context, clock: time.clock }
    const voice = createCameraVoice({ device: 'c', context, settings, timing: time.timing })
    await voice.take({ messages: [message(over)], personal: 0 }, offset)
    expect(house.events('c')).toMatchObject([{ observedAt: expected, receivedAt: start }])
    await voice.stop()
  })

  it('never makes an end older than its beginning', async () => {
    const voice = open()
    await voice.take(message({ at: start }))
    await voice.take(message({ at: start - minute, content: [['IsInside', 'false']] }))
    const [begin, end] = house.events('c')
    expect(end?.observedAt).toBe(begin?.observedAt)
    await voice.stop()
  })
})

describe('pulses', () => {
  const own = {
    id: 'x',
    item: null,
    values: [],
    hazard: 'forestFire',
    severity: 'red',
    holdS: null,
  }
  const pulse = (at: number) => message({ topic: 'A/B', operation: null, content: [], at })
  beforeEach(() => house.setMappings([{ ...own, topic: 'A/B', type: 'seen', severity: 'red' }]))

  it('are told once a second at most, each under an id of its own', async () => {
    const voice = open()
    for (let i = 0; i < 50; i++) {
      await voice.take(pulse(start + i * 100))
      time.step(100)
    }
    const told = house.events('c')
    expect(told).toHaveLength(5)
    expect(new Set(told.map(({ senderId }) => senderId)).size).toBe(5)
    await voice.stop()
  })

  it('have no id when the camera’s time means nothing: two would be taken for one', async () => {
    const voice = open()
    await voice.take(message({ topic: 'A/B', operation: null, content: [] }))
    expect(house.events('c')[0]).not.toHaveProperty('senderId')
    await voice.stop()
  })
})

it('a topic that nobody maps is noted with its items, and not when a person was cut out of it', async () => {
  const voice = open()
  const content: [string, string][] = [['State', 'x'.repeat(100)]]
  await voice.take(message({ topic: 'A/B', content }), message({ topic: 'A/C', isCut: true }))
  expect(house.unmapped).toEqual([
    { topic: 'A/B', items: { State: 'x'.repeat(64) }, devices: ['c'], at: start },
  ])
  await voice.stop()
})
