import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { dingtalkSign, feishuSign, webhookSignature } from '../../../gateway/notify/signatures.ts'

/** Against openssl, which knows nothing of us. */

function openssl(key: string, message: string): Buffer {
  // In hex, as a key may hold a line's end.
  const macopt = `hexkey:${Buffer.from(key).toString('hex')}`
  const { status, stdout, stderr } = spawnSync(
    'openssl',
    ['dgst', '-sha256', '-mac', 'hmac', '-macopt', macopt, '-binary'],
    { input: message },
  )
  if (status !== 0) throw new Error(`openssl: ${stderr.toString()}`)
  return stdout
}

const secrets = ['SEC0123456789abcdef', 'a', '钥匙 with spaces', 'x'.repeat(200)]
const times = [0, 1_763_712_000_123]

describe.each(secrets.flatMap((secret) => times.map((at) => [secret, at] as const)))(
  'secret %s at %i',
  (secret, at) => {
    const seconds = Math.floor(at / 1000)

    it('DingTalk: milliseconds and the secret are the message', () => {
      const expected = openssl(secret, `${at}\n${secret}`).toString('base64')
      expect(dingtalkSign(secret, at)).toBe(expected)
    })

    it('Feishu: seconds and the secret are the key, the message is empty', () => {
      const expected = openssl(`${seconds}\n${secret}`, '').toString('base64')
      expect(feishuSign(secret, seconds)).toBe(expected)
    })

    it('our own: over the time and the body', () => {
      const body = '{"text":"疑似森林火情"}'
      const expected = openssl(secret, `${seconds}.${body}`).toString('hex')
      expect(webhookSignature(secret, seconds, body)).toBe(`t=${seconds},v1=${expected}`)
    })
  },
)
