import { canonicalJson } from '../../../gateway/domain/checkin-chain.ts'
import { sha256 } from './sha256.ts'

/** Puts a check-in to the end of a chain: the gateway makes the same hash of what it receives. */
export function linked<T extends object>(body: T, previousHash: string | null) {
  const whole = previousHash === null ? body : { ...body, previousHash }
  return { body: whole as T & { previousHash?: string }, hash: sha256(canonicalJson(whole)) }
}
