/**
 * The certificate library finds its parts by reflection metadata, which JavaScript does not have:
 * the three functions that it calls, kept in a table of ours. Import this before the library.
 */

type Metadata = Map<unknown, unknown>

const table = new WeakMap<object, Metadata>()

function own(key: unknown, target: object): unknown {
  return table.get(target)?.get(key)
}

function inherited(key: unknown, target: object): unknown {
  for (
    let at: object | null = target;
    at !== null;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    if (table.get(at)?.has(key) === true) return own(key, at)
  }
  return undefined
}

function define(key: unknown, value: unknown, target: object): void {
  const metadata = table.get(target) ?? new Map<unknown, unknown>()
  table.set(target, metadata.set(key, value))
}

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, { getMetadata: inherited, getOwnMetadata: own, defineMetadata: define })
}
