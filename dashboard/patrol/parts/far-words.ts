import { directionOf, farOf } from '../walk/direction.ts'
import type { Translate } from '../words/words.ts'

/** 320 米, 2.0 公里. */
export function farWords(t: Translate, distanceM: number): string {
  const { figure, unit } = farOf(distanceM)
  return `${figure} ${t(`home.${unit}`)}`
}

export function directionWord(t: Translate, bearing: number): string {
  return t(`direction.${directionOf(bearing)}`)
}
