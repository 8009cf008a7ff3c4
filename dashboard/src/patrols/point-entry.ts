import type { TagKind } from '../../../gateway/domain/patrol.ts'
import type { LonLat } from '../../../gateway/domain/place.ts'
import { ApiError } from '../api/client.ts'
import type { NewPoint, PointBody, PointView } from '../api/types.ts'

/** A point as the form has it and as it is sent, and what the gateway found wrong with it. Pure. */

export interface PointFields {
  id: string
  name?: string
  place?: LonLat
  radiusM: number | null
  tag: TagKind
  tagUid?: string
  reader: string | null
  hint?: string
  checklist: string[]
}

const pointFieldNames = [
  'id',
  'name',
  'place',
  'radiusM',
  'tagUid',
  'reader',
  'hint',
  'checklist',
] as const

export type PointFieldName = (typeof pointFieldNames)[number]

export const idPattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/
const uidPattern = /^([0-9A-F]{2}){4,10}$/

/** p807 after p806: numbers go on where the highest of that letter stands. */
export function nextId(letter: string, known: readonly { id: string }[]): string {
  const numbers = known.map(({ id }) =>
    id.startsWith(letter) && /^\d{1,9}$/.test(id.slice(letter.length))
      ? Number(id.slice(letter.length))
      : 0,
  )
  return `${letter}${Math.max(0, ...numbers) + 1}`
}

export function newPointFields(known: readonly PointView[]): PointFields {
  return { id: nextId('p', known), radiusM: 60, tag: 'qr', reader: null, checklist: [] }
}

export function fieldsOfPoint(point: PointView): PointFields {
  const { id, name, lon, lat, radiusM, tag, tagUid, reader, hint, checklist } = point
  return {
    id,
    name,
    place: [lon, lat],
    radiusM,
    tag,
    ...(tagUid !== null && { tagUid }),
    reader,
    ...(hint !== null && { hint }),
    checklist,
  }
}

/** As people type it: with blanks, colons and small letters. Empty: none. Null: not a UID. */
export function uidOf(typed: string | undefined): string | null {
  const plain = (typed ?? '').replace(/[\s:：-]/g, '').toUpperCase()
  return plain === '' || uidPattern.test(plain) ? plain : null
}

/** Only NFC tags have a UID. */
export function hasUid(tag: TagKind): boolean {
  return tag === 'nfc424' || tag === 'nfcUid'
}

/** What is printed and put up; a screen shows its own code and a reader needs none. */
export function isOnPaper(tag: TagKind): boolean {
  return tag !== 'qrRotating' && tag !== 'reader'
}

/** Null: something is missing, which the form has said already. */
export function pointOf(fields: PointFields): NewPoint | null {
  const { id, name, place, radiusM, tag, reader, hint, checklist } = fields
  const uid = uidOf(fields.tagUid)
  if (!name?.trim() || !place || radiusM === null || uid === null) return null
  return {
    id: id.trim(),
    name: name.trim(),
    lon: place[0],
    lat: place[1],
    radiusM,
    tag,
    tagUid: hasUid(tag) && uid !== '' ? uid : null,
    hint: hint?.trim() || null,
    checklist,
    reader: tag === 'reader' ? reader : null,
  }
}

export function bodyOf({ id: _id, ...body }: NewPoint): PointBody {
  return body
}

const fieldOfPath: Record<string, PointFieldName> = { lon: 'place', lat: 'place' }

/** The fields the gateway refused; empty: it was something else. */
export function refusedPointFields(error: unknown): PointFieldName[] {
  const names = refusedPaths(error).map((path) => fieldOfPath[path] ?? path)
  return pointFieldNames.filter((name) => names.includes(name))
}

/** First words of the paths that a refusal names. */
export function refusedPaths(error: unknown): string[] {
  if (!(error instanceof ApiError) || error.problem === null) return []
  const { errors, detail = '' } = error.problem
  if (error.kind === 'conflict') return ['id']
  if (error.kind !== 'invalid') return []
  const paths = errors?.map(({ path }) => path) ?? [detail]
  return paths.flatMap((path) => /\w+/.exec(path.replace(/^body[./]/, ''))?.[0] ?? [])
}

/** Where a signed-in browser shows the rotating code of a point. */
export function codePath(id: string): string {
  return `/patrols/code/${encodeURIComponent(id)}`
}
