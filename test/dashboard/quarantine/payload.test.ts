import { describe, expect, test } from 'vitest'
import { jsonProblem, prettyPayload } from '../../../dashboard/src/quarantine/payload.ts'

describe('payloads', () => {
  test('JSON is laid out', () => expect(prettyPayload('{"a":1}')).toBe('{\n  "a": 1\n}'))
  test('anything else stays as it came', () => expect(prettyPayload('PM2.5=81')).toBe('PM2.5=81'))
  test('readable', () => expect(jsonProblem('{"a":1}')).toBeNull())
  test('unreadable, with the line where it can be told', () => {
    expect(jsonProblem('{\n"a":1,\n}')).toBe('3')
    expect(jsonProblem('')).toBe('')
  })
})
