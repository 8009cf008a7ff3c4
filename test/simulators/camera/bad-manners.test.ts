import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type BadManners, parseManners } from '../../../simulators/camera/bad-manners.ts'
import { parseXml } from '../../../simulators/camera/soap-read.ts'
import { startCamera } from './camera-setting.ts'
import { envelope, exchange, find, heardIn, textOf } from './soap-client.ts'

const soon = { timeout: 15_000 }

const tns1 = '{http://www.onvif.org/ver10/topics}'
const changedOnly =
  '<tev:SubscriptionPolicy><tev:ChangedOnly>true</tev:ChangedOnly></tev:SubscriptionPolicy>'
const host = '<tds:GetHostname/>'

async function motionAs(manners: Partial<BadManners>) {
  const { camera, subscribe } = await startCamera({ manners })
  const point = await subscribe(changedOnly)
  camera.alarms.motion(true)
  camera.alarms.motion(false)
  const reply = await point.pull()
  return { reply, heard: heardIn(reply) }
}

describe('what is said', () => {
  it.each([
    ['words', ['true', 'false']],
    ['digits', ['1', '0']],
    ['zeros', ['1', '000']],
    ['active', ['active', 'inactive']],
  ] as const)('booleans as %s', async (booleans, expected) => {
    const { heard } = await motionAs({ booleans })
    expect(heard.map((one) => one.items.State)).toEqual(expected)
  })

  it.each(['usual', 'other', 'default'] as const)(
    'prefixes: %s, the same by namespace',
    async (prefixes) => {
      const { reply, heard } = await motionAs({ prefixes })
      expect(heard.map((one) => one.topic)).toEqual([
        `${tns1}VideoSource/MotionAlarm`,
        `${tns1}VideoSource/MotionAlarm`,
      ])
      expect(reply.text.includes('tns1:VideoSource/MotionAlarm')).toBe(prefixes === 'usual')
    },
  )

  it('other prefixes mean something else than they usually do', async () => {
    const { reply } = await motionAs({ prefixes: 'other' })
    expect(parseXml(reply.text).lookupNamespaceURI('tns1')).toBe(
      'http://docs.oasis-open.org/wsn/b-2',
    )
  })

  it.each([
    ['blanks', 'tns1:VideoSource/MotionAlarm'],
    ['trailingSlash', 'tns1:VideoSource/MotionAlarm/'],
    ['subtree', 'tns1:VideoSource/MotionAlarm//.'],
    ['misspelt', 'tns1:VideoSoure/MotionAlarm'],
  ] as const)('topics with %s', async (topicText, trimmed) => {
    const { reply } = await motionAs({ topicText })
    const text = find(reply, 'wsnt:Topic')[0]?.textContent ?? ''
    expect(text.trim()).toBe(trimmed)
    expect(text === trimmed).toBe(topicText !== 'blanks')
  })

  it.each([
    [{ utcTime: 'zero' }, '0000-00-00T00:00:00Z'],
    [{ utcTime: 'noZone' }, '2026-11-22T04:00:00'],
    [{ clockOffsetMs: -3_600_000 }, '2026-11-22T03:00:00.000Z'],
    [{ clockOffsetMs: 86_400_000 }, '2026-11-23T04:00:00.000Z'],
  ] as const)('the time as in %j', async (manners, expected) => {
    const { heard } = await motionAs(manners)
    expect(heard[0]?.utcTime).toBe(expected)
  })

  it('the wrong clock is the one that it tells', async () => {
    const { call } = await startCamera({ manners: { clockOffsetMs: -86_400_000 } })
    const time = await call('<tds:GetSystemDateAndTime/>')
    expect(textOf(find(time, 'tt:UTCDateTime')[0]!, 'tt:Day')).toBe('21')
  })

  it('never that it is over', async () => {
    const { camera, subscribe } = await startCamera({ manners: { noClear: true } })
    const point = await subscribe()
    await point.pull()
    camera.alarms.tamper(true)
    camera.alarms.tamper(false)
    camera.alarms.objectsInside(true, { object: '1' })
    camera.alarms.objectsInside(false, { object: '1' })
    expect(heardIn(await point.pull())).toHaveLength(2)
    await point.send('<tev:SetSynchronizationPoint/>')
    const states = heardIn(await point.pull()).filter((one) => one.items.IsTamper)
    expect(states.map((one) => one.items.IsTamper)).toEqual(['true'])
  })

  it('who was there', async () => {
    const { camera, subscribe } = await startCamera()
    const point = await subscribe(changedOnly)
    camera.alarms.face(true)
    camera.alarms.plate('浙A12345')
    expect(heardIn(await point.pull()).map((one) => one.topic)).toEqual([
      `${tns1}RuleEngine/MyRuleDetector/FaceDetect`,
      `${tns1}RuleEngine/Recognition/LicensePlate`,
    ])
  })
})

describe('faults', () => {
  it.each(['CreatePullPointSubscription', 'PullMessages', 'Renew'])('on each %s', async (name) => {
    const { camera, subscribe, call } = await startCamera()
    const point = await subscribe()
    camera.behave({ faultOn: [name] })
    const ask = () =>
      name === 'PullMessages'
        ? point.pull()
        : name === 'Renew'
          ? point.send('<wsnt:Renew/>')
          : call('<tev:CreatePullPointSubscription/>')
    const faults = [await ask(), await ask()]
    expect(faults.map((one) => [one.status, find(one, 's:Fault').length])).toEqual([
      [500, 1],
      [500, 1],
    ])
    expect((await call(host)).status).toBe(200)
    camera.behaveWell()
    expect((await ask()).status).toBe(200)
  })

  it('a Renew that the device need not know', async () => {
    const { subscribe } = await startCamera({ manners: { noRenew: true } })
    const point = await subscribe()
    const renewed = await point.send('<wsnt:Renew/>')
    expect(find(renewed, 's:Value').map((one) => one.textContent)).toContain(
      'ter:ActionNotSupported',
    )
    expect((await point.pull()).status).toBe(200)
  })

  it('everything, and the still', async () => {
    const { camera, call } = await startCamera({ manners: { faultOn: ['*'] } })
    const still = `http://127.0.0.1:${camera.port()}/onvif/snapshot`
    expect((await call(host)).status).toBe(500)
    expect((await exchange(still, { method: 'GET' })).status).toBe(503)
    camera.behave({ faultOn: [], brokenStill: true })
    const broken = await exchange(still, { method: 'GET' })
    expect([broken.status, broken.headers['content-type'], broken.text.slice(0, 3)]).toEqual([
      200,
      'image/jpeg',
      'GIF',
    ])
  })
})

function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.once('error', reject)
    onTestFinished(() => void socket.destroy())
  })
}

describe('silence', () => {
  it('a request that is read and never answered; the next kind of request is', async () => {
    const { camera, call } = await startCamera({ manners: { hangOn: ['GetServices', 'Snapshot'] } })
    const gone = new AbortController()
    const hung = call('<tds:GetServices/>', { signal: gone.signal })
    await vi.waitFor(() => expect(camera.counters().requestsPending).toBe(1), soon)
    expect((await call(host)).status).toBe(200)
    expect(camera.counters()).toMatchObject({ requestsPending: 1, connectionsOpen: 1 })
    gone.abort()
    await expect(hung).rejects.toThrow()
    await vi.waitFor(() => expect(camera.counters().requestsPending).toBe(0), soon)
  })

  it('a connection that is accepted and hears nothing', async () => {
    const { camera, call } = await startCamera({ manners: { halfOpen: true } })
    const socket = await openSocket(camera.port())
    const heard = vi.fn()
    socket.on('data', heard)
    const content = envelope(host)
    const length = Buffer.byteLength(content)
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${content}`)
    await vi.waitFor(() => expect(camera.counters().connectionsOpen).toBe(1), soon)
    camera.behaveWell()
    // Whoever comes after its recovery is served; the old connection stays as dead as it was.
    expect((await call(host)).status).toBe(200)
    expect([heard.mock.calls.length, camera.counters().connectionsOpen]).toEqual([0, 1])
    socket.destroy()
    await vi.waitFor(() => expect(camera.counters().connectionsOpen).toBe(0), soon)
  })

  it('a long poll that is reset', async () => {
    const { camera, subscribe, timing } = await startCamera({
      manners: { resetPullAfterMs: 10_000 },
    })
    const point = await subscribe(changedOnly)
    const pulled = point.pull().catch((error: NodeJS.ErrnoException) => error.code)
    await vi.waitFor(() => expect(camera.counters().pullsPending).toBe(1), soon)
    timing.advance(10_000)
    expect(await pulled).toBe('ECONNRESET')
    await vi.waitFor(() => expect(camera.counters().pullsPending).toBe(0), soon)
    camera.alarms.motion(true)
    expect(heardIn(await point.pull())).toHaveLength(1)
  })
})

describe('answers that are spoilt', () => {
  const spoilt = (answer: BadManners['answer'], more: Partial<BadManners> = {}) =>
    startCamera({ manners: { answer, ...more } })

  it.each(['malformed', 'truncated', 'bomb', 'html'] as const)(
    '%s: no reader takes it',
    async (answer) => {
      const { call } = await spoilt(answer)
      const reply = await call(host)
      expect(reply.status).toBe(200)
      expect(() => parseXml(reply.text)).toThrow()
    },
  )

  it('for one operation only, if so wished', async () => {
    const { call } = await spoilt('truncated', { answerOn: ['GetScopes'] })
    expect(textOf(await call(host), 'tt:Name')).toBe('sim-1')
    const scopes = await call('<tds:GetScopes/>')
    expect(() => parseXml(scopes.text)).toThrow()
  })

  it('giant, and yet XML', async () => {
    const { call } = await spoilt('giant', { giantBytes: 3_000_000 })
    const reply = await call(host)
    expect(reply.bytes.length).toBeGreaterThan(3_000_000)
    expect(textOf(reply, 'tt:Name')).toBe('sim-1')
  })

  it('giant, to somebody who goes away', async () => {
    const { camera, call } = await spoilt('giant')
    const socket = await openSocket(camera.port())
    const content = envelope(host)
    socket.write(
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`,
    )
    await new Promise((resolve) => {
      socket.once('data', resolve)
    })
    socket.destroy()
    await vi.waitFor(() => expect(camera.counters().connectionsOpen).toBe(0), soon)
    camera.behaveWell()
    expect((await call(host)).status).toBe(200)
  })

  it('a byte at a time', async () => {
    const { camera, timing } = await spoilt('trickle', { trickleMs: 1000 })
    const socket = await openSocket(camera.port())
    let text = ''
    socket.on('data', (part) => {
      text += part.toString('utf8')
    })
    const content = envelope(host)
    socket.write(
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`,
    )
    const body = () => text.split('\r\n\r\n')[1]
    await vi.waitFor(() => expect(body()).toBe('<'), soon)
    timing.advance(1000)
    await vi.waitFor(() => expect(body()).toBe('<?'), soon)
  })
})

describe('a reboot', () => {
  it('cuts, forgets, and comes back at the same port', async () => {
    const { camera, subscribe, call, timing } = await startCamera()
    const port = camera.port()
    const point = await subscribe(changedOnly)
    const pulled = point.pull().catch((error: NodeJS.ErrnoException) => error.code)
    await vi.waitFor(() => expect(camera.counters().pullsPending).toBe(1), soon)
    const back = camera.reboot(5000)
    expect(await pulled).toBe('ECONNRESET')
    await vi.waitFor(() => expect(camera.counters().connectionsOpen).toBe(0), soon)
    await expect(call(host)).rejects.toThrow('ECONNREFUSED')
    expect(camera.isUp()).toBe(false)
    timing.advance(5000)
    await back
    expect([camera.port(), camera.isUp()]).toEqual([port, true])
    expect((await point.pull()).text).toContain('wsrfr:ResourceUnknownFault')
  })

  it('can be asked for over SOAP, after the answer', async () => {
    const { camera, call, timing } = await startCamera({ rebootMs: 1000 })
    expect((await call('<tds:SystemReboot/>')).status).toBe(200)
    timing.advance(100)
    await vi.waitFor(() => expect(camera.isUp()).toBe(false), soon)
    await expect(call(host)).rejects.toThrow('ECONNREFUSED')
    timing.advance(1000)
    await vi.waitFor(() => expect(camera.isUp()).toBe(true), soon)
  })

  it('does not bring back a camera that was stopped meanwhile', async () => {
    const { camera, timing } = await startCamera()
    const back = camera.reboot(1000)
    await camera.stop()
    timing.advance(1000)
    await back
    expect(camera.isUp()).toBe(false)
  })
})

describe('manners that somebody writes', () => {
  it.each([
    [{ politeness: 1 }, 'is no manner'],
    [{ booleans: 'maybe' }, 'is one of'],
    [{ faultOn: 'PullMessages' }, 'list of names'],
    [{ hangOn: [1] }, 'list of names'],
    [{ clockOffsetMs: 'late' }, 'is a number'],
    [{ clockOffsetMs: Number.NaN }, 'is a number'],
    [{ halfOpen: 1 }, 'is a boolean'],
    [null, 'an object'],
  ])('%j', (wanted, complaint) => {
    expect(() => parseManners(wanted)).toThrow(complaint)
  })

  it('hold from the next message on and are taken back', async () => {
    const { camera } = await startCamera()
    camera.behave({ halfOpen: true, booleans: 'digits' })
    expect(camera.manners()).toMatchObject({ halfOpen: true, booleans: 'digits', answer: 'whole' })
    camera.behaveWell()
    expect(camera.manners().halfOpen).toBe(false)
  })
})

describe('counters', () => {
  it('start over, but not for what is open', async () => {
    const { camera, subscribe } = await startCamera()
    const point = await subscribe(changedOnly)
    const pulled = point.pull()
    await vi.waitFor(() => expect(camera.counters().pullsPending).toBe(1), soon)
    camera.resetCounters()
    expect(camera.counters()).toMatchObject({
      requests: {},
      connectionsOpen: 1,
      connectionsMost: 1,
      connectionsTotal: 0,
      pullsPending: 1,
      requestsPendingMost: 1,
      subscriptionsOpen: 1,
    })
    camera.alarms.motion(true)
    await pulled
    await vi.waitFor(() => expect(camera.counters().requestsPending).toBe(0), soon)
  })
})
