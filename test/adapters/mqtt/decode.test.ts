import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Decoded, decode, isFailure } from '../../../adapters/mqtt/decode.ts'
import { topicOf } from './kit.ts'

/**
 * A case is `input` (the topic, a line break, the payload's bytes) and `expected`: the outcome and
 * what else the decoder says. `?` stands for a detail that quotes the engine's own words.
 */
const fixtures = path.join(import.meta.dirname, '../../fixtures/mqtt')
const receivedAt = 1763712345678

interface Expected {
  outcome: unknown
  imageBytes?: number
  personal?: boolean
  keep?: string
}

function describeDecoded({ outcome, image, personal, keep }: Decoded): Expected {
  return {
    outcome,
    ...(image === undefined ? {} : { imageBytes: image.length }),
    ...(personal === undefined ? {} : { personal }),
    ...(keep === undefined ? {} : { keep: Buffer.from(keep).toString() }),
  }
}

describe('fixtures', () => {
  for (const name of readdirSync(fixtures)) {
    test(name, () => {
      const input = readFileSync(path.join(fixtures, name, 'input'))
      const end = input.indexOf('\n')
      const topic = input.subarray(0, end).toString()
      const expected: Expected = JSON.parse(
        readFileSync(path.join(fixtures, name, 'expected'), 'utf8'),
        (key, value) => (key === 'detail' && value === '?' ? expect.any(String) : value),
      )
      const payload = input.subarray(end + 1)
      expect(describeDecoded(decode({ topic, payload, receivedAt }))).toEqual(expected)
    })
  }
})

const kinds = ['telemetry', 'event', 'checkin', 'status']

function decodeText(kind: string, text: string): Decoded {
  return decode({ topic: topicOf('a', kind), payload: Buffer.from(text), receivedAt })
}

/** Generous: the machine may be busy; quadratic work on these inputs would take minutes. */
const quickMs = 1_000

describe('hostile payloads are refused quickly', () => {
  const deep = 100_000
  const cases: Record<string, string> = {
    'an array 100,000 deep': '['.repeat(deep) + ']'.repeat(deep),
    'an object 100,000 deep': '{"a":'.repeat(deep) + '1' + '}'.repeat(deep),
    'readings 100,000 deep': `{"readings":${'['.repeat(deep)}${']'.repeat(deep)}}`,
    'personal fields beside 100,000 levels': `{"faceId":1,"a":${'['.repeat(deep)}${']'.repeat(deep)}}`,
    'an unclosed array 1,000,000 deep': '['.repeat(1_000_000),
    'a text of 1 MB': JSON.stringify('x'.repeat(1_000_000)),
    'a type of 1 MB': JSON.stringify({ type: 'aB'.repeat(500_000) }),
    'a number of 1,000,000 digits': '9'.repeat(1_000_000),
    '50,000 unknown properties': `{"readings":{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":1`).join(',')}}}`,
    'an image of 1 MB without its end': `{"type":"fire","image":"${'/9j/'.repeat(250_000)}`,
    'more than a message may hold': `"${'x'.repeat(1_048_576)}"`,
  }
  for (const [name, text] of Object.entries(cases)) {
    test.each(kinds)(`${name}: %s`, (kind) => {
      const begun = performance.now()
      const { outcome, keep } = decodeText(kind, text)
      expect(performance.now() - begun).toBeLessThan(quickMs)
      if (!isFailure(outcome)) throw new Error('decoded')
      expect(outcome.detail.length).toBeLessThan(1_000)
      expect(keep?.length ?? 0).toBeLessThan(10_000)
    })
  }
})

const withImage = (bytes: number) => {
  const jpeg = Buffer.alloc(bytes, 1)
  jpeg.set([0xff, 0xd8, 0xff])
  return decodeText('event', JSON.stringify({ type: 'fire', image: jpeg.toString('base64') }))
}

test('a picture holds at most 512 KB, counted in its bytes', () => {
  expect(withImage(524_288).image).toHaveLength(524_288)
  expect(withImage(524_289).outcome).toEqual({
    reason: 'tooLarge',
    detail: 'image: found 524289 bytes, expected a JPEG of at most 512 KB.',
  })
  expect(withImage(600_000).outcome).toMatchObject({ reason: 'tooLarge' })
})

test('a __proto__ in a payload changes no prototype', () => {
  decodeText('telemetry', '{"__proto__":{"polluted":1},"readings":{"__proto__":{"polluted":1}}}')
  decodeText('event', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
  expect('polluted' in {}).toBe(false)
})

function holdsFor(topic: string, payload: Uint8Array): void {
  const { outcome } = decode({ topic, payload, receivedAt })
  if (isFailure(outcome)) {
    expect(outcome.detail).toMatch(/found .*expected/su)
    return
  }
  for (const observation of outcome) {
    expect(observation.receivedAt).toBe(receivedAt)
    expect(Number.isSafeInteger(observation.observedAt)).toBe(true)
    if (observation.kind === 'reading') expect(Number.isFinite(observation.value)).toBe(true)
  }
}

describe('whatever comes, decode returns', () => {
  const topics = fc.oneof(
    fc.constantFrom(...kinds.map((kind) => topicOf('a', kind))),
    fc.string({ unit: 'binary' }),
    fc.array(fc.string(), { maxLength: 6 }).map((levels) => `lianxun/${levels.join('/')}`),
  )

  test('bytes', () => {
    fc.assert(fc.property(topics, fc.uint8Array({ maxLength: 300 }), holdsFor), { numRuns: 3_000 })
  })

  test('any JSON', () => {
    const json = fc.json().map((text) => Buffer.from(text))
    fc.assert(fc.property(topics, json, holdsFor), { numRuns: 3_000 })
  })

  test('almost right JSON', () => {
    const odd = fc.oneof(
      fc.double(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(null, true, '', '__proto__', Number.MAX_VALUE, -0, [], {}),
      fc.jsonValue(),
    )
    const maybe = (right: fc.Arbitrary<unknown>) => fc.oneof({ weight: 4, arbitrary: right }, odd)
    const message = fc.record(
      {
        ts: maybe(fc.integer()),
        readings: maybe(fc.record({ pm25: maybe(fc.double()), tilt: maybe(fc.double()) })),
        id: maybe(fc.string()),
        type: maybe(fc.constantFrom('smoke', 'face', 'help')),
        state: maybe(fc.constantFrom('active', 'clear', 'pulse')),
        confidence: maybe(fc.double({ min: 0, max: 1 })),
        box: maybe(fc.array(fc.double({ min: 0, max: 1 }), { minLength: 4, maxLength: 4 })),
        image: maybe(fc.base64String()),
        tag: maybe(fc.string({ minLength: 1 })),
        counter: maybe(fc.nat()),
      },
      { requiredKeys: [] },
    )
    const payload = fc
      .oneof(message, fc.array(message, { maxLength: 3 }))
      .map((value) => Buffer.from(JSON.stringify(value) ?? ''))
    fc.assert(fc.property(topics, payload, holdsFor), { numRuns: 5_000 })
  })
})
