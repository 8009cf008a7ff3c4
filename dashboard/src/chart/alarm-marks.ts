import { type Severity, severityRank } from '../../../gateway/domain/severity.ts'
import type { PlotAlarm } from './draw-plot.ts'
import type { View } from './plot-series.ts'

/** Alarms that would stand upon each other are one mark; the most severe speaks for them. */
export interface AlarmMark {
  /** Pixels from the left edge of the drawing. */
  x: number
  severity: Severity
  alarms: PlotAlarm[]
}

export function alarmMarks(
  alarms: readonly PlotAlarm[],
  { from, to }: View,
  { width, apart }: { width: number; apart: number },
): AlarmMark[] {
  const marks: AlarmMark[] = []
  const shown = alarms.filter((one) => one.from >= from && one.from <= to)
  for (const alarm of shown.sort((a, b) => a.from - b.from)) {
    const x = ((alarm.from - from) / (to - from)) * width
    const last = marks.at(-1)
    if (!last || x - last.x >= apart) {
      marks.push({ x, severity: alarm.severity, alarms: [alarm] })
      continue
    }
    last.alarms.push(alarm)
    if (severityRank(alarm.severity) > severityRank(last.severity)) last.severity = alarm.severity
  }
  return marks
}
