/** Months as YYYY-MM, and as people say them. */

const offered = 24

export function isMonth(value: unknown): value is string {
  return typeof value === 'string' && /^20\d{2}-(0[1-9]|1[0-2])$/.test(value)
}

/** The month of `day` (YYYY-MM-DD) and those before it, newest first. */
export function monthsBefore(day: string): string[] {
  const [year = 0, month = 1] = day.split('-').map(Number)
  return Array.from({ length: offered }, (_, back) =>
    new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7),
  )
}

export function monthWords(month: string, language: 'zh' | 'en'): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  if (language === 'zh') return `${year}年${number}月`
  const at = Date.UTC(year, number - 1, 1)
  const format = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' })
  return `${format.format(at)} ${year}`
}
