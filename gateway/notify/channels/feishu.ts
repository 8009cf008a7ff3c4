import { cutToBytes } from '../../domain/notice-text.ts'
import { type ChannelWay, jsonHeaders, perMinute, robotOutcome, urlOf } from '../channel.ts'
import { feishuSign } from '../signatures.ts'

/** 飞书群机器人. Time (in seconds) and signature stand in the body. */

const maxBytes = 16_384
const mostPerMinute = 100
const perSecond = { count: 5, perMs: 1000 }
/** Both say: too often. */
const waits = { 9499: 60_000, 11232: 60_000 }

function codeOf({ code, msg, StatusCode, StatusMessage }: Record<string, unknown>) {
  const found = typeof code === 'number' ? code : StatusCode
  if (typeof found !== 'number') return undefined
  const text = msg ?? StatusMessage
  return { code: found, text: typeof text === 'string' ? text : '' }
}

/** `<at user_id="all">` in a text would call everybody. */
function withoutTags(text: string): string {
  return text.replaceAll('<', '＜')
}

export const feishu: ChannelWay = {
  limits: (channel) => [perSecond, perMinute(channel, mostPerMinute)],
  async send(message, post) {
    const { secrets, notice, now } = message
    const timestamp = Math.floor(now / 1000)
    const { secret } = secrets
    const signed = secret
      ? { timestamp: String(timestamp), sign: feishuSign(secret, timestamp) }
      : {}
    const text = withoutTags(cutToBytes(notice.text, maxBytes))
    const body = JSON.stringify({ ...signed, msg_type: 'text', content: { text } })
    const posted = await post({ url: urlOf(message), headers: jsonHeaders, body }, 'channel')
    return robotOutcome(posted, codeOf, waits)
  },
}
