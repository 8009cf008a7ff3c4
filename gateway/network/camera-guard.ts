import { lookup as systemLookup } from 'node:dns/promises'
import {
  type AddressJudgement,
  judgeCameraAddress,
  judgeCameraIp,
} from '../domain/camera-address.ts'
import { type Network, parseIp, parseNetwork } from '../domain/network.ts'

/**
 * Asked wherever the address of a device comes in, so that nobody can make the gateway call what
 * only the gateway can reach. A name counts as all the addresses it has now; it may have others
 * tomorrow, so whoever connects asks again.
 */
export interface CameraGuard {
  judge: (address: string) => Promise<AddressJudgement>
}

export type Lookup = (host: string) => Promise<readonly { address: string }[]>

const lookupTimeoutMs = 3_000

async function allAddresses(host: string): Promise<readonly { address: string }[]> {
  return systemLookup(host, { all: true, verbatim: true })
}

async function within(looking: ReturnType<Lookup>): ReturnType<Lookup> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), lookupTimeoutMs)
  })
  return Promise.race([looking, late]).finally(() => clearTimeout(timer))
}

export function createCameraGuard(
  allowedNetworks: readonly string[],
  lookup: Lookup = allAddresses,
): CameraGuard {
  const allowed: Network[] = allowedNetworks.flatMap((text) => parseNetwork(text) ?? [])

  async function judgeName(host: string, fine: AddressJudgement): Promise<AddressJudgement> {
    const found = await within(lookup(host)).catch(() => [])
    if (found.length === 0) {
      const problem = `${host} has no address at present; give its IP address`
      return { ok: false, why: 'place', problem }
    }
    for (const { address } of found) {
      const ip = parseIp(address.replace(/%.*$/, ''))
      const shown = `${host} (${address})`
      if (!ip) return { ok: false, why: 'place', problem: `${shown} leads to no usable address` }
      const refusal = judgeCameraIp(ip, shown, allowed)
      if (refusal) return refusal
    }
    return fine
  }

  return {
    async judge(address) {
      const judgement = judgeCameraAddress(address, allowed)
      if (!judgement.ok || judgement.address.ip) return judgement
      return judgeName(judgement.address.host, judgement)
    },
  }
}
