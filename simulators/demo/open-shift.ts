import { parse, stringify } from 'yaml'
import { localTime } from '../../gateway/domain/town-time.ts'

/** Routes whose rounds can be walked now, at whatever hour somebody looks. */

interface Shift {
  days: string[]
  start: string
  end: string
}

interface Routes {
  routes: { shifts: Shift[] }[]
}

const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const dayMin = 24 * 60

function clockTime(minute: number): string {
  const [hours, minutes] = [Math.floor(minute / 60), minute % 60]
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

function minuteOf(text: string): number {
  const [hours, minutes] = text.split(':').map(Number) as [number, number]
  return hours * 60 + minutes
}

/** Both as minutes of one day; what goes past midnight is cut into what it is on either side. */
function spans(start: number, end: number): [number, number][] {
  return end > start
    ? [[start, end]]
    : [
        [start, dayMin],
        [0, end],
      ]
}

function overlaps(one: Shift, [start, end]: [number, number]): boolean {
  return spans(minuteOf(one.start), minuteOf(one.end)).some(([a, b]) =>
    spans(start, end).some(([c, d]) => a < d && c < b),
  )
}

/** In place of the shifts at this time of day one that began a while ago and goes on for longer. */
export function withOpenShift(
  routesYaml: string,
  options: { nowMs: number; timeZone: string; beganMin: number; leftMin: number },
): string {
  const { nowMs, timeZone, beganMin, leftMin } = options
  const { minute } = localTime(nowMs, timeZone)
  const span: [number, number] = [
    (minute - beganMin + dayMin) % dayMin,
    (minute + leftMin) % dayMin,
  ]
  const open = { days: everyDay, start: clockTime(span[0]), end: clockTime(span[1]) }
  const file = parse(routesYaml) as Routes
  const routes = file.routes.map((route) => ({
    ...route,
    shifts: [...route.shifts.filter((shift) => !overlaps(shift, span)), open],
  }))
  return stringify({ ...file, routes })
}
