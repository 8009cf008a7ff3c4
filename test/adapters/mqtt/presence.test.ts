import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPresence, type Leaving } from '../../../adapters/mqtt/presence.ts'

type Step = 'arrived' | Leaving

/** What is reported of one device while its connections come and go. */
function reportsOf(steps: readonly Step[]): string[] {
  const reports: string[] = []
  const presence = createPresence((_device, online) => reports.push(online ? 'online' : 'offline'))
  for (const step of steps) {
    if (step === 'arrived') presence.arrived('a')
    else presence.left('a', step)
  }
  return reports
}

test.each<[string, Step[], string[]]>([
  ['comes', ['arrived'], ['online']],
  ['breaks off', ['arrived', 'lost'], ['online', 'offline']],
  ['says goodbye', ['arrived', 'goodbye'], ['online']],
  ['comes back after a goodbye', ['arrived', 'goodbye', 'arrived'], ['online']],
  ['comes back after a break', ['arrived', 'lost', 'arrived'], ['online', 'offline', 'online']],
  ['leaves it to its will', ['arrived', 'will', 'arrived'], ['online', 'online']],
  ['is still here otherwise', ['arrived', 'arrived', 'lost'], ['online']],
  ['loses both', ['arrived', 'arrived', 'lost', 'lost'], ['online', 'offline']],
])('a device that %s', (_name, steps, reports) => {
  expect(reportsOf(steps)).toEqual(reports)
})

test('offline is said only of a device that has no connection left, and online before it', () => {
  const step = fc.constantFrom<Step>('arrived', 'lost', 'goodbye', 'will')
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let open = 0
      const possible = steps.filter((one) => {
        if (one !== 'arrived' && open === 0) return false
        open += one === 'arrived' ? 1 : -1
        return true
      })
      const reports = reportsOf(possible)
      expect(reports[0] ?? 'online').toBe('online')
      reports.forEach((report, i) => {
        if (report === 'offline') expect(reports[i - 1]).toBe('online')
      })
    }),
  )
})
