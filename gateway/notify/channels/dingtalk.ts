import { cutToBytes } from '../../domain/notice-text.ts'
import {
  type ChannelWay,
  errcodeOf,
  jsonHeaders,
  perMinute,
  robotOutcome,
  urlOf,
} from '../channel.ts'
import { dingtalkSign } from '../signatures.ts'

/** 钉钉群机器人. Time and signature stand in the address; whoever sends too fast is shut out for 10 min. */

const maxBytes = 16_384
const mostPerMinute = 20
const shutOutMs = 600_000
const waits = { 130101: shutOutMs, 410100: shutOutMs }

function signedUrl(url: string, secret: string | undefined, now: number): string {
  if (!secret) return url
  const signed = new URL(url)
  signed.searchParams.set('timestamp', String(now))
  signed.searchParams.set('sign', dingtalkSign(secret, now))
  return signed.href
}

export const dingtalk: ChannelWay = {
  limits: (channel) => [perMinute(channel, mostPerMinute)],
  async send(message, post) {
    const { secrets, notice, now } = message
    const content = cutToBytes(notice.text, maxBytes)
    const body = JSON.stringify({ msgtype: 'text', text: { content }, at: { isAtAll: false } })
    const url = signedUrl(urlOf(message), secrets.secret, now)
    const posted = await post({ url, headers: jsonHeaders, body }, 'channel')
    return robotOutcome(posted, errcodeOf, waits)
  },
}
