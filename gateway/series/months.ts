import type { Month } from './migrate.ts'
import { createTownText } from './town-text.ts'

/** Months of the town between two times, the first and last cut to them. */
export function createMonths(timeZone: string): (from: number, to: number) => Month[] {
  const town = createTownText(timeZone)

  return (from, to) => {
    const months: Month[] = []
    const [year = 0, month = 1] = town.toText(from).split('-').map(Number)
    for (let i = month - 1; ; i++) {
      const start = town.instantOf(Date.UTC(year, i))
      if (start >= to) return months
      const name = new Date(Date.UTC(year, i)).toISOString().slice(0, 7)
      const end = town.instantOf(Date.UTC(year, i + 1))
      months.push({ name, from: Math.max(from, start), to: Math.min(to, end) })
    }
  }
}
