import type { Clock } from '../ports/clock.ts'

/**
 * Five wrong passwords a minute for one name from one address, thirty from one address. A try is
 * counted before its password is looked at and given back when it was right, so that many tries
 * at once gain nothing.
 */

const windowMs = 60_000
const perName = 5
const perAddress = 30
const rememberedKeys = 20_000

export interface SignInLimit {
  /** Undefined: too many. Else call the answer when the password was right. */
  take(address: string, username: string): (() => void) | undefined
}

export function createSignInLimit(clock: Clock): SignInLimit {
  const tries = new Map<string, number[]>()

  function recent(key: string): number[] {
    const since = clock.monotonic() - windowMs
    const left = (tries.get(key) ?? []).filter((at) => at > since)
    if (left.length > 0) tries.set(key, left)
    else tries.delete(key)
    return left
  }

  function forgetOld(): void {
    if (tries.size < rememberedKeys) return
    for (const key of tries.keys()) recent(key)
    if (tries.size >= rememberedKeys) tries.clear()
  }

  return {
    take(address, username) {
      forgetOld()
      const keys = [`${address} ${username}`, address]
      if (recent(keys[0] as string).length >= perName) return undefined
      if (recent(address).length >= perAddress) return undefined
      const at = clock.monotonic()
      for (const key of keys) tries.set(key, [...recent(key), at])
      return () => {
        for (const key of keys) {
          const list = tries.get(key)
          const index = list?.indexOf(at) ?? -1
          if (index >= 0) list?.splice(index, 1)
        }
      }
    },
  }
}
