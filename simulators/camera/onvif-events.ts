import type { BadManners } from './bad-manners.ts'
import type { Counting } from './camera-counters.ts'
import { type CameraEvent, notification, writeTime } from './events.ts'
import { type Exchange, type Operations, servicePaths } from './onvif-service.ts'
import type { PullPoint, PullPoints } from './pull-points.ts'
import { faults, soapFault } from './soap-fault.ts'
import { childAt, durationMs, numberFrom, textAt } from './soap-read.ts'
import { element, withAttributes, type XmlElement } from './soap-write.ts'
import type { Timing } from './timing.ts'
import { dialects, parseFilter } from './topic-filter.ts'
import { topicSet } from './topics.ts'

/** The event service: pull points only, as nearly every camera has them. */
export interface EventServiceOptions {
  points: PullPoints
  timing: Timing
  cameraNow: () => number
  manners: () => BadManners
  counting: Counting
  maxPullPoints: number
  /** The id travels as a header that must be echoed (as Axis has it), not in the address. */
  referenceParameters: boolean
}

/** What PullMessages gave, kept back until it has been sent. */
export interface Pulled {
  answer: XmlElement
  /** Puts the messages back: the client had gone. */
  undo: () => void
}

const usualTerminationMs = 60_000
const terminationMostMs = 24 * 3_600_000
const timeoutMostMs = 60_000
const messagesMost = 1000

/** A duration, or a moment by the camera's clock; as world time. */
function terminationOf(text: string | undefined, options: EventServiceOptions): number {
  const { timing, cameraNow } = options
  if (text === undefined || text === '') return timing.now() + usualTerminationMs
  const asked = durationMs(text) ?? Date.parse(text) - cameraNow()
  if (!(asked > 0 && asked <= terminationMostMs)) {
    throw soapFault(['wsnt:UnacceptableInitialTerminationTimeFault'], 'The time is not acceptable')
  }
  return timing.now() + asked
}

function pointOf({ request, path }: Exchange, options: EventServiceOptions): PullPoint {
  const header = textAt(request.header, 'axis:SubscriptionId')
  const id = options.referenceParameters ? header : /\/pullpoint\/(\w+)$/.exec(path)?.[1]
  const point = id === undefined ? undefined : options.points.find(id)
  if (!point) throw faults.unknownPoint(options.cameraNow())
  return point
}

function reference(point: PullPoint, base: string, hasParameters: boolean): XmlElement {
  const address = `${base}${servicePaths.events}/pullpoint`
  if (!hasParameters) {
    return element('tev:SubscriptionReference', element('wsa:Address', `${address}/${point.id}`))
  }
  return element(
    'tev:SubscriptionReference',
    element('wsa:Address', address),
    element('wsa:ReferenceParameters', element('axis:SubscriptionId', point.id)),
  )
}

function createPoint(exchange: Exchange, options: EventServiceOptions): XmlElement {
  const { points, counting, timing } = options
  const { operation } = exchange.request
  const policy = textAt(operation, 'tev:SubscriptionPolicy') ?? ''
  const changedOnly =
    childAt(operation, 'tev:SubscriptionPolicy', 'tev:ChangedOnly') !== undefined ||
    policy.includes('ChangedOnly')
  const point = points.create({
    terminationMs: terminationOf(textAt(operation, 'tev:InitialTerminationTime'), options),
    accepts: parseFilter(childAt(operation, 'tev:Filter')),
    changedOnly,
  })
  if (!point) {
    throw soapFault(
      ['wsnt:SubscribeCreationFailedFault'],
      `There may be ${options.maxPullPoints} subscriptions at most`,
      { side: 'Receiver' },
    )
  }
  counting.noteTime('subscriptionsCreated', timing.now())
  return element(
    'tev:CreatePullPointSubscriptionResponse',
    reference(point, exchange.base, options.referenceParameters),
    times(point, options, 'wsnt'),
  )
}

function times(point: PullPoint, options: EventServiceOptions, prefix: 'tev' | 'wsnt') {
  const { cameraNow, timing, manners } = options
  const write = (ms: number) => writeTime(ms, manners().utcTime)
  const left = point.terminationMs - timing.now()
  return [
    element(`${prefix}:CurrentTime`, write(cameraNow())),
    element(`${prefix}:TerminationTime`, write(cameraNow() + left)),
  ]
}

function askedFor({ request }: Exchange): { timeoutMs: number; limit: number } {
  const timeout = durationMs(textAt(request.operation, 'tev:Timeout') ?? '')
  const limit = numberFrom(textAt(request.operation, 'tev:MessageLimit'))
  if (timeout === undefined || limit === undefined || limit < 1) {
    throw faults.invalid('InvalidArgs', 'PullMessages needs Timeout and MessageLimit')
  }
  if (timeout > timeoutMostMs) {
    const detail = element(
      'tev:PullMessagesFaultResponse',
      element('tev:MaxTimeout', 'PT60S'),
      element('tev:MaxMessageLimit', messagesMost),
    )
    throw soapFault(['ter:InvalidArgVal'], 'The timeout is too long', { detail })
  }
  return { timeoutMs: timeout, limit: Math.min(limit, messagesMost) }
}

function pulled(point: PullPoint, events: CameraEvent[], options: EventServiceOptions): Pulled {
  return {
    answer: element(
      'tev:PullMessagesResponse',
      times(point, options, 'tev'),
      events.map((event) => notification(event, options.manners())),
    ),
    undo: () => point.waiting.unshift(...events),
  }
}

/** Blocks until something waits or the time is up. */
export async function pullMessages(
  exchange: Exchange,
  options: EventServiceOptions,
): Promise<Pulled> {
  const { points, counting, timing } = options
  const point = pointOf(exchange, options)
  const { timeoutMs, limit } = askedFor(exchange)
  if (point.pending) {
    counting.note('pullsTwice')
    throw soapFault(['ter:Action'], 'A pull is waiting at this point already', { side: 'Receiver' })
  }
  const done = counting.pullBegan()
  const result = await points.wait(point, timeoutMs, exchange.signal)
  done()
  if (result === 'gone') throw faults.unknownPoint(options.cameraNow())
  // The point lives on at least as long as the client wanted to wait (ONVIF Core, PullMessages).
  point.terminationMs = Math.max(point.terminationMs, timing.now() + timeoutMs)
  return pulled(point, point.waiting.splice(0, limit), options)
}

function eventProperties(): XmlElement {
  return element(
    'tev:GetEventPropertiesResponse',
    element('tev:TopicNamespaceLocation', 'http://www.onvif.org/onvif/ver10/topics/topicns.xml'),
    element('wsnt:FixedTopicSet', true),
    topicSet(),
    dialects.map((dialect) => element('wsnt:TopicExpressionDialect', dialect)),
    element(
      'tev:MessageContentFilterDialect',
      'http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter',
    ),
    element(
      'tev:MessageContentSchemaLocation',
      'http://www.onvif.org/onvif/ver10/schema/onvif.xsd',
    ),
  )
}

function eventCapabilities(maxPullPoints: number): XmlElement {
  return element(
    'tev:GetServiceCapabilitiesResponse',
    withAttributes(element('tev:Capabilities'), {
      WSSubscriptionPolicySupport: false,
      WSPullPointSupport: true,
      WSPausableSubscriptionManagerInterfaceSupport: false,
      MaxPullPoints: maxPullPoints,
      MaxNotificationProducers: 0,
    }),
  )
}

/** All but PullMessages, whose answer must be taken back when it cannot be sent. */
export function eventOperations(options: EventServiceOptions): Operations {
  const { points, manners } = options
  return {
    'tev:GetServiceCapabilities': () => eventCapabilities(options.maxPullPoints),
    'tev:GetEventProperties': eventProperties,
    'tev:CreatePullPointSubscription': (exchange) => createPoint(exchange, options),
    'tev:SetSynchronizationPoint': (exchange) => {
      points.synchronise(pointOf(exchange, options))
      return element('tev:SetSynchronizationPointResponse')
    },
    'wsnt:Renew': (exchange) => {
      const point = pointOf(exchange, options)
      if (manners().noRenew) throw faults.notSupported('Renew')
      const asked = textAt(exchange.request.operation, 'wsnt:TerminationTime')
      point.terminationMs = terminationOf(asked, options)
      const [current, termination] = times(point, options, 'wsnt')
      return element('wsnt:RenewResponse', termination, current)
    },
    'wsnt:Unsubscribe': (exchange) => {
      points.remove(pointOf(exchange, options))
      return element('wsnt:UnsubscribeResponse')
    },
  }
}
