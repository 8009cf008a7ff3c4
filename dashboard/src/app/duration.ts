const two = (value: number) => String(value).padStart(2, '0')

/** Durations as people at the desk compare them: 0:42, 17:02, 1:41:36. Never negative. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  if (hours === 0) return `${minutes}:${two(seconds % 60)}`
  return `${hours}:${two(minutes)}:${two(seconds % 60)}`
}

export interface DurationWords {
  seconds: (n: number) => string
  minutes: (n: number) => string
  hours: (n: number) => string
  days: (n: number) => string
}

/** One unit where seconds do not matter: 8 秒, 41 分, 5 小时, 3 天. */
export function formatRough(ms: number, words: DurationWords): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return words.seconds(seconds)
  if (seconds < 3600) return words.minutes(Math.floor(seconds / 60))
  if (seconds < 48 * 3600) return words.hours(Math.floor(seconds / 3600))
  return words.days(Math.floor(seconds / 86_400))
}

/** Runs as a clock to one day, then counts hours and days: a clock of 60 hours is not read, it is counted. */
export function formatElapsed(ms: number, words: DurationWords): string {
  return ms < 24 * 3_600_000 ? formatClock(ms) : formatRough(ms, words)
}
