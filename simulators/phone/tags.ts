import { randomBytes } from 'node:crypto'
import type { PointView } from '../../gateway/http/schemas/patrol.ts'
import { tap } from '../tags/ntag424.ts'
import type { Shown } from './phone.ts'
import type { PhoneApi } from './phone-api.ts'

/** The tags of a town as they hang at their points, written with what the gateway gives for them. */
export interface Tags {
  /** What a phone gets that is held to the tag of the point, or scans it, now. */
  show(point: string): Promise<Shown>
}

export type TaggedPoint = Pick<PointView, 'id' | 'tag' | 'tagUid'>

type Tag = (point: string) => Promise<Shown>

const paddingBytes = 5
const tenSeconds = 10_000
const counterEnd = 2 ** 24

/** By the time, so that a simulation that is begun anew goes on above the last one. */
function nextCounter(last: number): number {
  const byTime = Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / tenSeconds) % counterEnd
  return Math.max(last + 1, byTime)
}

/** Each tap counts, also one that nobody sends. */
async function ntagOf(
  administrator: Pick<PhoneApi, 'tagSetting'>,
  { id, tag, tagUid }: TaggedPoint,
): Promise<Tag> {
  const { url, keys } = await administrator.tagSetting(id)
  if (!keys || tagUid === null) throw new Error(`${id} has no keys or no UID for its NTAG 424`)
  const written = { uid: tagUid, url, keys }
  let counter = 0
  return async () => {
    counter = nextCounter(counter)
    return { tag, url: tap(written, counter, randomBytes(paddingBytes)) }
  }
}

/** `administrator` may see what is written onto tags. Each tag is written when it is first met. */
export function createTags(
  administrator: Pick<PhoneApi, 'tagSetting' | 'rotatingUrl'>,
  points: readonly TaggedPoint[],
): Tags {
  const known = new Map(points.map((point) => [point.id, point]))
  const tags = new Map<string, Promise<Tag>>()

  async function write(point: TaggedPoint): Promise<Tag> {
    const { id, tag, tagUid } = point
    if (tag === 'nfc424') return ntagOf(administrator, point)
    if (tag === 'nfcUid' && tagUid !== null) return async () => ({ tag: tagUid })
    if (tag === 'qrRotating') return async () => ({ tag, url: await administrator.rotatingUrl(id) })
    // A person cannot read what a fixed reader reads.
    if (tag === 'reader') return async () => ({ tag: 'manual', point: id })
    const { url } = await administrator.tagSetting(id)
    return async () => ({ tag, url })
  }

  return {
    async show(id) {
      const point = known.get(id)
      if (!point) throw new Error(`there is no point ${id}`)
      const tag = tags.get(id) ?? write(point)
      tags.set(id, tag)
      return (await tag)(id)
    },
  }
}
