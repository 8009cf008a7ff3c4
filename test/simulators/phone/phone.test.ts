import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../gateway/domain/checkin-chain.ts'
import type { CheckinResult, NewCheckin } from '../../../gateway/http/schemas/patrol.ts'
import type { UploadState } from '../../../gateway/http/schemas/uploads.ts'
import { checkinHash } from '../../../simulators/phone/chain.ts'
import { createPhone, sha256Of, uploadPhoto } from '../../../simulators/phone/phone.ts'
import { RefusedError, type Sent } from '../../../simulators/phone/phone-api.ts'

/** A gateway that can be away, forgets half of what it is told, and stores when it likes. */
function gateway({ isAway = false, storesAfter = 1 } = {}) {
  const batches: { checkins: NewCheckin[]; sent: Sent }[] = []
  const pieces: { offset: number; length: number }[] = []
  const sizes = new Map<string, number>()
  const received = new Map<string, number>()
  const line = { isAway }
  let asked = 0

  const stateOf = (sha256: string): UploadState => {
    const size = sizes.get(sha256) ?? 0
    const here = received.get(sha256) ?? 0
    return { sha256, size, received: here, stored: here === size && ++asked > storesAfter }
  }
  const check = () => {
    if (line.isAway) throw new Error('no signal')
  }

  return {
    batches,
    pieces,
    received,
    line,
    api: {
      async sendCheckins(checkins: readonly NewCheckin[], sent: Sent) {
        check()
        batches.push({ checkins: [...checkins], sent })
        return checkins.map(({ id }) => ({ id, status: 'accepted' }) as CheckinResult)
      },
      async uploadState(sha256: string) {
        check()
        return sizes.has(sha256) ? stateOf(sha256) : undefined
      },
      async announce(sha256: string, { size }: { size: number }) {
        check()
        sizes.set(sha256, size)
        return stateOf(sha256)
      },
      async sendPiece(sha256: string, offset: number, piece: Uint8Array) {
        check()
        pieces.push({ offset, length: piece.length })
        received.set(sha256, offset + piece.length)
        return stateOf(sha256)
      },
    },
  }
}

const at = Date.UTC(2026, 6, 6)
const visit = { tag: '043176813E02EA', fix: null }
const noPause = { pause: async () => {} }

describe('the queue of a phone', () => {
  it('hangs together by hashes over what is sent', () => {
    const phone = createPhone(gateway())
    const [first, second, third] = [0, 1, 2].map((n) => phone.checkIn({ ...visit, at: at + n }))
    expect(first).not.toHaveProperty('previousHash')
    expect(second?.previousHash).toBe(checkinHash(first ?? {}))
    expect(third?.previousHash).toBe(checkinHash(second ?? {}))
  })

  it('makes the same hash as the gateway, whatever the order of the fields', () => {
    const one = { b: 1, a: { d: [3, { f: 1, e: 2 }], c: '村' } }
    expect(checkinHash(one)).toBe(sha256Of(Buffer.from(canonicalJson(one))))
  })

  it('is kept while there is no signal, and goes in batches of 50 in order afterwards', async () => {
    const { api, batches, line } = gateway({ isAway: true })
    const phone = createPhone({ api })
    const ids = Array.from({ length: 120 }, (_, n) => phone.checkIn({ ...visit, at: at + n }).id)
    await expect(phone.sync(at)).rejects.toThrow('no signal')
    expect(phone.waiting().checkins).toBe(120)
    line.isAway = false
    await phone.sync(at + 1000)
    expect(batches.map(({ checkins }) => checkins.length)).toEqual([50, 50, 20])
    expect(batches.flatMap(({ checkins }) => checkins.map(({ id }) => id))).toEqual(ids)
    expect(phone.waiting()).toEqual({ checkins: 0, photos: 0 })
  })

  it('tells its clocks: a wrong wall clock, and a monotonic one that is right', async () => {
    const { api, batches } = gateway()
    const phone = createPhone({ api, wrongByMs: 7_200_000 })
    phone.checkIn({ ...visit, at })
    await phone.sync(at + 5000)
    const [batch] = batches
    const [checkin] = batch?.checkins ?? []
    expect(checkin?.at).toBe(at + 7_200_000)
    expect(batch?.sent.sentAt).toBe(at + 7_205_000)
    expect((batch?.sent.sentMonotonicMs ?? 0) - (checkin?.monotonicMs ?? 0)).toBe(5000)
    expect(batch?.sent.clock).toBe(checkin?.clock)
  })
})

describe('a photo', () => {
  const photo = Buffer.alloc(10_000, 1)

  it('follows its check-in in pieces, and is asked for until it is stored', async () => {
    const { api, pieces, batches } = gateway({ storesAfter: 3 })
    const phone = createPhone({ api, uploads: { ...noPause, pieceBytes: 4096 } })
    phone.checkIn({ ...visit, at, photo })
    await phone.sync(at)
    expect(batches[0]?.checkins[0]?.photo).toBe(sha256Of(photo))
    expect(pieces).toEqual([
      { offset: 0, length: 4096 },
      { offset: 4096, length: 4096 },
      { offset: 8192, length: 1808 },
    ])
    expect(phone.waiting().photos).toBe(0)
  })

  it('goes on from where the gateway is', async () => {
    const { api, pieces, received } = gateway()
    await api.announce(sha256Of(photo), { size: photo.length })
    received.set(sha256Of(photo), 9000)
    await uploadPhoto(api, photo, noPause)
    expect(pieces).toEqual([{ offset: 9000, length: 1000 }])
  })

  it('stays in the phone when it could not be sent', async () => {
    const { api, line } = gateway()
    const phone = createPhone({ api, uploads: noPause })
    phone.checkIn({ ...visit, at, photo })
    line.isAway = true
    await expect(phone.sync(at)).rejects.toThrow('no signal')
    expect(phone.waiting()).toEqual({ checkins: 1, photos: 1 })
  })

  it('that is put off waits until the gateway wants it, and nothing else does', async () => {
    const { api, pieces } = gateway({ storesAfter: 0 })
    const type = 'urn:lianxun:putOff'
    const headers = { 'retry-after': '9' }
    const later = new Response(null, { status: 503, headers })
    let [asked, isBusy] = [0, true]
    const announce: typeof api.announce = async (...said) => {
      asked += 1
      if (isBusy) throw new RefusedError('PUT', later, JSON.stringify({ type }))
      return api.announce(...said)
    }
    const phone = createPhone({ api: { ...api, announce }, uploads: noPause })
    phone.checkIn({ ...visit, at, photo })
    expect(await phone.sync(at)).toHaveLength(1)
    expect(phone.waiting()).toEqual({ checkins: 0, photos: 1 })
    await phone.sync(at + 8999)
    expect(asked).toBe(1)
    isBusy = false
    await phone.sync(at + 9000)
    expect(phone.waiting().photos).toBe(0)
    expect(pieces).toHaveLength(1)
  })

  it('that is never stored is given up with words', async () => {
    const { api } = gateway({ storesAfter: 1e9 })
    await expect(uploadPhoto(api, photo, noPause)).rejects.toThrow('is not stored')
  })
})
