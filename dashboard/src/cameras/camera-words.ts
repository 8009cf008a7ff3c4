import type { CameraView, ProbeAnswer } from '../api/types.ts'
import { shortTime } from '../app/time.ts'
import type { TownView } from '../app/town.ts'
import { isKey, type Translate, term } from '../i18n/translate.ts'

/** What is said of a camera; pure, so that both languages are tested side by side. */

type Problem = NonNullable<ProbeAnswer['problem']>

/** The way to it in a word, with the time since when where that matters. */
export function pathWords(
  { words, zone }: TownView,
  { path, pathSince }: Pick<CameraView, 'path' | 'pathSince'>,
  now: number,
): string {
  const { t } = words
  if (path === 'down' && pathSince !== null)
    return t('cameras.downSince', { time: shortTime(pathSince, now, zone) })
  return t(`cameras.path.${path}`)
}

export function problemTitle(t: Translate, problem: Problem): string {
  return t(`cameras.problem.${problem}`)
}

export function problemAdvice(t: Translate, problem: Problem): string {
  return t(`cameras.advice.${problem}`)
}

export function faultWords(t: Translate, fault: string): string {
  return term(t, 'event', fault)
}

export function makerAndModel({ abilities }: Pick<CameraView, 'abilities'>): string | null {
  if (!abilities) return null
  const { maker, model } = abilities
  // Many say their maker again in the model.
  const isSaid = model.toLowerCase().startsWith(maker.toLowerCase())
  const both = isSaid ? model : `${maker} ${model}`
  return both.trim() === '' ? null : both.trim()
}

/** 1920×1080 H.264: the largest it offers. */
export function streamWords({ profiles }: NonNullable<CameraView['abilities']>): string | null {
  const largest = profiles.toSorted((a, b) => b.width * b.height - a.width * a.height)[0]
  if (!largest) return null
  const codec = { h264: 'H.264', h265: 'H.265', jpeg: 'JPEG', unknown: '' }[largest.codec]
  return `${largest.width}×${largest.height} ${codec}`.trim()
}

/** A topic by what it means; the levels themselves where nobody gave it words. */
export function topicWords(t: Translate, topic: string): string | null {
  const levels = topic.split('/').map((level) => level.replace(/^.*:/, ''))
  for (let from = 0; from < levels.length; from++) {
    const key = `cameras.topic.${levels.slice(from).join('/')}`
    if (isKey(key)) return t(key)
  }
  const parent = `cameras.topic.${levels.slice(0, -1).join('/')}`
  return isKey(parent) ? t(parent) : null
}

export function typeWords(t: Translate, type: string): string {
  return term(t, 'event', type)
}

export function mayTurn(
  town: TownView,
  camera: Pick<CameraView, 'village' | 'abilities'>,
): boolean {
  const { role, scope } = town.session.person
  if (!camera.abilities?.ptz) return false
  if (role === 'villageCadre') return camera.village.startsWith(scope.slice(0, 12))
  return role === 'townAdmin' || role === 'supervisor' || role === 'operator'
}
