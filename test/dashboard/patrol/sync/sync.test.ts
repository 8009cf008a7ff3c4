import { describe, expect, test } from 'vitest'
import type { PhoneGateway } from '../../../../dashboard/patrol/api/gateway.ts'
import type { UploadRow } from '../../../../dashboard/patrol/store/tables.ts'
import { backoffMs } from '../../../../dashboard/patrol/sync/backoff.ts'
import { createSync } from '../../../../dashboard/patrol/sync/sync.ts'
import { ApiError } from '../../../../dashboard/src/api/client.ts'
import type { CheckinResult, NewCheckin } from '../../../../gateway/http/schemas/patrol.ts'
import { checkinRow, fakeStore, uploadRow } from '../phone-store.ts'

const away = () => new ApiError('away', null)
const invalid = () =>
  new ApiError('invalid', { type: 'urn:lianxun:invalid', title: 'wrong', status: 400 })

const accepted = ({ id }: NewCheckin): CheckinResult => ({
  id,
  status: 'accepted',
  grade: 'static',
  marks: [],
  point: null,
  round: null,
  at: 1,
  refusal: null,
})

/** A gateway that keeps what it is sent, and fails where a test says so. */
function fakeGateway() {
  const lines: string[] = []
  const batches: string[][] = []
  const sizes = new Map<string, number>()
  const received = new Map<string, number>()
  const state = (sha256: string) => {
    const size = sizes.get(sha256) ?? 0
    const here = received.get(sha256) ?? 0
    return { sha256, size, received: here, stored: here === size }
  }
  const gateway = {
    session: async () => ({ person: { username: 'lin' } }),
    sendCheckins: async (checkins: NewCheckin[]) => {
      batches.push(checkins.map(({ id }) => id))
      lines.push('checkins')
      return checkins.map(accepted)
    },
    async report(path: string, { id }: { id: string }) {
      lines.push(path)
      return { id, number: `n-${id}` }
    },
    async send(path: string) {
      lines.push(path)
    },
    async uploadState(sha256: string) {
      if (!sizes.has(sha256)) throw new ApiError('notFound', null)
      return state(sha256)
    },
    async announce(sha256: string, { size }: { size: number }) {
      sizes.set(sha256, size)
      return state(sha256)
    },
    async sendPiece(sha256: string, offset: number, piece: Uint8Array) {
      if (offset !== (received.get(sha256) ?? 0)) throw new ApiError('conflict', null)
      lines.push(`piece ${sha256} ${offset}`)
      received.set(sha256, offset + piece.length)
      return state(sha256)
    },
  }
  return { gateway, lines, batches, received }
}

interface Timer {
  ms: number
  act: () => void
}

function house(uploadRows: UploadRow[] = []) {
  const store = fakeStore(uploadRows)
  const far = fakeGateway()
  const timers: Timer[] = []
  const live = { person: 'lin' as string | null }
  const sync = createSync({
    ...store,
    person: () => live.person,
    gateway: far.gateway as unknown as PhoneGateway,
    clock: { read: () => ({ at: 1000, monotonicMs: 10, clock: 'c' }) },
    alone: (act) => act(),
    prepare: (person) => store.queue.seal(person, 1000),
    onChange: () => undefined,
    onSent: () => undefined,
    setTimer(act, ms) {
      const timer = { act, ms }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
    random: () => 0.5,
  })
  const settled = () => expect.poll(() => sync.view().state, { timeout: 5000 })
  return { ...store, ...far, sync, timers, live, settled }
}

describe('what goes, and when', () => {
  test('help first, then check-ins in order and at most fifty, reports, words, pictures', async () => {
    const { queue, uploads, sync, batches, lines, settled } = house([uploadRow('p', 10, 'r')])
    await queue.add(checkinRow('w', { kind: 'word', about: 'gone', body: {} }))
    await queue.add(checkinRow('r', { kind: 'report' }))
    for (let n = 0; n < 60; n++) await queue.add(checkinRow(`c${n}`))
    await queue.add(checkinRow('h', { kind: 'help' }))
    sync.wake()
    await settled().toBe('idle')
    await expect.poll(() => uploads.list('lin')).toEqual([])
    expect(batches.map((batch) => batch.length)).toEqual([50, 10])
    expect(batches.flat()).toEqual(Array.from({ length: 60 }, (_, n) => `c${n}`))
    expect(lines).toEqual([
      '/patrol/help',
      'checkins',
      'checkins',
      '/patrol/reports',
      '/patrol/checkins/gone/word',
      'piece p 0',
    ])
    expect(await queue.items('lin')).toEqual([])
  })

  test('nothing overtakes a check-in that is still open', async () => {
    const { queue, sync, batches, settled } = house()
    await queue.add(checkinRow('a'))
    await queue.add(checkinRow('b', { state: 'open', sealAt: 5000 }))
    await queue.add(checkinRow('c'))
    sync.wake()
    await settled().toBe('idle')
    expect(batches).toEqual([['a']])
  })

  test('a picture goes in pieces, from where the gateway has it', async () => {
    const { uploads, sync, gateway, lines, settled, received } = house([uploadRow('p', 150_000)])
    await gateway.announce('p', { size: 150_000 })
    received.set('p', 65_536)
    sync.wake()
    await expect.poll(() => uploads.list('lin')).toEqual([])
    await settled().toBe('idle')
    expect(lines).toEqual(['piece p 65536', 'piece p 131072'])
  })

  test('and only after what it belongs to', async () => {
    const { queue, uploads, sync, gateway, timers, settled } = house([uploadRow('p', 10, 'r')])
    await queue.add(checkinRow('r', { kind: 'report' }))
    gateway.report = async () => {
      throw new ApiError('server', null)
    }
    sync.wake()
    await settled().toBe('away')
    expect(await uploads.list('lin')).toHaveLength(1)
    expect(timers).toHaveLength(1)
  })
})

describe('pictures that the gateway puts off', () => {
  const putOff = () =>
    new ApiError('away', { type: 'urn:lianxun:putOff', title: 'later', status: 503 }, 17)

  test('wait as long as it said, without counting as a failure', async () => {
    const { queue, uploads, sync, gateway, batches, timers } = house([uploadRow('p', 10)])
    await queue.add(checkinRow('a'))
    const announce = gateway.announce.bind(gateway)
    gateway.announce = () => Promise.reject(putOff())
    sync.wake()
    for (let time = 0; time < 3; time++) {
      await expect.poll(() => timers.map(({ ms }) => ms)).toEqual([17_000])
      expect(sync.view()).toEqual({ state: 'idle', nextTryAt: 18_000 })
      if (time === 2) gateway.announce = announce
      timers[0]?.act()
    }
    await expect.poll(() => uploads.list('lin')).toEqual([])
    expect(batches).toEqual([['a']])
  })

  test('are gone on with in the middle', async () => {
    const { uploads, sync, gateway, lines, timers } = house([uploadRow('p', 100_000)])
    const sendPiece = gateway.sendPiece.bind(gateway)
    gateway.sendPiece = async (sha256, offset, piece) => {
      if (offset === 0 || timers.length > 0) return sendPiece(sha256, offset, piece)
      gateway.sendPiece = sendPiece
      throw putOff()
    }
    sync.wake()
    await expect.poll(() => timers).toHaveLength(1)
    timers[0]?.act()
    await expect.poll(() => uploads.list('lin')).toEqual([])
    expect(lines).toEqual(['piece p 0', 'piece p 65536'])
  })
})

describe('what is deleted, and what is not', () => {
  test('nothing before the gateway answered, for ever', async () => {
    const { queue, sync, gateway, timers, settled } = house()
    const { sendCheckins } = gateway
    await queue.add(checkinRow('a'))
    gateway.sendCheckins = async () => {
      throw away()
    }
    sync.wake()
    await settled().toBe('away')
    for (let n = 0; n < 12; n++) {
      const timer = timers[0]
      timer?.act()
      await expect.poll(() => timers[0] !== undefined && timers[0] !== timer).toBe(true)
    }
    expect(timers[0]?.ms).toBe(backoffMs(13, () => 0.5))
    expect(await queue.items('lin')).toHaveLength(1)
    gateway.sendCheckins = sendCheckins
    timers[0]?.act()
    await settled().toBe('idle')
    expect(await queue.items('lin')).toEqual([])
  })

  test('what the gateway says nothing about waits', async () => {
    const { queue, sync, gateway, settled } = house()
    await queue.add(checkinRow('a'))
    await queue.add(checkinRow('b'))
    gateway.sendCheckins = async ([first]) => (first ? [accepted(first)] : [])
    sync.wake()
    await settled().toBe('away')
    expect((await queue.items('lin')).map(({ id }) => id)).toEqual(['b'])
  })

  test('what is refused stays, with its reason', async () => {
    const { queue, sync, gateway, settled } = house()
    await queue.add(checkinRow('a'))
    await queue.add(checkinRow('b'))
    gateway.sendCheckins = async (all) =>
      all.map((one) =>
        one.id === 'a'
          ? { ...accepted(one), status: 'refused', refusal: { kind: 'forged', text: 'no' } }
          : accepted(one),
      )
    sync.wake()
    await settled().toBe('idle')
    expect(await queue.items('lin')).toMatchObject([
      { id: 'a', state: 'refused', reason: 'forged', detail: 'no' },
    ])
  })

  test('one that spoils a batch is found, and the others arrive', async () => {
    const { queue, sync, gateway, taken, settled } = house()
    for (const id of ['a', 'b', 'bad', 'c', 'd']) await queue.add(checkinRow(id))
    gateway.sendCheckins = async (all) => {
      if (all.some(({ id }) => id === 'bad')) throw invalid()
      return all.map(accepted)
    }
    sync.wake()
    await settled().toBe('idle')
    expect(taken.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd'])
    expect(await queue.items('lin')).toMatchObject([{ id: 'bad', state: 'refused' }])
  })

  test('what somebody between the two refuses is not refused', async () => {
    const { queue, sync, gateway, settled } = house()
    await queue.add(checkinRow('a'))
    gateway.sendCheckins = async () => {
      throw new ApiError('invalid', null)
    }
    sync.wake()
    await settled().toBe('away')
    expect(await queue.items('lin')).toMatchObject([{ state: 'waiting' }])
  })

  test('the gateway stumbles over one kind, and the others go', async () => {
    const { queue, sync, gateway, batches, settled } = house()
    await queue.add(checkinRow('h', { kind: 'help' }))
    await queue.add(checkinRow('a'))
    gateway.report = async () => {
      throw new ApiError('server', null)
    }
    sync.wake()
    await settled().toBe('away')
    expect(batches).toEqual([['a']])
  })
})

describe('in whose name', () => {
  test('a session that is over lets everything wait', async () => {
    const { queue, sync, gateway, timers, settled } = house()
    await queue.add(checkinRow('a'))
    gateway.session = async () => {
      throw new ApiError('signedOut', null)
    }
    sync.wake()
    await settled().toBe('signedOut')
    expect(await queue.items('lin')).toHaveLength(1)
    expect(timers).toEqual([])
  })

  test('somebody else’s session carries nothing', async () => {
    const { queue, sync, gateway, batches, settled } = house()
    await queue.add(checkinRow('a'))
    gateway.session = async () => ({ person: { username: 'wang' } })
    sync.wake()
    await settled().toBe('signedOut')
    expect(batches).toEqual([])
  })

  test('the number of a help call is there as soon as it has gone', async () => {
    const { queue, sync, reports, settled } = house()
    await queue.add(checkinRow('h', { kind: 'help' }))
    sync.wake()
    await settled().toBe('idle')
    expect(reports).toMatchObject([{ id: 'h', number: 'n-h' }])
    expect(await queue.items('lin')).toEqual([])
  })

  test('and nothing more goes once the phone changed hands', async () => {
    const { queue, sync, gateway, live, lines, settled } = house()
    await queue.add(checkinRow('h', { kind: 'help' }))
    await queue.add(checkinRow('a'))
    gateway.report = async (path, { id }) => {
      lines.push(path)
      live.person = null
      return { id, number: '' }
    }
    sync.wake()
    await settled().toBe('idle')
    expect(lines).toEqual(['/patrol/help'])
    expect((await queue.items('lin')).map(({ id }) => id)).toEqual(['a'])
  })
})

test('waits get longer, never over five minutes, and never all the same', () => {
  const waits = Array.from({ length: 20 }, (_, n) => backoffMs(n + 1, () => 1))
  expect(waits.slice(0, 4)).toEqual([2000, 4000, 8000, 16_000])
  expect(Math.max(...waits)).toBe(300_000)
  expect(backoffMs(20, () => 0)).toBe(150_000)
})
