/** Rows by village over some days: what was done of what was planned. Pure. */

/** `open`: today is not over, so nothing is missed yet. */
export const cellKinds = ['full', 'part', 'missed', 'open', 'none'] as const

export type CellKind = (typeof cellKinds)[number]

export interface CalendarRow {
  id: string
  name: string
  village: string
  /** By day. */
  done: number[]
  planned: number[]
}

export function kindOfCell(done: number, planned: number, isToday: boolean): CellKind {
  if (planned === 0 && done === 0) return 'none'
  if (done >= planned) return 'full'
  if (isToday) return 'open'
  return done > 0 ? 'part' : 'missed'
}

/** By village as the town lists them, strange ones last; rows by name. */
export function rowsByVillage<Row extends CalendarRow>(
  rows: readonly Row[],
  order: readonly { code: string }[],
): { village: string; rows: Row[] }[] {
  const rank = new Map(order.map(({ code }, index) => [code, index]))
  return [...Map.groupBy(rows, ({ village }) => village)]
    .map(([village, own]) => ({
      village,
      rows: own.toSorted((a, b) => a.name.localeCompare(b.name, 'zh', { numeric: true })),
    }))
    .toSorted((a, b) => (rank.get(a.village) ?? 1e6) - (rank.get(b.village) ?? 1e6))
}

/** YYYYMMDD → YYYY-MM-DD. */
export function dashed(day: string): string {
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`
}

/** YYYYMMDD → 0 Sunday … 6 Saturday. */
export function weekdayOf(day: string): number {
  return new Date(`${dashed(day)}T00:00:00Z`).getUTCDay()
}
