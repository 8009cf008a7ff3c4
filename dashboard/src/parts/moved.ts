/** Lists that people put in order. Pure. */

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const item = list[from]
  if (item === undefined || to < 0 || to >= list.length) return [...list]
  return list.toSpliced(from, 1).toSpliced(to, 0, item)
}

/** At the end, none of them twice. */
export function added(list: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...list, ...more])]
}
