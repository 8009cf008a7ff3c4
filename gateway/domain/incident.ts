import type { Severity } from './severity.ts'

/** Alarms and reports of one hazard at one place in one stretch of time. */
export interface Incident {
  id: string
  hazard: string
  severity: Severity
  village: string
  grid: string | null
  lon: number
  lat: number
  /** By the device's time, like the alarms'. */
  openedAt: number
  lastActivityAt: number
  /** Closed with its case, or when its stretch of time is over and nothing is active. */
  closedAt: number | null
}
