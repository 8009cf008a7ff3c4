import type { ChannelSecrets, Notice, StoredChannel } from '../ports/notices.ts'
import type { HttpPost, Posted } from './http-post.ts'
import type { RateLimit } from './rate-limit.ts'

/** One kind of channel: how a notice is put into its words, and what its answers mean. */

export interface Message {
  channel: StoredChannel
  secrets: ChannelSecrets
  target: string
  notice: Notice
  /** Of the row: what a browser says it has read. */
  deliveryId: number | null
  /** Wall clock, epoch ms. */
  now: number
}

export type Outcome =
  /** `receipt`: what the other side calls it. */
  | { kind: 'sent'; receipt: string | null }
  | { kind: 'failed'; error: string }
  /** They want nothing more from this channel, or for this target alone, for so long. */
  | { kind: 'wait'; error: string; ms: number; of?: 'target' }
  /** It never will arrive. */
  | { kind: 'dropped'; error: string }

export interface ChannelWay {
  limits(channel: StoredChannel): RateLimit[]
  /** Throws an Error whose text may be shown; called once at a time for each target. */
  send(message: Message, post: HttpPost): Promise<Outcome>
}

const minuteMs = 60_000
const defaultPerMinute = 60

export function perMinute(channel: StoredChannel, most = Number.POSITIVE_INFINITY): RateLimit {
  const count = Math.min(channel.perMinute ?? Math.min(defaultPerMinute, most), most)
  return { count, perMs: minuteMs }
}

export function urlOf({ secrets }: Message): string {
  if (!secrets.url) throw new Error('the channel has no address; set it anew')
  return secrets.url
}

export const jsonHeaders = { 'content-type': 'application/json; charset=utf-8' }

/** What a status alone says; undefined: a success, whose body may say otherwise. */
export function statusOutcome({ status, retryAfterMs }: Posted): Outcome | undefined {
  if (status >= 200 && status < 300) return undefined
  const error = `the receiver answered with status ${status}`
  if (status === 429) return { kind: 'wait', error, ms: retryAfterMs ?? minuteMs }
  return { kind: 'failed', error }
}

interface RobotAnswer {
  code: number
  text: string
}

/** Robots answer 200 to everything: only the code 0 in the body is a success. */
export function robotOutcome(
  posted: Posted,
  read: (body: Record<string, unknown>) => RobotAnswer | undefined,
  waits: Readonly<Record<number, number>>,
): Outcome {
  const byStatus = statusOutcome(posted)
  if (byStatus) return byStatus
  const answer = read(parseObject(posted.text))
  if (!answer) return { kind: 'failed', error: 'the robot answered something else than a result' }
  if (answer.code === 0) return { kind: 'sent', receipt: null }
  const error = `the robot refused: ${answer.code} ${answer.text}`.trim()
  const ms = waits[answer.code]
  return ms === undefined ? { kind: 'failed', error } : { kind: 'wait', error, ms }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** `errcode` and `errmsg`, as WeCom and DingTalk call them. */
export function errcodeOf({ errcode, errmsg }: Record<string, unknown>): RobotAnswer | undefined {
  if (typeof errcode !== 'number') return undefined
  return { code: errcode, text: typeof errmsg === 'string' ? errmsg : '' }
}
