import type { CheckinRefusal } from '../domain/checkin.ts'
import { distanceM, type LonLat } from '../domain/place.ts'
import type { BookedCheckin, ListedCheckin } from '../ports/checkin-store.ts'
import type { CheckinResult, CheckinView } from './schemas/patrol.ts'

/** Check-ins as phones and screens see them. */

const refusalTexts: Record<Exclude<CheckinRefusal, 'invalid'>, string> = {
  forged: 'The signature of the tag or code is wrong. Scan the tag itself, not a copy of its link.',
  replayed: 'This tap or code was used before. Tap the tag, or scan the screen, once more.',
  unknownTag: 'The tag belongs to no point of this town. Tell who looks after the points.',
  badTime: 'The time of the phone is impossible. Let it set its clock by itself.',
}

function refusalOf({ refusal, problem }: Pick<BookedCheckin, 'refusal' | 'problem'>) {
  if (refusal === null) return null
  const text =
    refusal === 'invalid'
      ? `It could not be read: ${problem ?? 'it is not complete'}`
      : refusalTexts[refusal]
  return { kind: refusal, text }
}

export function toResult(booked: BookedCheckin): CheckinResult {
  const { id, status, grade, marks, point, round, at } = booked
  return { id, status, grade, marks, point, round, at, refusal: refusalOf(booked) }
}

function distance(
  from: { lon: number | null; lat: number | null },
  to: { lon: number; lat: number } | null,
): number | null {
  if (from.lon === null || from.lat === null || to === null) return null
  const fix: LonLat = [from.lon, from.lat]
  return Math.round(distanceM(fix, [to.lon, to.lat]))
}

function beforeOf({ before, point }: ListedCheckin): CheckinView['before'] {
  if (before === null) return null
  return { point: before.point, at: before.at, distanceM: distance(before, point) }
}

export function toCheckinView(one: ListedCheckin): CheckinView {
  const { patrollerId: _patrollerId, problem: _problem, photo, ...shown } = one
  return {
    ...shown,
    refusal: refusalOf(one),
    distanceM: distance(one, one.point),
    isPhotoAwaited: photo !== null && one.picture === null,
    before: beforeOf(one),
  }
}
