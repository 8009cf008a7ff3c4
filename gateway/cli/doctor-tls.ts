import type { Config } from '../config/config.ts'
import { ConfigError } from '../domain/errors.ts'
import { day } from '../tls/certificate.ts'
import { readTls } from '../tls/keeper.ts'

export interface Finding {
  ok: boolean
  text: string
}

const soonMs = 30 * 86_400_000

function withoutCertificate({ baseUrl, trustedProxies }: Config): Finding {
  if (baseUrl?.startsWith('https:') && trustedProxies.length === 0) {
    const text =
      'LIANXUN_BASE_URL is https, so a proxy is in front: list its address in LIANXUN_TRUSTED_PROXIES, else everybody counts as the proxy'
    return { ok: false, text }
  }
  const text =
    'there is no certificate: HTTP and MQTT travel in the clear; make one: lianxun tls init'
  return { ok: true, text }
}

/** Reads the certificate as the start does, so that the two cannot judge differently. */
export async function checkTls(config: Config): Promise<{ hasTls: boolean; finding: Finding }> {
  try {
    const now = Date.now()
    const pair = await readTls(config, now)
    if (!pair) return { hasTls: false, finding: withoutCertificate(config) }
    const ok = pair.notAfter - now > soonMs
    const text = `the certificate is for ${pair.names.join(', ')} and runs until ${day(pair.notAfter)}`
    const advice = ok ? '' : '; renew it ("lianxun tls renew" if it was made by "lianxun tls init")'
    return { hasTls: true, finding: { ok, text: text + advice } }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { hasTls: true, finding: { ok: false, text: error.problems.join('; ') } }
  }
}
