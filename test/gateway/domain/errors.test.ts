import { describe, expect, it } from 'vitest'
import {
  ConfigError,
  ConflictError,
  InvalidError,
  NotFoundError,
  RejectedError,
  StoreError,
  UnavailableError,
} from '../../../gateway/domain/errors.ts'

describe('the kinds of error', () => {
  it('a configuration tells every problem, as a list and as text', () => {
    const error = new ConfigError(['LIANXUN_HTTP_PORT: not a port', 'LIANXUN_TZ: no zone'])
    expect(error.problems).toHaveLength(2)
    expect(error.message).toBe('LIANXUN_HTTP_PORT: not a port\nLIANXUN_TZ: no zone')
  })

  it('a conflict carries what is there now', () => {
    const present = { id: 'c1', version: 4 }
    expect(new ConflictError('Somebody was faster.', present).present).toBe(present)
  })

  // The supervisor and the HTTP handler tell them apart by class, logs by name.
  const made = [
    new UnavailableError('x'),
    new RejectedError('x'),
    new StoreError('x', { cause: 'disk' }),
    new NotFoundError('x'),
    new InvalidError('x'),
    new ConflictError('x', null),
    new ConfigError(['x']),
  ]
  it.each(made.map((error) => [error.name, error] as const))('%s is its own', (name, error) => {
    expect(error.constructor.name).toBe(name)
    expect(String(error)).toBe(`${name}: x`)
    const kin = made.filter((other) => other instanceof (error.constructor as typeof Error))
    expect(kin).toEqual([error])
  })

  it('what failed underneath is kept', () => {
    expect(new StoreError('Nothing was stored.', { cause: 'disk full' }).cause).toBe('disk full')
  })
})
