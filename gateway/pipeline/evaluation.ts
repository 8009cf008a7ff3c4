import {
  type CaseOutcome,
  type Evaluation,
  evaluateMonth,
  monthIn,
  outcomeOf,
} from '../domain/evaluation.ts'
import type { EvaluatedAlarm } from '../domain/evaluation-days.ts'
import { isInScope } from '../domain/place.ts'
import type { Town } from '../domain/town.ts'
import type { Clock } from '../ports/clock.ts'
import type { EvaluationRecords } from '../ports/evaluation.ts'

/**
 * The evaluation of one month within one scope. Months are worked out one after the other, and who
 * asks for one that is being worked out waits for the same answer.
 */

export interface Evaluator {
  /** `month` is YYYY-MM. */
  evaluate(month: string, scope: string): Promise<Evaluation>
}

export interface EvaluatorOptions {
  records: EvaluationRecords
  clock: Clock
  town: () => Town
  deviceName: (id: string) => string | undefined
}

export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const running = new Map<string, Promise<Evaluation>>()
  let last: Promise<unknown> = Promise.resolve()

  return {
    evaluate(month, scope) {
      const key = `${month} ${scope}`
      const known = running.get(key)
      if (known !== undefined) return known
      const answer = last
        .then(() => evaluate(options, month, scope))
        .finally(() => running.delete(key))
      running.set(key, answer)
      last = answer.catch(() => undefined)
      return answer
    },
  }
}

async function evaluate(
  { records, clock, town: present, deviceName }: EvaluatorOptions,
  month: string,
  scope: string,
): Promise<Evaluation> {
  const town = present()
  const now = clock.now()
  const span = monthIn(month, town.timeZone)
  const outcomes: CaseOutcome[] = []
  for await (const page of records.cases(span, scope)) {
    for (const one of page) outcomes.push(outcomeOf(one, town, now))
  }
  const alarms: EvaluatedAlarm[] = []
  for await (const page of records.alarms(span, scope)) alarms.push(...page)
  const villages = town.places.filter(
    ({ level, code }) => level === 'village' && (isInScope(scope, code) || isInScope(code, scope)),
  )
  return evaluateMonth(outcomes, alarms, { month, town, now, villages, deviceName })
}
