import { createHmac } from 'node:crypto'

/** How each receiver wants to be shown that a message is ours. */

/** DingTalk: key is the secret, message `timestamp\nsecret`; milliseconds, in the address. */
export function dingtalkSign(secret: string, timestampMs: number): string {
  return createHmac('sha256', secret).update(`${timestampMs}\n${secret}`).digest('base64')
}

/** Feishu: key is `timestamp\nsecret`, the message is empty; seconds, in the body. */
export function feishuSign(secret: string, timestampS: number): string {
  return createHmac('sha256', `${timestampS}\n${secret}`).update('').digest('base64')
}

/** Our own webhook: over time and body, so that neither can be sent again with another one. */
export function webhookSignature(secret: string, timestampS: number, body: string): string {
  const mac = createHmac('sha256', secret).update(`${timestampS}.${body}`).digest('hex')
  return `t=${timestampS},v1=${mac}`
}
