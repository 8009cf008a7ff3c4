import { describe, expect, it, vi } from 'vitest'
import { startCamera } from './camera-setting.ts'
import { envelope, exchange, find, heardIn, textOf } from './soap-client.ts'

const soon = { timeout: 15_000 }

const tns1 = '{http://www.onvif.org/ver10/topics}'
const changedOnly =
  '<tev:SubscriptionPolicy><tev:ChangedOnly>true</tev:ChangedOnly></tev:SubscriptionPolicy>'
const concrete = 'http://docs.oasis-open.org/wsn/t-1/TopicExpression/Concrete'
const concreteSet = 'http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet'

function filter(expression: string, dialect = concreteSet): string {
  return `<tev:Filter><wsnt:TopicExpression Dialect="${dialect}">${expression}</wsnt:TopicExpression></tev:Filter>`
}

describe('what it offers', () => {
  it('its topics as a tree in the namespace of ONVIF, with their items', async () => {
    const { call } = await startCamera()
    const properties = await call('<tev:GetEventProperties/>')
    const [set] = find(properties, 'wstop:TopicSet')
    if (!set) throw new Error('no topics')
    const [engine] = find(set, 'tns1:RuleEngine')
    expect(engine?.parentNode === set).toBe(true)
    const field = engine?.getElementsByTagName('ObjectsInside')[0]
    expect(field?.getAttributeNS('http://docs.oasis-open.org/wsn/t-1', 'topic')).toBe('true')
    const names = find(field ?? set, 'tt:SimpleItemDescription').map((one) =>
      one.getAttribute('Name'),
    )
    expect(names).toContain('IsInside')
  })
})

describe('a pull point', () => {
  it('tells the states first, and what happens after that', async () => {
    const { camera, subscribe } = await startCamera()
    const point = await subscribe()
    const first = heardIn(await point.pull())
    expect(first.map((one) => one.operation)).toEqual(
      Array.from({ length: 5 }, () => 'Initialized'),
    )
    camera.alarms.objectDetected(['Fire', 'Smoke'])
    camera.alarms.tamper(true)
    expect(heardIn(await point.pull())).toMatchObject([
      {
        topic: `${tns1}RuleEngine/ObjectDetection/Object`,
        operation: null,
        items: { VideoSource: 'VideoSource_1', Rule: 'FireAndSmoke', ClassTypes: 'Fire Smoke' },
      },
      {
        topic: `${tns1}RuleEngine/TamperDetector/Tamper`,
        operation: 'Changed',
        items: { IsTamper: 'true' },
      },
    ])
    expect(camera.counters()).toMatchObject({ subscriptionsOpen: 1, pullsPending: 0 })
  })

  it('waits, and answers in the moment something happens', async () => {
    const { camera, subscribe } = await startCamera()
    const point = await subscribe(changedOnly)
    const pulled = point.pull()
    await vi.waitFor(() => expect(camera.counters().pullsPending).toBe(1), soon)
    camera.alarms.motion(true)
    expect(heardIn(await pulled)).toHaveLength(1)
    expect(camera.counters()).toMatchObject({ pullsPending: 0, pullsPendingMost: 1 })
  })

  it('answers with nothing when the time is up, and not before', async () => {
    const { camera, subscribe, timing } = await startCamera()
    const point = await subscribe(changedOnly)
    const pulled = point.pull({ timeout: 'PT20S' })
    await vi.waitFor(() => expect(camera.counters().pullsPending).toBe(1), soon)
    timing.advance(19_999)
    expect(camera.counters().pullsPending).toBe(1)
    timing.advance(1)
    const reply = await pulled
    expect([reply.status, heardIn(reply)]).toEqual([200, []])
  })

  it('keeps what it could not send', async () => {
    const { camera, subscribe } = await startCamera()
    const point = await subscribe(changedOnly)
    const gone = new AbortController()
    const pulled = point.pull({ signal: gone.signal })
    await vi.waitFor(() => expect(camera.counters().pullsPending).toBe(1), soon)
    gone.abort()
    await expect(pulled).rejects.toThrow()
    await vi.waitFor(() => expect(camera.counters().pullsPending).toBe(0), soon)
    for (let i = 0; i < 5; i++) camera.alarms.plate(`浙A0000${i}`)
    expect(heardIn(await point.pull({ limit: 2 }))).toHaveLength(2)
    expect(heardIn(await point.pull()).at(-1)?.items.PlateNumber).toBe('浙A00004')
  })

  it('refuses a second pull beside one that waits, and counts it', async () => {
    const { camera, subscribe } = await startCamera()
    const point = await subscribe(changedOnly)
    const first = point.pull()
    await vi.waitFor(() => expect(camera.counters().pullsPending).toBe(1), soon)
    expect((await point.pull()).status).toBe(500)
    camera.alarms.motion(true)
    expect((await first).status).toBe(200)
    expect(camera.counters().pullsTwice).toBe(1)
  })

  it('says how long one may wait at most', async () => {
    const { subscribe } = await startCamera()
    const point = await subscribe()
    const reply = await point.pull({ timeout: 'PT5M' })
    expect([reply.status, textOf(reply, 'tev:MaxTimeout')]).toEqual([400, 'PT60S'])
    expect((await point.pull({ timeout: 'soon' })).status).toBe(400)
  })

  it('synchronises: every state again', async () => {
    const { camera, subscribe } = await startCamera()
    const point = await subscribe(changedOnly)
    camera.alarms.digitalInput(true)
    camera.alarms.objectsInside(true, { classes: ['Smoke'], object: '7' })
    camera.raise({
      topic: 'RuleEngine/FieldDetector/ObjectsInside',
      source: { VideoSource: 'VideoSource_1', Rule: 'Field' },
      key: { ObjectId: '7' },
      operation: 'Deleted',
    })
    expect(heardIn(await point.pull()).map((one) => one.operation)).toEqual([
      'Changed',
      'Changed',
      'Deleted',
    ])
    await point.send('<tev:SetSynchronizationPoint/>')
    const states = heardIn(await point.pull())
    expect(states).toHaveLength(5)
    expect(states.every((one) => one.operation === 'Initialized')).toBe(true)
    const input = states.find((one) => one.topic.endsWith('DigitalInput'))
    expect(input?.items.LogicalState).toBe('true')
  })
})

describe('the life of a pull point', () => {
  it('ends when nobody pulls or renews, and lives on with each pull', async () => {
    const { subscribe, timing, camera } = await startCamera()
    const termination = '<tev:InitialTerminationTime>PT30S</tev:InitialTerminationTime>'
    const point = await subscribe(termination)
    timing.advance(29_000)
    expect((await point.pull({ timeout: 'PT10S' })).status).toBe(200)
    timing.advance(9000)
    const renewed = await point.send(
      '<wsnt:Renew><wsnt:TerminationTime>PT2M</wsnt:TerminationTime></wsnt:Renew>',
    )
    expect(Date.parse(textOf(renewed, 'wsnt:TerminationTime') ?? '')).toBe(timing.now() + 120_000)
    timing.advance(120_000)
    const late = await point.pull()
    expect([late.status, find(late, 'wsrfr:ResourceUnknownFault')]).toMatchObject([500, [{}]])
    expect(camera.counters().subscriptionsOpen).toBe(0)
  })

  it('ends with Unsubscribe, also for the pull that waits', async () => {
    const { camera, subscribe } = await startCamera()
    const point = await subscribe(changedOnly)
    const pulled = point.pull()
    await vi.waitFor(() => expect(camera.counters().pullsPending).toBe(1), soon)
    expect((await point.send('<wsnt:Unsubscribe/>')).status).toBe(200)
    expect((await pulled).status).toBe(500)
    expect((await point.send('<wsnt:Unsubscribe/>')).status).toBe(500)
  })

  it('takes a moment of its own clock as end, and no nonsense', async () => {
    const { call, timing, camera } = await startCamera()
    camera.behave({ clockOffsetMs: 3_600_000 })
    const create = (time: string) =>
      call(
        `<tev:CreatePullPointSubscription><tev:InitialTerminationTime>${time}</tev:InitialTerminationTime></tev:CreatePullPointSubscription>`,
      )
    const end = new Date(timing.now() + 3_660_000).toISOString()
    expect(textOf(await create(end), 'wsnt:TerminationTime')).toBe(end)
    for (const time of ['PT0S', 'P2D', 'whenever', new Date(timing.now()).toISOString()]) {
      expect((await create(time)).status).toBe(400)
    }
  })

  it('is one of so many at most', async () => {
    const { camera, call, subscribe } = await startCamera({ maxPullPoints: 2 })
    const point = await subscribe()
    await subscribe()
    const third = await call('<tev:CreatePullPointSubscription/>')
    expect(third.text).toContain('wsnt:SubscribeCreationFailedFault')
    await point.send('<wsnt:Unsubscribe/>')
    await subscribe()
    const { subscriptionAttempts, subscriptionsCreated, requests } = camera.counters()
    expect([subscriptionAttempts.length, subscriptionsCreated.length]).toEqual([4, 3])
    expect(requests.CreatePullPointSubscription).toBe(4)
  })

  it('drops the oldest when a thousand wait', async () => {
    const { camera, subscribe } = await startCamera()
    const point = await subscribe(changedOnly)
    for (let i = 0; i < 1010; i++) camera.alarms.plate(`${i}`)
    const plates = heardIn(await point.pull({ limit: 5000 })).map((one) => one.items.PlateNumber)
    expect([plates.length, plates[0]]).toEqual([1000, '10'])
  })

  it('goes by its reference parameters where the device has them', async () => {
    const { subscribe } = await startCamera({ referenceParameters: true })
    const one = await subscribe()
    const two = await subscribe()
    expect(one.address).toBe(two.address)
    const id = textOf(two.created, 'axis:SubscriptionId')
    const echoed = `<axis:SubscriptionId wsa:IsReferenceParameter="true">${id}</axis:SubscriptionId>`
    expect((await two.send('<wsnt:Unsubscribe/>', echoed)).status).toBe(200)
    expect((await two.send('<wsnt:Unsubscribe/>', echoed)).status).toBe(500)
    expect((await one.pull()).text).toContain('wsrfr:ResourceUnknownFault')
  })
})

describe('filters', () => {
  const paths = async (inner: string) => {
    const { camera, subscribe } = await startCamera()
    const point = await subscribe(inner + changedOnly)
    camera.alarms.motion(true)
    camera.alarms.objectDetected(['Fire'])
    camera.alarms.tamper(true)
    camera.raise({ topic: 'vendor:Smart/Fire', data: { Level: 2 } })
    return heardIn(await point.pull()).map((one) => one.topic.replace(tns1, ''))
  }

  it.each([
    ['tns1:VideoSource/MotionAlarm', concrete, ['VideoSource/MotionAlarm']],
    [
      'tns1:RuleEngine//.',
      concreteSet,
      ['RuleEngine/ObjectDetection/Object', 'RuleEngine/TamperDetector/Tamper'],
    ],
    [
      'tns1:VideoSource/MotionAlarm|tns1:RuleEngine/TamperDetector//.',
      concreteSet,
      ['VideoSource/MotionAlarm', 'RuleEngine/TamperDetector/Tamper'],
    ],
    ['vendor:Smart//.', concreteSet, ['{http://www.example.org/camera/topics}Smart/Fire']],
  ])('%s', async (expression, dialect, expected) => {
    expect(await paths(filter(expression, dialect))).toEqual(expected)
  })

  it('by any prefix, for the namespace counts', async () => {
    const { camera } = await startCamera()
    const content = envelope(
      `<tev:CreatePullPointSubscription xmlns:odd="http://www.onvif.org/ver10/topics">${filter('odd:VideoSource//.')}</tev:CreatePullPointSubscription>`,
    )
    const created = await exchange(camera.address(), { content })
    expect(created.status).toBe(200)
  })

  it.each([
    [filter('tns1:A', 'http://example.org/other'), 'wsnt:TopicExpressionDialectUnknownFault'],
    [filter('nobody:A'), 'wsnt:InvalidTopicExpressionFault'],
    [
      '<tev:Filter><wsnt:MessageContent Dialect="x">true()</wsnt:MessageContent></tev:Filter>',
      'wsnt:InvalidMessageContentExpressionFault',
    ],
  ])('refuses %s', async (inner, fault) => {
    const { call } = await startCamera()
    const refused = await call(
      `<tev:CreatePullPointSubscription>${inner}</tev:CreatePullPointSubscription>`,
    )
    expect([refused.status, refused.text.includes(fault)]).toEqual([400, true])
  })
})
