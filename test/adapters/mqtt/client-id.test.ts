import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ownerOf } from '../../../adapters/mqtt/client-id.ts'

const owner = (clientId: string, ...devices: string[]) =>
  ownerOf(clientId, (id) => devices.includes(id))

describe('whose a client id is', () => {
  test.each<[string, string, string[], string | undefined]>([
    ['the device’s own id', 'pump', ['pump'], 'pump'],
    ['a dash after it', 'pump-2', ['pump'], 'pump'],
    ['a colon after it', 'pump:2', ['pump'], 'pump'],
    ['a slash after it', 'pump/2', ['pump'], 'pump'],
    ['nothing after the dash', 'pump-', ['pump'], 'pump'],
    ['the longest device wins', 'pump-2', ['pump', 'pump-2'], 'pump-2'],
    [
      'the longest device that is followed by a mark wins',
      'pump-2-b',
      ['pump', 'pump-2'],
      'pump-2',
    ],
    ['a longer id that only shares the beginning', 'pump2', ['pump'], undefined],
    ['a dot is no mark', 'pump.2', ['pump'], undefined],
    ['nobody’s', 'mqttjs_1', ['pump'], undefined],
    ['only the mark', '-pump', ['pump'], undefined],
    ['empty', '', ['pump'], undefined],
    ['too long to be looked at', `pump-${'x'.repeat(300)}`, ['pump'], undefined],
  ])('%s', (_name, clientId, devices, expected) => {
    expect(owner(clientId, ...devices)).toBe(expected)
  })
})

describe('for any devices and client ids', () => {
  const part = fc.stringMatching(/^[ab.]{1,3}$/)
  const id = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('-'))
  const clientId = fc
    .tuple(id, fc.constantFrom('', '-', ':', '/', '.', 'x'), fc.string({ maxLength: 4 }))
    .map((parts) => parts.join(''))

  test('the owner is a device whose id begins it and is followed by a mark or its end', () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 6 }), clientId, (devices, given) => {
        const found = owner(given, ...devices)
        if (found === undefined) return
        expect(devices).toContain(found)
        expect(given.startsWith(found)).toBe(true)
        expect(['', '-', ':', '/']).toContain(given.charAt(found.length))
      }),
    )
  })

  test('no device can use what begins with a longer device’s id and a mark', () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 6 }), clientId, (devices, given) => {
        const found = owner(given, ...devices)
        const claimants = devices.filter(
          (device) => given === device || ['-', ':', '/'].some((m) => given.startsWith(device + m)),
        )
        const longest = claimants.reduce((a, b) => (b.length > a.length ? b : a), '')
        expect(found ?? '').toBe(longest)
      }),
    )
  })

  test('two devices never own the same client id', () => {
    fc.assert(
      fc.property(id, id, clientId, (a, b, given) => {
        fc.pre(a !== b)
        expect([a, b, undefined]).toContain(owner(given, a, b))
        expect(owner(given, a, b)).toBe(owner(given, b, a))
      }),
    )
  })
})
