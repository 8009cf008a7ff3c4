import { sha256 } from './sha256.ts'

/** JSON with sorted keys and without what is undefined: the same text on the phone and the gateway. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`)
  return `{${fields.join(',')}}`
}

/** Puts a check-in to the end of a chain. */
export function linked<T extends object>(body: T, previousHash: string | null) {
  const whole = previousHash === null ? body : { ...body, previousHash }
  return { body: whole as T & { previousHash?: string }, hash: sha256(canonicalJson(whole)) }
}
