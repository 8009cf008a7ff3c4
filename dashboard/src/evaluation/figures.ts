import type { Translate } from '../i18n/translate.ts'

/** Figures as words; a dash where nothing was to be counted. */

const dash = '–'

export function percent(rate: number | null): string {
  return rate === null ? dash : `${Math.round(rate * 100)}%`
}

function tenth(value: number | null): string {
  return value === null ? dash : String(Math.round(value * 10) / 10)
}

/** Figures of one column stand under each other. */
export function score(value: number | null): string {
  return value === null ? dash : value.toFixed(1)
}

export function span(minutes: number | null, t: Translate): string {
  if (minutes === null) return dash
  if (minutes < 59.5) return t('evaluation.minutes', { n: tenth(minutes) })
  return t('evaluation.hours', { n: tenth(minutes / 60) })
}
