import type { LonLat } from './place.ts'

/**
 * 打卡: proof that a patroller was at a point. How well it proves it is its grade; what somebody
 * should look at are its marks. A mark rejects nothing and accuses nobody; refused is only what is
 * forged, replayed or of no point of this town, and that is kept too.
 */

/** Best first. */
export const checkinGrades = ['cryptographic', 'dynamic', 'static', 'manual'] as const

export type CheckinGrade = (typeof checkinGrades)[number]

export const checkinMarks = [
  'outsideRadius',
  'noFix',
  'impossibleSpeed',
  'clockSkew',
  'replayedTag',
  'outOfShift',
  'outOfOrder',
  'lateSync',
  'duplicateDevice',
] as const

export type CheckinMark = (typeof checkinMarks)[number]

/** `invalid`: what was sent could not be read; it is kept as it came. */
export const refusals = ['forged', 'replayed', 'unknownTag', 'badTime', 'invalid'] as const

export type CheckinRefusal = (typeof refusals)[number]

export type CheckinStatus = 'accepted' | 'refused'

/** `counts`: looked at and fine. `discounted`: looked at, and no visit. */
export const reviewVerdicts = ['counts', 'discounted'] as const

export type ReviewVerdict = (typeof reviewVerdicts)[number]

export interface Fix {
  position: LonLat
  /** Radius of 68 %, metres. */
  accuracyM: number
}

export interface Checkin {
  /** Made on the phone, or by the reader. */
  id: string
  status: CheckinStatus
  refusal: CheckinRefusal | null
  grade: CheckinGrade
  marks: CheckinMark[]
  /** Null: of no point of this town. */
  point: string | null
  round: string | null
  /** Place codes of the point, else of the patroller. */
  village: string
  grid: string | null
  /** User id; null: a badge at a reader that nobody is known by. */
  patroller: string | null
  team: string | null
  /** When it was done, corrected by the phone's monotonic clock where that is known; epoch ms. */
  at: number
  /** As the phone's wall clock had it, epoch ms. */
  saidAt: number
  receivedAt: number
  fix: Fix | null
  /** Random id of the phone's app; tells phones apart and nothing else. */
  phone: string | null
  /** SHA-256 of the photo as the phone has it; it may come later. */
  photo: string | null
  /** Hazard ids that were not in order. */
  findings: string[]
  /** The patroller's words: why by hand, or what is to be said of a mark. */
  note: string | null
  /** SHA-256 over the check-in before it on the phone. */
  previousHash: string | null
  review: CheckinReview | null
}

interface CheckinReview {
  verdict: ReviewVerdict
  by: string
  at: number
  text: string | null
}

/** Whether a point was visited by it. */
export function isVisit({ status, review }: Pick<Checkin, 'status' | 'review'>): boolean {
  return review === null ? status === 'accepted' : review.verdict === 'counts'
}
