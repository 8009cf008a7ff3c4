import type { CameraView, FoundCamera, PlaceView, ProbeAnswer } from '../api/types.ts'
import { placeAt } from '../cases/report-place.ts'

/** From cameras that answered to cameras that join: names, numbers and places. Pure. */

export interface Draft {
  address: string
  id: string
  name: string
  village: string | null
  point: [number, number] | null
  headingDeg: number | null
  fieldOfViewDeg: number | null
}

const usualFieldDeg = 60

/** Host and port: two cameras may stand behind one address. */
export function hostOf(address: string): string {
  const text = address.includes('://') ? address : `http://${address}`
  return URL.canParse(text) ? new URL(text).host : address
}

/** Already a device of the town: it only needs its login. */
export function knownAt(address: string, cameras: readonly CameraView[]): CameraView | undefined {
  const host = hostOf(address)
  return cameras.find((one) => one.address !== null && hostOf(one.address) === host)
}

function freeId(address: string, taken: ReadonlySet<string>): string {
  const base = `cam-${hostOf(address).replace(/[^A-Za-z0-9]+/g, '-')}`
    .replace(/-+$/, '')
    .slice(0, 56)
  if (!taken.has(base)) return base
  let number = 2
  while (taken.has(`${base}-${number}`)) number += 1
  return `${base}-${number}`
}

interface DraftParts {
  answers: readonly ProbeAnswer[]
  found: readonly FoundCamera[]
  /** Ids that are taken. */
  taken: readonly string[]
  nameOf: (number: number) => string
}

/** What is proposed: the camera's own name if it says one, else a number. */
export function draftsOf({ answers, found, taken, nameOf }: DraftParts): Draft[] {
  const ids = new Set(taken)
  return answers.map(({ address }, index) => {
    const id = freeId(address, ids)
    ids.add(id)
    const own = found.find((one) => hostOf(one.address) === hostOf(address))?.name ?? ''
    return {
      address,
      id,
      name: own === '' ? nameOf(index + 1) : own.slice(0, 80),
      village: null,
      point: null,
      headingDeg: null,
      fieldOfViewDeg: usualFieldDeg,
    }
  })
}

/** A point on the map tells the village too. */
export function placed(draft: Draft, point: [number, number], places: readonly PlaceView[]): Draft {
  const code = placeAt(places, point)?.code ?? ''
  return { ...draft, point, village: code.length >= 12 ? code.slice(0, 12) : draft.village }
}

export const idPattern = /^[A-Za-z0-9_-]{1,64}$/

export type Missing = 'id' | 'idTaken' | 'name' | 'village' | 'point'

/** What of a draft is still to be said; in the order in which it stands in the form. */
export function missingOf(draft: Draft, ids: readonly string[]): Missing[] {
  const missing: Missing[] = []
  if (draft.name.trim() === '') missing.push('name')
  if (!idPattern.test(draft.id)) missing.push('id')
  else if (ids.filter((id) => id === draft.id).length > 1) missing.push('idTaken')
  if (draft.point === null) missing.push('point')
  else if (draft.village === null) missing.push('village')
  return missing
}
