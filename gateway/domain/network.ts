/**
 * Addresses and networks of IPv4 and IPv6, and what may stand as the address of a camera. Only the
 * plain notations are read: `0177.0.0.1`, `2130706433`, `0x7f.1` and `127.1` mean something to some
 * resolver, so each is refused instead of being understood in one of two ways.
 */

/** 32 or 128 bits. IPv4 inside IPv6 (`::ffff:10.0.0.1`) is told as IPv4, so no rule is passed by it. */
export interface IpAddress {
  family: 4 | 6
  bits: bigint
}

export interface Network {
  family: 4 | 6
  first: bigint
  prefix: number
}

const width = { 4: 32, 6: 128 } as const

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let bits = 0n
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    bits = bits * 256n + BigInt(part)
  }
  return bits
}

/** Sixteen-bit groups; the last may be written as IPv4 (RFC 4291, 2.2). */
function groupsOf(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = mayEndInV4 && index === parts.length - 1 ? parseV4(part) : undefined
      if (v4 === undefined) return undefined
      groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn))
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head = '', tail] = halves
  const before = groupsOf(head, tail === undefined)
  const after = tail === undefined ? [] : groupsOf(tail, true)
  if (!before || !after) return undefined
  const missing = 8 - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const all = [...before, ...Array.from({ length: missing }, () => 0), ...after]
  return all.reduce((bits, group) => bits * 65_536n + BigInt(group), 0n)
}

const mappedPrefix = 0xffffn

export function parseIp(text: string): IpAddress | undefined {
  const v4 = parseV4(text)
  if (v4 !== undefined) return { family: 4, bits: v4 }
  const v6 = text.includes(':') ? parseV6(text) : undefined
  if (v6 === undefined) return undefined
  if (v6 >> 32n === mappedPrefix) return { family: 4, bits: v6 & 0xffffffffn }
  return { family: 6, bits: v6 }
}

/** `10.0.0.0/8`, `fd00::/8`, or one address. Bits behind the prefix must be zero: else it is a slip. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', length, ...more] = text.split('/')
  const ip = parseIp(address)
  // The prefix of a mapped address would count other bits than those that are kept.
  if (!ip || more.length > 0 || (ip.family === 4 && address.includes(':'))) return undefined
  if (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined
  const prefix = length === undefined ? width[ip.family] : Number(length)
  if (prefix > width[ip.family]) return undefined
  const behind = BigInt(width[ip.family] - prefix)
  if ((ip.bits >> behind) << behind !== ip.bits) return undefined
  return { family: ip.family, first: ip.bits, prefix }
}

export function isInNetwork(ip: IpAddress, network: Network): boolean {
  if (ip.family !== network.family) return false
  const behind = BigInt(width[ip.family] - network.prefix)
  return ip.bits >> behind === network.first >> behind
}

function networks(...texts: string[]): readonly Network[] {
  return texts.flatMap((text) => parseNetwork(text) ?? [])
}

/** What a town's own machines are numbered with (RFC 1918, RFC 4193). */
export const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']

const loopback = networks('127.0.0.0/8', '::1')
/**
 * No list opens these: link-local (where clouds keep their metadata), multicast, "this host",
 * broadcast, and the addresses that carry an IPv4 one inside (NAT64, 6to4, Teredo, IPv4-compatible).
 */
const never = networks(
  '0.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.192',
  '100.100.100.200',
  '168.63.129.16',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/127',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
  'fd00:ec2::254',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
)

export type Verdict = 'inside' | 'outside' | 'loopback' | 'never'

/** Whether the gateway may call this address; `loopback` is one that no network of the list holds. */
export function judgeIp(ip: IpAddress, allowed: readonly Network[]): Verdict {
  const isIn = (network: Network) => isInNetwork(ip, network)
  // A wide entry such as 0.0.0.0/0 or ::/0 does not mean this machine itself.
  if (loopback.some(isIn)) {
    const inLoopback = (network: Network) =>
      loopback.some((own) => own.family === network.family && network.prefix >= own.prefix)
    return allowed.filter(inLoopback).some(isIn) ? 'inside' : 'loopback'
  }
  if (never.some(isIn)) return 'never'
  return allowed.some(isIn) ? 'inside' : 'outside'
}
