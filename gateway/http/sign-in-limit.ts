import type { Clock } from '../ports/clock.ts'

/**
 * Five wrong passwords a minute for one name from one address, thirty from one address, and five
 * wrong codes for one person. A try is counted before it is looked at and given back when it was
 * right, so that many tries at once gain nothing.
 */

const windowMs = 60_000
const perName = 5
const perAddress = 30
const perCode = 5
const rememberedKeys = 20_000

/** Undefined: too many. Else call the answer when it was right. */
type Taken = (() => void) | undefined

export interface SignInLimit {
  take(address: string, username: string): Taken
  takeCode(userId: string): Taken
}

export function createSignInLimit(clock: Clock, maxKeys = rememberedKeys): SignInLimit {
  /** In the order of the latest try, so that the first are those that matter least. */
  const tries = new Map<string, number[]>()

  function recent(key: string): number[] {
    const since = clock.monotonic() - windowMs
    return (tries.get(key) ?? []).filter((at) => at > since)
  }

  function note(key: string, at: number): void {
    const list = [...recent(key), at]
    tries.delete(key)
    tries.set(key, list)
    // Whoever makes up names or comes from many addresses pushes out the oldest, never everything.
    for (const oldest of tries.keys()) {
      if (tries.size <= maxKeys && recent(oldest).length > 0) break
      tries.delete(oldest)
    }
  }

  function forget(key: string, at: number): void {
    const list = tries.get(key)
    const index = list?.indexOf(at) ?? -1
    if (index >= 0) list?.splice(index, 1)
  }

  function takeAll(limits: readonly (readonly [string, number])[]): Taken {
    if (limits.some(([key, most]) => recent(key).length >= most)) return undefined
    const at = clock.monotonic()
    for (const [key] of limits) note(key, at)
    return () => {
      for (const [key] of limits) forget(key, at)
    }
  }

  return {
    take: (address, username) =>
      takeAll([
        [`name ${address} ${username}`, perName],
        [`address ${address}`, perAddress],
      ]),
    takeCode: (userId) => takeAll([[`code ${userId}`, perCode]]),
  }
}
