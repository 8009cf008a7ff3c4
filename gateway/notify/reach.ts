import type { lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { parseIp } from '../domain/network.ts'
import { type OutgoingRules, outgoingIpProblem } from '../domain/outgoing-address.ts'

/** Getting to somebody else's server: where its name may lead, and why it cannot be reached. */

const told: Record<string, string> = {
  ECONNREFUSED: 'the receiver refuses the connection',
  ECONNRESET: 'the receiver closed the connection',
  EPIPE: 'the receiver closed the connection',
  ENOTFOUND: 'the name of the receiver is not known',
  EAI_AGAIN: 'the name of the receiver cannot be looked up at present',
  EHOSTUNREACH: 'there is no way to the receiver',
  ENETUNREACH: 'there is no way to the receiver',
  ETIMEDOUT: 'the receiver does not answer',
  CERT_HAS_EXPIRED: "the receiver's certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the receiver's certificate is signed by nobody known",
  SELF_SIGNED_CERT_IN_CHAIN: "the receiver's certificate is signed by nobody known",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the receiver's certificate is signed by nobody known",
  ERR_TLS_CERT_ALTNAME_INVALID: "the receiver's certificate is for another name",
}

/** Its text may be shown as it is. */
export class Refused extends Error {}

export function inWords(error: unknown): Error {
  if (error instanceof Refused) return new Error(error.message)
  const { code = '', name } = error as NodeJS.ErrnoException
  if (name === 'TimeoutError') return new Error('the receiver does not answer')
  if (name === 'AbortError') return new Error('the gateway stopped meanwhile')
  return new Error(told[code] ?? `the receiver cannot be reached (${code || name})`)
}

export function judgingLookup(rules: OutgoingRules, lookup: typeof systemLookup): LookupFunction {
  return (host, options, done) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '')
      for (const { address } of addresses) {
        const ip = parseIp(address.replace(/%.*$/, ''))
        const problem = ip ? outgoingIpProblem(ip, rules) : 'it is no usable address'
        if (problem)
          return done(
            new Refused(`the receiver's name leads where nothing is sent: ${problem}`),
            '',
          )
      }
      const [first] = addresses
      if (!first) return done(new Refused('the name of the receiver is not known'), '')
      if (options.all) done(null, addresses)
      else done(null, first.address, first.family)
    })
  }
}
