/** Severity from low to high; CAP Minor, Moderate, Severe, Extreme. */
export const severities = ['blue', 'yellow', 'orange', 'red'] as const

export type Severity = (typeof severities)[number]

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
