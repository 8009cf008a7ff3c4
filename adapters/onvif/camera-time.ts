import type { Element } from '@xmldom/xmldom'
import { childAt, numberAt } from './xml.ts'

/** Times as cameras write them; what cannot be a time is null, never a wrong one. */

/** A clock that was never set shows 1970; it is compared, not believed. */
const earliestMs = 0
const latestMs = Date.UTC(2100, 0, 1)

function plausible(ms: number): number | null {
  return ms >= earliestMs && ms <= latestMs ? ms : null
}

/** RFC 3339 in the shape of xs:dateTime; without a zone it is UTC, as ONVIF demands. */
export function readTime(text: string | undefined): number | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/.exec(
    text?.trim() ?? '',
  )
  if (!match) return null
  return plausible(Date.parse(`${match[0].replace(/(Z|[+-]\d\d:\d\d)$/, '')}${match[7] ?? 'Z'}`))
}

/** Of a GetSystemDateAndTimeResponse, in UTC. A clock that was never set counts too: it is compared. */
export function readSystemTime(content: Element): number | null {
  const utc = childAt(content, 'SystemDateAndTime', 'UTCDateTime')
  const date = childAt(utc, 'Date')
  const time = childAt(utc, 'Time')
  const [year, month, day] = [
    numberAt(date, 'Year'),
    numberAt(date, 'Month'),
    numberAt(date, 'Day'),
  ]
  const [hour, minute, second] = [
    numberAt(time, 'Hour'),
    numberAt(time, 'Minute'),
    numberAt(time, 'Second'),
  ]
  if (!year || !month || !day) return null
  if (year < 1970 || year > 2100 || month > 12 || day > 31) return null
  return Date.UTC(year, month - 1, day, hour ?? 0, minute ?? 0, second ?? 0)
}

/** xs:duration in whole seconds. */
export function writeDuration(ms: number): string {
  return `PT${Math.max(1, Math.round(ms / 1000))}S`
}

/** A pull's patience may be shorter than a second in tests; cameras take whole ones. */
export function writeShortDuration(ms: number): string {
  return ms % 1000 === 0 ? writeDuration(ms) : `PT${(ms / 1000).toFixed(3)}S`
}
