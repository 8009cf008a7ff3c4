import type { z } from 'zod'
import type { DecodeFailure, QuarantineReason } from '../../gateway/domain/observation.ts'
import { propertyNames } from './payloads.ts'

/** Turns what zod found into one sentence for a technician: field, found, expected. */
type Issue = z.core.$ZodIssue

const maxQuoted = 80

export function failure(reason: QuarantineReason, detail: string): DecodeFailure {
  return { reason, detail }
}

/** Never looks inside an object or array: the value may be nested deeper than the stack. */
export function found(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty array' : `an array of ${value.length}`
  if (typeof value === 'object')
    return Object.keys(value).length === 0 ? 'an empty object' : 'an object'
  if (typeof value !== 'string') return `${value as number | boolean}`
  const short = value.length > maxQuoted ? `${value.slice(0, maxQuoted)}…` : value
  return JSON.stringify(short)
}

export function describeIssue(
  issues: readonly Issue[],
  json: unknown,
  at: readonly PropertyKey[],
): DecodeFailure {
  const [issue, ...others] = issues
  if (issue === undefined) return failure('invalid', 'payload: found something unexpected.')
  if (issue.code === 'unrecognized_keys') return unknownProperty(issue.keys, [...at, ...issue.path])
  const value = valueAt(json, issue.path)
  const field = fieldName([...at, ...issue.path])
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  const detail = `${field}: found ${found(value)}, expected ${issue.message}${more}.`
  return failure(reasonFor(issue, value), detail)
}

function unknownProperty(keys: readonly string[], path: readonly PropertyKey[]): DecodeFailure {
  const names = keys.slice(0, 5).map(found).join(', ')
  const known = `expected some of ${propertyNames.join(', ')}`
  return failure('unknownProperty', `${fieldName(path)}: found the property ${names}, ${known}.`)
}

function reasonFor(issue: Issue, value: unknown): QuarantineReason {
  return issue.path.at(-1) === 'ts' && typeof value === 'number' ? 'impossibleTime' : 'invalid'
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

function fieldName(path: readonly PropertyKey[]): string {
  let name = ''
  for (const key of path) {
    if (typeof key === 'number') name += `[${key}]`
    else name += name === '' ? String(key) : `.${String(key)}`
  }
  return name === '' ? 'payload' : name
}
