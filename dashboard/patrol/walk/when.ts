import { dayInWords, dayOf, timeOfDay } from '../../src/app/time.ts'
import type { Words } from '../words/words.ts'

const dayMs = 86_400_000

/** 今天 14:30; 明天 08:30; 11月21日 周六 08:30. */
export function whenOf(at: number, now: number, zone: string, { t, language }: Words): string {
  const time = timeOfDay(at, zone)
  const day = dayOf(at, zone)
  if (day === dayOf(now, zone)) return `${t('day.today')} ${time}`
  if (day === dayOf(now + dayMs, zone)) return `${t('day.tomorrow')} ${time}`
  if (day === dayOf(now - dayMs, zone)) return `${t('day.yesterday')} ${time}`
  return `${dayInWords(at, zone, language)} ${time}`
}
