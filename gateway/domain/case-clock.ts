import type { CaseState } from './case.ts'
import type { Hazard } from './town.ts'
import { instantOnDay, localTime } from './town-time.ts'

/**
 * When the present step of a case is due. Clocks of `workHours` hazards run Mondays to Fridays
 * 08:30–17:30 in the town's zone; the calendar of rest days is not known here yet.
 */

const opensAtMinute = 8 * 60 + 30
const closesAtMinute = 17 * 60 + 30

/** Minutes allowed in this state; null where no clock runs. */
export function minutesAllowed(state: CaseState, hazard: Hazard): number | null {
  switch (state) {
    case 'reported':
      return hazard.clocks.accept
    case 'accepted':
      return hazard.clocks.dispatch
    case 'dispatched':
      return hazard.clocks.sign
    case 'handling':
      return hazard.clocks.handle
    case 'suspended':
    case 'verifying':
    case 'closed':
    case 'void':
    case 'merged':
      return null
  }
}

/** Epoch ms at which a step that began at `since` is due; null where no clock runs. */
export function stepDueAt(
  state: CaseState,
  hazard: Hazard,
  since: number,
  timeZone: string,
): number | null {
  const minutes = minutesAllowed(state, hazard)
  if (minutes === null) return null
  return hazard.workHours ? afterWorkMinutes(since, minutes, timeZone) : since + minutes * 60_000
}

/** `minutes` of working time after `since`. */
export function afterWorkMinutes(since: number, minutes: number, timeZone: string): number {
  let leftMs = minutes * 60_000
  const firstWeekday = localTime(since, timeZone).weekday
  for (let day = 0; ; day++) {
    const weekday = (firstWeekday + day) % 7
    if (weekday === 0 || weekday === 6) continue
    const opensAt = instantOnDay(since, day, opensAtMinute, timeZone)
    const closesAt = instantOnDay(since, day, closesAtMinute, timeZone)
    const from = Math.max(since, opensAt)
    if (from >= closesAt) continue
    if (leftMs <= closesAt - from) return from + leftMs
    leftMs -= closesAt - from
  }
}
