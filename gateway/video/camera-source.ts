import { lookup as systemLookup } from 'node:dns/promises'
import type { CameraGuard, Lookup } from '../network/camera-guard.ts'
import { CameraError, type CameraStream } from '../ports/cameras.ts'
import type { RtspSource } from './rtsp-door.ts'

/**
 * Where a camera's stream is, as an IP address that was judged itself: a name that leads elsewhere
 * a moment later leads nowhere.
 */
export async function locate(
  { url, login }: CameraStream,
  guard: CameraGuard,
  lookup: Lookup = (host) => systemLookup(host, { all: true, verbatim: true }),
): Promise<RtspSource> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol !== 'rtsp:' || parsed.username !== '' || parsed.password !== '') {
    throw new CameraError('unsupported', 'The camera offers its picture in a way that is not RTSP.')
  }
  const judgement = await guard.judge(url)
  if (!judgement.ok) throw new CameraError('notAllowed', judgement.problem)
  if (judgement.address.ip) return { url: parsed, ip: bare(parsed.hostname), login }
  const found = await lookup(parsed.hostname).catch(() => [])
  for (const { address } of found) {
    const host = address.includes(':') ? `[${address}]` : address
    if ((await guard.judge(`rtsp://${host}`)).ok) return { url: parsed, ip: address, login }
  }
  throw new CameraError('unreachable', `${parsed.hostname} leads to no address at present.`)
}

function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
