import { createHash } from 'node:crypto'
import type { House, Person } from './house.ts'
import { canvas } from './pictures-kit.ts'

/** What a phone sends from the road, and how it uploads it. */

export const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A WebM as MediaRecorder begins it; `seed` makes each another one. */
export function aVoice(seed = 'a', length = 3000): Buffer {
  const head = Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex')
  return Buffer.concat([head, Buffer.alloc(length, seed)])
}

let painted = 0

/** A photo like no other, with a position in it. */
export function aPhoto(width = 320, height = 240): Promise<Buffer> {
  painted += 1
  return canvas(width, height)
    .modulate({ hue: painted })
    .jpeg({ quality: 60 + (painted % 30) })
    .withExif({
      IFD0: { Make: 'PhoneMaker', Artist: `Somebody ${painted}` },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '29/1 11/1 0/1', GPSLongitudeRef: 'E' },
    })
    .toBuffer()
}

const uploads = '/api/v1/patrol/uploads'

export function sendPiece(
  house: House,
  person: Pick<Person, 'cookie'>,
  { sha256, offset, piece }: { sha256: string; offset: number; piece: Uint8Array },
) {
  return house.ask(`${uploads}/${sha256}?offset=${offset}`, {
    method: 'PATCH',
    headers: {
      cookie: person.cookie,
      'x-lianxun': '1',
      'content-type': 'application/octet-stream',
    },
    body: new Uint8Array(piece),
  })
}

export function announceUpload(person: Person, kind: 'photo' | 'voice', bytes: Uint8Array) {
  return person.send('PUT', `${uploads}/${hashOf(bytes)}`, { kind, size: bytes.length })
}

export const stateOf = (person: Person, sha256: string) => person.get(`${uploads}/${sha256}`)

/** All of it; answers the hash that check-ins and reports name it by. */
export async function upload(
  house: House,
  person: Person,
  kind: 'photo' | 'voice',
  bytes: Buffer,
): Promise<string> {
  const sha256 = hashOf(bytes)
  await announceUpload(person, kind, bytes)
  for (let offset = 0; offset < bytes.length; offset += 262_144) {
    const piece = bytes.subarray(offset, offset + 262_144)
    const answer = await sendPiece(house, person, { sha256, offset, piece })
    if (answer.status !== 200) throw new Error(`the piece at ${offset}: ${answer.text}`)
  }
  return sha256
}
