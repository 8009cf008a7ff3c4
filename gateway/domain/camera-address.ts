import { type IpAddress, judgeIp, type Network, parseIp } from './network.ts'

/** The address of a device that the gateway calls: a camera. Typed in, so it is not believed. */

interface CameraAddress {
  host: string
  /** Undefined: the host is a name, and where it leads must be looked up. */
  ip: IpAddress | undefined
}

export type AddressJudgement =
  | { ok: true; address: CameraAddress }
  /** `loopback`: refused for that alone, so it may be kept until a setting allows it. */
  | { ok: false; problem: string; why: 'shape' | 'place' | 'loopback' }

const schemes = ['http', 'https', 'rtsp', 'rtsps', 'onvif']
/** Scheme, host in brackets or not, port, path. */
const shape = /^(?:([a-z]+):\/\/)?(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?([/?][^#]*)?$/i
const name =
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i
/** A last label of digits or 0x…: resolvers read such a name as a number (WHATWG URL, 3.5). */
const numeric = /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i

function refused(problem: string): AddressJudgement {
  return { ok: false, why: 'shape', problem }
}

/** Why this address may not be called, as a sentence; undefined when it may. */
export function judgeCameraIp(
  ip: IpAddress,
  host: string,
  allowed: readonly Network[],
): AddressJudgement | undefined {
  switch (judgeIp(ip, allowed)) {
    case 'inside':
      return undefined
    case 'loopback': {
      const problem = `${host} is this machine itself; LIANXUN_CAMERA_NETWORKS must list 127.0.0.0/8 (or ::1) to allow it`
      return { ok: false, why: 'loopback', problem }
    }
    case 'never':
      return { ok: false, why: 'place', problem: `${host} is never the address of a camera` }
    case 'outside': {
      const problem = `${host} is outside the town's networks (LIANXUN_CAMERA_NETWORKS)`
      return { ok: false, why: 'place', problem }
    }
  }
}

export function judgeCameraAddress(text: string, allowed: readonly Network[]): AddressJudgement {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\s\u0000-\u001f\u007f;`'"\\<>|$]/.test(text)) {
    return refused('must hold no space, quote or one of ; ` \\ < > | $')
  }
  if (text.startsWith('-')) return refused('must not begin with -')
  if (/^[^/?#]*(\/\/)?[^/?#]*@/.test(text)) {
    return refused('must hold no user name or password; they are kept apart')
  }
  const [, scheme, bracketed, plain = '', port, rest] = shape.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === '') return refused(`must be host, host:port or ${schemes.join(', ')}://host…`)
  if (scheme !== undefined && !schemes.includes(scheme.toLowerCase())) {
    return refused(`must begin with one of ${schemes.map((one) => `${one}://`).join(' ')}`)
  }
  if (scheme === undefined && rest !== undefined) {
    return refused('needs http:// or rtsp:// before it, as it has a path')
  }
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) {
    return refused('its port must lie between 1 and 65535')
  }
  return judgeHost(host, bracketed !== undefined, allowed)
}

function judgeHost(
  host: string,
  isBracketed: boolean,
  allowed: readonly Network[],
): AddressJudgement {
  // Brackets are for IPv6 alone, and IPv6 has no other way to carry a port.
  const ip = isBracketed === host.includes(':') ? parseIp(host) : undefined
  if (ip) return judgeCameraIp(ip, host, allowed) ?? { ok: true, address: { host, ip } }
  if (isBracketed || numeric.test(host)) {
    return refused(`${host} is no IP address in its plain form, such as 192.168.1.64`)
  }
  if (!name.test(host)) return refused(`${host} is no host name`)
  return { ok: true, address: { host, ip: undefined } }
}
