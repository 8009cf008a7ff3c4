import { randomUUID } from 'node:crypto'
import { derivePatrolKeys, type PatrolKeys } from '../../../gateway/patrol/patrol-keys.ts'
import { rotatingCode } from '../../../gateway/patrol/rotating-code.ts'
import { staticCode } from '../../../gateway/patrol/static-code.ts'
import { sunMac } from '../../../gateway/patrol/sun.ts'
import { loadPatrolSecret } from '../../../gateway/storage/patrol-secret.ts'
import { loadInstallationKey } from '../../../gateway/storage/secrets.ts'
import { createVault } from '../../../gateway/storage/vault.ts'
import type { House, Person } from './house.ts'

/** What tags of the sample town say, and phones that send it. */

export const api = '/api/v1'
export const checkins = `${api}/patrol/checkins`
const host = 'https://lianxun.example'

export interface Tags {
  keys: PatrolKeys
  /** Printed code. */
  qr(point: string): string
  /** On a screen. */
  screen(point: string, at: number): string
  /** A tap on an NTAG 424. */
  tap(uid: string, counter: number): string
}

async function tagsOf(house: Pick<House, 'db' | 'directory'>): Promise<Tags> {
  const vault = createVault(await loadInstallationKey(house.directory))
  const generate = () => {
    throw new Error('the gateway has not made its patrol key')
  }
  const keys = derivePatrolKeys(await loadPatrolSecret({ db: house.db, vault, generate }))
  return {
    keys,
    qr: (point) => `${host}/c/${staticCode(point, keys.code)}`,
    screen: (point, at) => `${host}/c/${rotatingCode(point, keys.rotatingOf(point), at).code}`,
    tap(uid, counter) {
      const said = counter.toString(16).toUpperCase().padStart(6, '0')
      const tap = {
        uid: Buffer.from(uid, 'hex'),
        counter: Buffer.from(Buffer.from(said, 'hex').toReversed()),
      }
      const mac = sunMac(keys.fileReadOf(tap.uid), tap, '').toString('hex').toUpperCase()
      return `${host}/tag?uid=${uid}&ctr=${said}&cmac=${mac}`
    },
  }
}

/** Keys are made when the first tag is read. */
export async function makeKeys(house: House, person: Person): Promise<Tags> {
  const url = `${host}/c/p102.0000.AAAAAAAAAAAAAAAAAAAAAA`
  await person.post(checkins, [{ id: randomUUID(), tag: 'qr', url, at: 0 }])
  return tagsOf(house)
}

/** Points of the sample town: p101 has an NTAG 424, p102 a printed code, p103 a plain UID. */
export const places: Record<string, { lon: number; lat: number }> = {
  p101: { lon: 106.705543, lat: 29.190586 },
  p102: { lon: 106.723277, lat: 29.187206 },
  p103: { lon: 106.708997, lat: 29.203789 },
  p104: { lon: 106.72577, lat: 29.201403 },
  p105: { lon: 106.710481, lat: 29.208327 },
  p106: { lon: 106.722176, lat: 29.210492 },
  p202: { lon: 106.754792, lat: 29.18827 },
}
export const uidOf = { p101: '04440E50454F31', p103: '043176813E02EA', p104: '0468EF786E4D3C' }

/** A check-in at the point with a good fix and its printed code. */
export function honest(tags: Tags, point: string, change: Record<string, unknown> = {}) {
  return {
    id: randomUUID(),
    tag: 'qr',
    url: tags.qr(point),
    accuracyM: 12,
    phone: 'phone-1',
    ...places[point],
    ...change,
  }
}

export interface Result {
  id: string
  status: string
  grade: string
  marks: string[]
  point: string | null
  round: string | null
  at: number
  refusal: { kind: string; text: string } | null
}

export async function sendAll(person: Person, body: unknown): Promise<Result[]> {
  const answer = await person.post(checkins, body)
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
  return answer.body.items as Result[]
}

export async function sendOne(person: Person, checkin: unknown): Promise<Result> {
  return (await sendAll(person, [checkin]))[0] as Result
}
