import { raiseSeverity, type Severity } from './severity.ts'

/** A dated profile; `from` and `to` are MM-DD, both included, and may wrap over New Year. */
export interface Season {
  id: string
  name: string
  from: string
  to: string
  /** Steps of severity added per hazard. */
  raise: Record<string, number>
  patrolFactor: number
}

/** MM-DD of an instant in the town's zone. */
export function monthDay(atMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(atMs)
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '01'
  return `${part('month')}-${part('day')}`
}

export function isInSeason(season: Season, day: string): boolean {
  return season.from <= season.to
    ? season.from <= day && day <= season.to
    : season.from <= day || day <= season.to
}

/** The severity of a hazard on a day: each running season adds its steps. */
export function seasonalSeverity(
  severity: Severity,
  hazard: string,
  running: readonly Season[],
): Severity {
  const steps = running.reduce((sum, season) => sum + (season.raise[hazard] ?? 0), 0)
  return raiseSeverity(severity, steps)
}
