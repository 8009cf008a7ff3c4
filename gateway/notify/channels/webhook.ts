import {
  type ChannelWay,
  jsonHeaders,
  type Message,
  type Outcome,
  perMinute,
  statusOutcome,
  urlOf,
} from '../channel.ts'
import type { HttpPost } from '../http-post.ts'
import { webhookSignature } from '../signatures.ts'

/**
 * Programs of the town: a webhook, an SMS gateway. Any 2xx is a receipt. The same
 * message comes again with the same `X-Lianxun-Delivery` when its receipt was lost on the way.
 */

export async function postSigned(
  message: Message,
  content: object,
  post: HttpPost,
): Promise<Outcome> {
  const { notice, secrets, now } = message
  const body = JSON.stringify(content)
  const headers = {
    ...jsonHeaders,
    'x-lianxun-delivery': notice.id,
    ...(secrets.secret && {
      'x-lianxun-signature': webhookSignature(secrets.secret, Math.floor(now / 1000), body),
    }),
  }
  const posted = await post({ url: urlOf(message), headers, body }, 'channel')
  return statusOutcome(posted) ?? { kind: 'sent', receipt: String(posted.status) }
}

export const webhook: ChannelWay = {
  limits: (channel) => [perMinute(channel)],
  send(message, post) {
    const { id, act, at, case: subject, to, text, link } = message.notice
    return postSigned(message, { id, act, at, case: subject, to, text, link }, post)
  },
}

/** No number of anybody: the gateway at the other end knows who is meant by a role in a place. */
export const sms: ChannelWay = {
  limits: (channel) => [perMinute(channel)],
  send(message, post) {
    const { id, at, case: subject, text } = message.notice
    const [role] = message.target.split('@')
    const { village, grid } = subject
    return postSigned(message, { id, at, role, village, grid, text }, post)
  },
}
