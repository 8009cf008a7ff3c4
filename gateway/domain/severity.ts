/** Severity from low to high; CAP Minor, Moderate, Severe, Extreme. */
export const severities = ['blue', 'yellow', 'orange', 'red'] as const

export type Severity = (typeof severities)[number]

const urgent: Record<string, Severity> = {
  helpCall: 'red',
  forestFire: 'orange',
  smoke: 'yellow',
  strawBurning: 'yellow',
  geological: 'yellow',
  flood: 'yellow',
}

/** Of what somebody reports from the road, before the desk has looked at it. */
export function reportSeverity(hazard: string): Severity {
  return urgent[hazard] ?? 'blue'
}

export function severityRank(severity: Severity): number {
  return severities.indexOf(severity)
}

export function higherSeverity(a: Severity, b: Severity): Severity {
  return severityRank(a) >= severityRank(b) ? a : b
}

/** One step down; blue stays. */
export function lowerSeverity(severity: Severity): Severity {
  return raiseSeverity(severity, -1)
}

/** Raises by whole steps and stops at red. */
export function raiseSeverity(severity: Severity, steps: number): Severity {
  const rank = Math.min(severities.length - 1, Math.max(0, severityRank(severity) + steps))
  return severities[rank] as Severity
}
