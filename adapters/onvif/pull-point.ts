import { type Element, XMLSerializer } from '@xmldom/xmldom'
import { reachable } from './address.ts'
import { writeDuration, writeShortDuration } from './camera-time.ts'
import {
  type DecodedMessages,
  decodeNotifications,
  readTimes,
  type SubscriptionTimes,
} from './decode.ts'
import type { CameraSession } from './session.ts'
import { addressing, services } from './soap.ts'
import { childAt, elementsOf, textAt } from './xml.ts'

/** The operations of one pull point (ONVIF Core, "Real-time pull-point notification interface"). */
export interface PullPoint {
  /** As it was when it was made. */
  readonly times: SubscriptionTimes
  /** All that stands is told again. */
  synchronise(signal: AbortSignal): Promise<void>
  pull(wanted: PullRequest): Promise<DecodedMessages & SubscriptionTimes>
  renew(signal: AbortSignal): Promise<SubscriptionTimes>
  unsubscribe(signal: AbortSignal): Promise<void>
}

interface PullRequest {
  timeoutMs: number
  graceMs: number
  limit: number
  signal: AbortSignal
}

const notifications = 'http://docs.oasis-open.org/wsn/b-2'
const manager = 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager'
const actions = {
  create: `${services.events}/EventPortType/CreatePullPointSubscriptionRequest`,
  synchronise: `${services.events}/PullPointSubscription/SetSynchronizationPointRequest`,
  pull: `${services.events}/PullPointSubscription/PullMessagesRequest`,
  renew: `${manager}/RenewRequest`,
  unsubscribe: `${manager}/UnsubscribeRequest`,
}
const maxParameterChars = 4_096

/** Echoed as header blocks that say what they are (WS-Addressing SOAP Binding, 3.3). */
function echoed(reference: Element | undefined): string[] {
  const parameters = elementsOf(childAt(reference, 'ReferenceParameters'))
  const texts = parameters.map((parameter) => {
    parameter.setAttributeNS(addressing, 'wsa:IsReferenceParameter', 'true')
    return new XMLSerializer().serializeToString(parameter)
  })
  return texts.join('').length > maxParameterChars ? [] : texts
}

export async function createPullPoint(
  session: CameraSession,
  { lifeMs, signal }: { lifeMs: number; signal: AbortSignal },
): Promise<PullPoint> {
  const end = writeDuration(lifeMs)
  const made = await session.call({
    to: 'events',
    action: actions.create,
    body: `<CreatePullPointSubscription xmlns="${services.events}"><InitialTerminationTime>${end}</InitialTerminationTime></CreatePullPointSubscription>`,
    isRouted: true,
    signal,
  })
  const reference = childAt(made, 'SubscriptionReference')
  const events = (await session.serviceAt('events', signal)) ?? session.device
  const named = textAt(reference, 'Address')
  // Behind a translated address it names itself as it is within.
  const url = named === undefined ? events : reachable(named, events)
  const to = { url, headers: echoed(reference) }

  return {
    times: readTimes(made),
    async synchronise(signal) {
      const body = `<SetSynchronizationPoint xmlns="${services.events}"/>`
      await session.call({ to, action: actions.synchronise, body, isRouted: true, signal })
    },
    async pull({ timeoutMs, graceMs, limit, signal }) {
      const wait = writeShortDuration(timeoutMs)
      const content = await session.call({
        to,
        action: actions.pull,
        body: `<PullMessages xmlns="${services.events}"><Timeout>${wait}</Timeout><MessageLimit>${limit}</MessageLimit></PullMessages>`,
        isRouted: true,
        timeoutMs: timeoutMs + graceMs,
        signal,
      })
      return { ...decodeNotifications(content), ...readTimes(content) }
    },
    async renew(signal) {
      const body = `<Renew xmlns="${notifications}"><TerminationTime>${end}</TerminationTime></Renew>`
      return readTimes(
        await session.call({ to, action: actions.renew, body, isRouted: true, signal }),
      )
    },
    async unsubscribe(signal) {
      const body = `<Unsubscribe xmlns="${notifications}"/>`
      await session.call({ to, action: actions.unsubscribe, body, isRouted: true, signal })
    },
  }
}
