import type { EvaluatedAlarm, Month } from '../domain/evaluation-days.ts'
import type { EvaluatedCase } from '../domain/evaluation-steps.ts'

/** What a month is evaluated from; in bounded pages, so that others are served in between. */
export interface EvaluationRecords {
  /** Cases inside the scope that were opened in the month, each with its timeline. */
  cases(month: Month, scope: string): AsyncIterable<EvaluatedCase[]>
  /** Alarms inside the scope that were raised in the month, and silences that reach into it. */
  alarms(month: Month, scope: string): AsyncIterable<EvaluatedAlarm[]>
}
