import { createHash } from 'node:crypto'

/**
 * Check-ins of a phone hang together: each names the hash of the one before. The hash is over the
 * JSON with sorted keys, as the phone sends it.
 */

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const names = Object.keys(value).toSorted()
  return Object.fromEntries(
    names.map((name) => [name, sorted((value as Record<string, unknown>)[name])]),
  )
}

export function checkinHash(checkin: object): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(checkin)))
    .digest('hex')
}
