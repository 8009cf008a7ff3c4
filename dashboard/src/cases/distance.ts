import type { Translate } from '../i18n/translate.ts'

/** Metres in the words of somebody who has to go there: 420 m, 1.4 km. */
export function distanceWords(t: Translate, metres: number): string {
  if (metres < 1000) return t('report.distance', { n: Math.round(metres / 10) * 10 })
  return t('report.kilometres', { n: (metres / 1000).toFixed(1) })
}
