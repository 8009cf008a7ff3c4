import { beforeEach, describe, expect, it } from 'vitest'
import { createSignInLimit, type SignInLimit } from '../../../gateway/http/sign-in-limit.ts'
import { minute, type TownClock, townClock } from './town-clock.ts'

let clock: TownClock
let limit: SignInLimit

beforeEach(() => {
  clock = townClock()
  limit = createSignInLimit(clock)
})

/** How many of so many tries get as far as the password. */
function tries(count: number, address: string, username: (n: number) => string): number {
  return Array.from({ length: count }, (_, n) => limit.take(address, username(n))).filter(
    (taken) => taken !== undefined,
  ).length
}

describe('wrong passwords', () => {
  it('of one name from one address are five a minute', () => {
    expect(tries(20, '10.0.0.1', () => 'admin')).toBe(5)
    clock.advance(minute)
    expect(tries(20, '10.0.0.1', () => 'admin')).toBe(5)
  })

  it('of many names from one address are thirty a minute', () => {
    expect(tries(100, '10.0.0.1', (n) => `user-${n}`)).toBe(30)
  })

  it('from elsewhere do not lock the owner of the name out', () => {
    tries(20, '10.0.0.66', () => 'admin')
    expect(limit.take('10.0.0.1', 'admin')).toBeDefined()
  })

  it('are forgotten one by one, a minute after each', () => {
    for (let n = 0; n < 5; n++) {
      limit.take('10.0.0.1', 'admin')
      clock.advance(minute / 5)
    }
    expect(tries(3, '10.0.0.1', () => 'admin')).toBe(1)
  })

  it('a refused try does not lengthen the wait', () => {
    tries(5, '10.0.0.1', () => 'admin')
    clock.advance(minute - 1)
    expect(limit.take('10.0.0.1', 'admin')).toBeUndefined()
    clock.advance(1)
    expect(limit.take('10.0.0.1', 'admin')).toBeDefined()
  })
})

describe('right passwords', () => {
  it('cost nothing: a whole office may come to work at eight', () => {
    for (let n = 0; n < 200; n++) {
      const giveBack = limit.take('10.0.0.1', `user-${n % 60}`)
      expect(giveBack).toBeDefined()
      giveBack?.()
    }
  })

  it('give back their own try only', () => {
    tries(4, '10.0.0.1', () => 'admin')
    limit.take('10.0.0.1', 'admin')?.()
    expect(tries(3, '10.0.0.1', () => 'admin')).toBe(1)
  })
})

describe('wrong codes', () => {
  it('of one person are five a minute, wherever they come from', () => {
    const taken = Array.from({ length: 8 }, () => limit.takeCode('u1') !== undefined)
    expect(taken.filter(Boolean)).toHaveLength(5)
    expect(limit.takeCode('u2')).toBeDefined()
    clock.advance(minute)
    expect(limit.takeCode('u1')).toBeDefined()
  })

  it('are not mixed up with names that look like them', () => {
    for (let n = 0; n < 5; n++) limit.takeCode('u1')
    expect(limit.take('code', 'u1')).toBeDefined()
  })
})

describe('a flood of names and addresses', () => {
  it('pushes out the oldest, never everything', () => {
    const small = createSignInLimit(clock, 100)
    for (let n = 0; n < 5; n++) small.take('10.0.0.1', 'admin')
    // 40 tries are 80 keys: the five tries are still known.
    for (let n = 0; n < 40; n++) small.take(`10.1.0.${n}`, `user-${n}`)
    expect(small.take('10.0.0.1', 'admin')).toBeUndefined()
    for (let n = 0; n < 60; n++) small.take(`10.2.0.${n}`, `user-${n}`)
    // Forgotten with the oldest, but of the newest each is still counted.
    expect(small.take('10.0.0.1', 'admin')).toBeDefined()
    for (let n = 0; n < 4; n++) expect(small.take('10.2.0.59', 'user-59')).toBeDefined()
    expect(small.take('10.2.0.59', 'user-59')).toBeUndefined()
  })

  it('of one address is stopped by the address before it pushes out anything', () => {
    const small = createSignInLimit(clock, 100)
    for (let n = 0; n < 5; n++) small.take('10.0.0.1', 'admin')
    for (let n = 0; n < 10_000; n++) small.take('10.0.0.66', `user-${n}`)
    expect(small.take('10.0.0.1', 'admin')).toBeUndefined()
  })

  it('a name that is tried again and again is not the oldest', () => {
    const small = createSignInLimit(clock, 20)
    for (let n = 0; n < 5; n++) {
      small.take('10.0.0.1', 'admin')
      for (let other = 0; other < 8; other++) small.take(`10.${n}.0.${other}`, 'x')
    }
    expect(small.take('10.0.0.1', 'admin')).toBeUndefined()
  })
})
