import { type IpAddress, judgeIp, type Network, parseIp } from './network.ts'

/**
 * Where messages may be sent. Addresses are typed in by administrators (`channel`) or come with a
 * person's browser (`browser`), so neither is believed: link-local and metadata addresses never,
 * this machine itself only where a setting lists it. A browser's push service is a public one.
 */
type Sender = 'channel' | 'browser'

export interface OutgoingRules {
  sender: Sender
  /** Networks in which loopback addresses count as others; see LIANXUN_CAMERA_NETWORKS. */
  allowed: readonly Network[]
  /** What a town's own machines are numbered with. */
  own: readonly Network[]
}

/** Why nothing may be sent to this IP address; undefined when it may. */
export function outgoingIpProblem(ip: IpAddress, rules: OutgoingRules): string | undefined {
  const verdict = judgeIp(ip, [...rules.own, ...rules.allowed])
  switch (verdict) {
    case 'never':
      return 'the address is never that of a receiver'
    case 'loopback':
      return 'the address is this machine itself; LIANXUN_CAMERA_NETWORKS must list 127.0.0.0/8 (or ::1) to allow it'
    case 'inside':
      return rules.sender === 'browser' && judgeIp(ip, rules.own) === 'inside'
        ? "the address is inside the town's network, where no push service is"
        : undefined
    case 'outside':
      return undefined
  }
}

/** The literal IP address of a URL's host; undefined: a name. */
function hostIp(url: URL): IpAddress | undefined {
  return parseIp(url.hostname.replace(/^\[(.*)\]$/, '$1'))
}

/** Of a broker that is not the gateway's own: `mqtt://host:port` and nothing more. */
export function brokerUrlProblem(text: string, rules: OutgoingRules): string | undefined {
  if (!URL.canParse(text)) return 'must be an address such as mqtts://host:8883'
  const url = new URL(text)
  if (url.protocol !== 'mqtt:' && url.protocol !== 'mqtts:') {
    return 'must begin with mqtts:// or mqtt://'
  }
  if (url.hostname === '') return 'must name a host, as in mqtts://host:8883'
  if (url.username !== '' || url.password !== '') {
    return 'must hold no user name or password; they have fields of their own'
  }
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') {
    return 'must end after the host and its port; the topic has a field of its own'
  }
  const ip = hostIp(url)
  return ip && outgoingIpProblem(ip, rules)
}

export function outgoingUrlProblem(text: string, rules: OutgoingRules): string | undefined {
  if (!URL.canParse(text)) return 'must be an address such as https://host/path'
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return 'must begin with https:// or http://'
  }
  if (url.username !== '' || url.password !== '') return 'must hold no user name or password'
  const ip = hostIp(url)
  const problem = ip && outgoingIpProblem(ip, rules)
  if (problem !== undefined) return problem
  // Where the list holds this machine itself, somebody tries things out.
  const isOwnMachine = ip !== undefined && judgeIp(ip, []) === 'loopback'
  if (rules.sender === 'browser' && url.protocol !== 'https:' && !isOwnMachine) {
    return 'must begin with https://'
  }
  return undefined
}
