/** Instants as words in the town's zone; formatters are costly, so each is made once. */

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(zone: string, locale: string, shape: Intl.DateTimeFormatOptions) {
  const key = `${zone}|${locale}|${JSON.stringify(shape)}`
  let found = formatters.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: 'h23', ...shape })
    formatters.set(key, found)
  }
  return found
}

const clock = { hour: '2-digit', minute: '2-digit' } as const

export function timeOfDay(at: number, zone: string): string {
  return formatter(zone, 'en-GB', clock).format(at)
}

export function timeWithSeconds(at: number, zone: string): string {
  return formatter(zone, 'en-GB', { ...clock, second: '2-digit' }).format(at)
}

/** YYYY-MM-DD in the zone. */
export function dayOf(at: number, zone: string): string {
  return formatter(zone, 'en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
}

export function stamp(at: number, zone: string): string {
  return `${dayOf(at, zone)} ${timeWithSeconds(at, zone)}`
}

/** 11月21日 周六, Sat 21 Nov. */
export function dayInWords(at: number, zone: string, language: 'zh' | 'en'): string {
  if (language === 'en')
    return formatter(zone, 'en-GB', { weekday: 'short', day: 'numeric', month: 'short' })
      .format(at)
      .replace(',', '')
  const day = formatter(zone, 'zh-CN', { month: 'long', day: 'numeric' }).format(at)
  return `${day} ${formatter(zone, 'zh-CN', { weekday: 'short' }).format(at)}`
}

/** The time alone for today, with month and day before that. */
export function shortTime(at: number, now: number, zone: string): string {
  const day = dayOf(at, zone)
  if (day === dayOf(now, zone)) return timeOfDay(at, zone)
  return `${day.slice(5)} ${timeOfDay(at, zone)}`
}
