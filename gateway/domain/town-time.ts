/** Days and hours of the town's zone; everything else counts in epoch milliseconds. */

export interface LocalTime {
  year: number
  month: number
  day: number
  /** Minutes since local midnight. */
  minute: number
  /** 0 Sunday … 6 Saturday. */
  weekday: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(timeZone, format)
  return format
}

export function localTime(atMs: number, timeZone: string): LocalTime {
  const parts = formatOf(timeZone).formatToParts(atMs)
  const of = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value)
  const [year, month, day] = [of('year'), of('month'), of('day')]
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
  return { year, month, day, minute: of('hour') * 60 + of('minute'), weekday }
}

/** YYYYMMDD in the town's zone. */
export function dayStamp(atMs: number, timeZone: string): string {
  const { year, month, day } = localTime(atMs, timeZone)
  return `${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`
}

/** The instant of a local minute on the day `daysLater` after the day of `atMs`. */
export function instantOnDay(
  atMs: number,
  daysLater: number,
  minute: number,
  timeZone: string,
): number {
  const { year, month, day } = localTime(atMs, timeZone)
  const asUtc = Date.UTC(year, month - 1, day + daysLater, 0, minute)
  // Two rounds settle the zone's offset, also on a day when it changes.
  const first = asUtc - offsetMs(asUtc, timeZone)
  return asUtc - offsetMs(first, timeZone)
}

/** What clocks of the town show at that instant, to the minute, as if it were UTC. */
export function wallMs(atMs: number, timeZone: string): number {
  const { year, month, day, minute } = localTime(atMs, timeZone)
  return Date.UTC(year, month - 1, day, 0, minute)
}

/** How far clocks of the town are ahead of UTC at that instant. */
export function offsetMs(atMs: number, timeZone: string): number {
  return wallMs(atMs, timeZone) - Math.floor(atMs / 60_000) * 60_000
}
