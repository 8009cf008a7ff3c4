import { isIP, isIPv4 } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isInNetwork,
  judgeIp,
  type Network,
  parseIp,
  parseNetwork,
  privateNetworks,
} from '../../../gateway/domain/network.ts'

function net(text: string): Network {
  const network = parseNetwork(text)
  if (!network) throw new Error(`${text} is no network`)
  return network
}

function judge(address: string, networks: readonly string[] = privateNetworks) {
  const ip = parseIp(address)
  return ip ? judgeIp(ip, networks.map(net)) : 'unreadable'
}

describe('addresses', () => {
  it('of IPv4 are read as the system reads them, and written otherwise not at all', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const bits = text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
        expect(parseIp(text)).toEqual({ family: 4, bits })
      }),
    )
  })

  it('of IPv6 are read in every form of the standard', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        expect(isIP(text)).toBe(6)
        const ip = parseIp(text)
        // The address parser of the run time writes it out in one form only.
        const same = parseIp(new URL(`http://[${text}]`).hostname.slice(1, -1))
        expect(ip).toBeDefined()
        expect(ip).toEqual(same)
      }),
    )
  })

  it('are never read where the system reads none', () => {
    const signs = fc.constantFrom(...'0123456789abcdefxX.:%/[] -g'.split(''))
    fc.assert(
      fc.property(fc.string({ unit: signs, maxLength: 24 }), (text) => {
        if (parseIp(text) !== undefined) expect(isIP(text)).not.toBe(0)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    '',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '127.0.0.01',
    '00.0.0.0',
    '256.0.0.1',
    '1.2.3.4.5',
    '１２７.0.0.1',
    ' 127.0.0.1',
    '127.0.0.1.',
    '::1%lo',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    '::1.2.3',
    '1.2.3.4::',
    '::1.2.3.4:5',
  ])('%j is none', (text) => {
    if (text !== '1:2:3:4:5:6:7::8') expect(isIP(text) === 0 || text.includes('%')).toBe(true)
    expect(parseIp(text)).toBeUndefined()
  })

  it('of IPv4 stay IPv4 inside IPv6, however they are written', () => {
    fc.assert(
      fc.property(fc.ipV4(), (v4) => {
        const ip = parseIp(v4)
        const hex = (ip?.bits ?? 0n).toString(16).padStart(8, '0')
        const groups = `${hex.slice(0, 4)}:${hex.slice(4)}`
        for (const text of [`::ffff:${v4}`, `::FFFF:${groups}`, `0:0:0:0:0:ffff:${groups}`]) {
          expect(parseIp(text)).toEqual(ip)
        }
      }),
    )
  })
})

describe('networks', () => {
  it.each([
    '10.0.0.0/8',
    '0.0.0.0/0',
    '192.168.1.64',
    '192.168.1.64/32',
    'fc00::/7',
    '::/0',
    '::1/128',
  ])('%s is one', (text) => {
    expect(parseNetwork(text)).toBeDefined()
  })

  it.each([
    '10.0.0.1/8',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10/8',
    'fc00::/129',
    'fc01::/7',
    '::ffff:10.0.0.0/104',
    'loopback',
    '',
  ])('%j is none', (text) => {
    expect(parseNetwork(text)).toBeUndefined()
  })

  it('hold exactly the addresses that share their first bits', () => {
    const bits = fc.bigInt({ min: 0n, max: 0xffffffffn })
    fc.assert(
      fc.property(bits, bits, fc.integer({ min: 0, max: 32 }), (a, b, prefix) => {
        const shift = BigInt(32 - prefix)
        const network: Network = { family: 4, first: (a >> shift) << shift, prefix }
        const ofA = a.toString(2).padStart(32, '0').slice(0, prefix)
        const ofB = b.toString(2).padStart(32, '0').slice(0, prefix)
        expect(isInNetwork({ family: 4, bits: a }, network)).toBe(true)
        expect(isInNetwork({ family: 4, bits: b }, network)).toBe(ofA === ofB)
      }),
    )
  })

  it('of one family hold none of the other', () => {
    expect(isInNetwork({ family: 6, bits: 1n }, net('0.0.0.0/0'))).toBe(false)
    expect(isInNetwork({ family: 4, bits: 1n }, net('::/0'))).toBe(false)
  })
})

describe('what may be called', () => {
  it.each([
    ['192.168.1.64', 'inside'],
    ['10.255.255.255', 'inside'],
    ['172.16.0.1', 'inside'],
    ['172.32.0.1', 'outside'],
    ['fd12::1', 'inside'],
    ['::ffff:192.168.1.64', 'inside'],
    ['8.8.8.8', 'outside'],
    ['2606:4700::1111', 'outside'],
    ['127.0.0.1', 'loopback'],
    ['127.255.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['0.0.0.0', 'never'],
    ['::', 'never'],
    ['169.254.169.254', 'never'],
    ['::ffff:169.254.169.254', 'never'],
    ['::ffff:a9fe:a9fe', 'never'],
    ['fe80::1', 'never'],
    ['fd00:ec2::254', 'never'],
    ['224.0.0.1', 'never'],
    ['239.255.255.250', 'never'],
    ['255.255.255.255', 'never'],
    ['ff02::1', 'never'],
    ['64:ff9b::7f00:1', 'never'],
    ['2002:7f00:1::', 'never'],
    ['::127.0.0.1', 'never'],
    ['100.100.100.200', 'never'],
  ])('%s: %s', (address, verdict) => {
    expect(judge(address)).toBe(verdict)
  })

  it('is this machine only where loopback itself is listed', () => {
    expect(judge('127.0.0.1', ['0.0.0.0/0'])).toBe('loopback')
    expect(judge('::1', ['::/0'])).toBe('loopback')
    expect(judge('127.0.0.1', ['127.0.0.0/8'])).toBe('inside')
    expect(judge('127.0.0.1', ['127.0.0.1'])).toBe('inside')
    expect(judge('127.0.0.2', ['127.0.0.1'])).toBe('loopback')
    expect(judge('::1', ['127.0.0.0/8'])).toBe('loopback')
    expect(judge('::1', ['::1'])).toBe('inside')
    expect(judge('::ffff:127.0.0.1', ['127.0.0.0/8'])).toBe('inside')
  })

  it('is never link-local, multicast or nobody, whatever is listed', () => {
    const all = ['0.0.0.0/0', '::/0', '169.254.0.0/16', 'fe80::/10', '224.0.0.0/4']
    const byte = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(byte, byte, byte, fc.integer({ min: 224, max: 255 }), (a, b, c, high) => {
        expect(judge(`169.254.${a}.${b}`, all)).toBe('never')
        expect(judge(`0.${a}.${b}.${c}`, all)).toBe('never')
        expect(judge(`${high}.${a}.${b}.${c}`, all)).toBe('never')
        expect(judge(`fe80::${a}:${b}`, all)).toBe('never')
      }),
    )
  })

  it('is inside exactly when a listed network holds it', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const isPrivate = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(text)
        expect(isIPv4(text)).toBe(true)
        expect(judge(text) === 'inside').toBe(isPrivate)
      }),
      { numRuns: 1000 },
    )
  })
})
