import { cutToBytes } from '../../domain/notice-text.ts'
import {
  type ChannelWay,
  errcodeOf,
  jsonHeaders,
  perMinute,
  robotOutcome,
  urlOf,
} from '../channel.ts'

/** 企业微信群机器人. The key in the address is the only secret. */

const maxBytes = 2048
const mostPerMinute = 20
/** 45009: more than 20 messages in a minute. */
const waits = { 45009: 60_000 }

export const wecom: ChannelWay = {
  limits: (channel) => [perMinute(channel, mostPerMinute)],
  async send(message, post) {
    const content = cutToBytes(message.notice.text, maxBytes)
    const body = JSON.stringify({ msgtype: 'text', text: { content } })
    const posted = await post({ url: urlOf(message), headers: jsonHeaders, body }, 'channel')
    return robotOutcome(posted, errcodeOf, waits)
  },
}
