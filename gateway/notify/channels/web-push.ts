import webPushLibrary from 'web-push'
import type { PushKeys, PushStore, PushSubscriptionKeys } from '../../ports/notices.ts'
import { type ChannelWay, type Message, perMinute, statusOutcome } from '../channel.ts'

/**
 * Messages to browsers (RFC 8030), encrypted for each (RFC 8291) and signed with the installation's
 * own key (RFC 8292): no account anywhere. The push service sees neither text nor place.
 */

const secondsKept = 86_400
const gone = new Set([404, 410])
/** The next attempt would fare no better. */
const tooLarge = 413

export interface WebPushOptions {
  push: PushStore
  /** Where a push service may complain: an https address or mailto. */
  contact: string
}

/** Wakes the phone of who must act now, and waits until another looks anyway. */
function urgencyOf({ notice }: Message): 'high' | 'normal' {
  const { severity } = notice.case
  return severity === 'red' || severity === 'orange' ? 'high' : 'normal'
}

function payloadOf({ notice, deliveryId }: Message): string {
  const { number, title, severity, hazard } = notice.case
  const { act, path: link } = notice
  return JSON.stringify({ number, title, severity, hazard, act, link, delivery: deliveryId })
}

export function generatePushKeys(): PushKeys {
  return webPushLibrary.generateVAPIDKeys()
}

export function createWebPush({ push, contact }: WebPushOptions): ChannelWay {
  function requestFor(message: Message, subscription: PushSubscriptionKeys, keys: PushKeys) {
    const { headers, body } = webPushLibrary.generateRequestDetails(
      subscription,
      payloadOf(message),
      {
        vapidDetails: { subject: contact, ...keys },
        TTL: secondsKept,
        contentEncoding: 'aes128gcm',
        urgency: urgencyOf(message),
      },
    )
    const texts = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
    return { url: subscription.endpoint, headers: Object.fromEntries(texts), body: body ?? '' }
  }

  return {
    limits: (channel) => [perMinute(channel, 600)],
    async send(message, post) {
      const [, browser = ''] = message.target.split('/')
      const subscription = await push.get(browser)
      if (!subscription) return { kind: 'dropped', error: 'unreachable' }
      const request = requestFor(message, subscription, await push.keys())
      const posted = await post(request, 'browser')
      if (gone.has(posted.status)) {
        await push.remove(browser)
        return { kind: 'dropped', error: 'unreachable' }
      }
      if (posted.status === tooLarge) return { kind: 'dropped', error: 'tooLarge' }
      const byStatus = statusOutcome(posted)
      // Each browser has a push service of its own, which speaks for no other.
      if (byStatus?.kind === 'wait') return { ...byStatus, of: 'target' }
      return byStatus ?? { kind: 'sent', receipt: String(posted.status) }
    },
  }
}
