import type { SeriesState } from '../ports/series-store.ts'
import type { Finding } from './conditions.ts'

/** Longer than a restart of the server takes. */
const lateMinutes = 5
const awayMinutes = 10

/** Whether readings get to where charts find them; none is lost while they do not. */
export function series({ series, now }: { series: SeriesState; now: number }): Finding {
  const { waiting, waitingSince, trouble, refused } = series
  const minutes = waitingSince === null ? 0 : Math.max(0, Math.floor((now - waitingSince) / 60_000))
  // The text says what stays the same for a while: each change of it is told to all screens.
  const facts = { waiting, minutes, refused }
  if (trouble !== null) {
    const text = `Readings of the last ${minutes} minutes are not in the charts yet; they are kept in the log and written afterwards. ${trouble}`
    const level = minutes >= awayMinutes ? 'bad' : 'warn'
    return { id: 'series', level, facts: { ...facts, cause: 'away', reason: trouble }, text }
  }
  if (minutes >= lateMinutes) {
    const text = `Readings of the last ${minutes} minutes are not in the charts yet. If that grows, what keeps the time series is too slow for so many devices.`
    return { id: 'series', level: 'warn', facts: { ...facts, cause: 'slow' }, text }
  }
  if (refused > 0) {
    const text = `InfluxDB does not take ${refused} readings; they are kept in the table series_refused with what it said. Mend the fields of the measurement "reading" there and start the gateway again: it hands them over once more.`
    return { id: 'series', level: 'warn', facts: { ...facts, cause: 'refused' }, text }
  }
  return { id: 'series', level: 'ok', facts, text: 'Nothing to do.' }
}
