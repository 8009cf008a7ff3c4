import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { UnavailableError } from '../../../gateway/domain/errors.ts'
import { createPatrolUploads, uploadBounds } from '../../../gateway/pipeline/patrol-uploads.ts'
import { createUploadAdmission } from '../../../gateway/pipeline/upload-admission.ts'
import {
  createUploadKeeper,
  type UploadKeeperParts,
} from '../../../gateway/pipeline/upload-keeper.ts'
import { partKeptMs } from '../../../gateway/ports/patrol-uploads.ts'
import { createAuditChain } from '../../../gateway/storage/audit-chain.ts'
import { createPictureFiles } from '../../../gateway/storage/picture-files.ts'
import { createUploadParts } from '../../../gateway/storage/upload-parts.ts'
import { createUploadStore } from '../../../gateway/storage/upload-store.ts'
import { createVoiceFiles } from '../../../gateway/storage/voice-files.ts'
import { aVoice } from '../http/phone-kit.ts'
import { addUser, useHouseTables, villageA } from '../storage/house-tables.ts'

/** Uploads over real tables and files, ended between any two of their steps. */

const house = useHouseTables()
const start = Date.parse('2026-06-15T12:00:00+08:00')
let now = start
const clock = { now: () => now, monotonic: () => now }
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
let directory: string
let running: { stop(): Promise<void> }[] = []

beforeEach(async () => {
  now = start
  running = []
  directory = await mkdtemp(join(tmpdir(), 'lianxun-uploads-'))
  await addUser(house.db, 'u1')
})

afterEach(async () => {
  for (const one of running) await one.stop()
  await house.db.deleteFrom('picture_upload').execute()
  await rm(directory, { recursive: true, force: true })
})

const store = () =>
  createUploadStore(house.db, createAuditChain({ key: Buffer.alloc(32, 1), clock }))
const parts = () => createUploadParts(join(directory, 'uploads'))
const pictures = () => createPictureFiles(join(directory, 'pictures'), clock.now)
const voices = () => createVoiceFiles(join(directory, 'voices'), clock.now)

const admission = () => createUploadAdmission({ clock, random: () => 0.5 })

/** What is sent is taken for a JPEG, and another one is kept. */
const clean: UploadKeeperParts['clean'] = async (bytes) => ({
  kind: 'clean',
  jpeg: Buffer.concat([Buffer.from('clean '), bytes]),
})

/** A gateway that has just begun; `dies`: where it will end. */
function gateway(dies: Partial<UploadKeeperParts> = {}) {
  const keeper = createUploadKeeper({
    store: store(),
    parts: parts(),
    clean,
    sha256: hashOf,
    pictures: pictures(),
    voices: voices(),
    clock,
    ...dies,
  })
  const made = createPatrolUploads({
    store: store(),
    parts: parts(),
    keeper,
    admission: admission(),
    clock,
    logger: { warn: () => undefined },
  })
  running.push(made)
  return made
}

const photo = (seed = 'p') => Buffer.alloc(900, seed)
const keyOf = (bytes: Uint8Array, by = 'u1') => ({ sha256: hashOf(bytes), by })
const partFiles = () => readdir(join(directory, 'uploads')).catch(() => [])

async function begin(bytes: Buffer, kind: 'photo' | 'voice' = 'photo') {
  const uploads = gateway()
  await uploads.announce(keyOf(bytes), { kind, size: bytes.length })
  return uploads
}

const killed = () => {
  throw new Error('killed')
}

async function expectKept(bytes: Buffer): Promise<void> {
  const state = await gateway().progress(keyOf(bytes))
  expect(state).toMatchObject({ received: bytes.length, stored: true })
  const { stored } = (await store().find(keyOf(bytes))) ?? {}
  expect(await pictures().get(stored ?? '')).toBeDefined()
  const said = await house.db.selectFrom('audit').select('act').execute()
  expect(said).toEqual([{ act: 'sendPicture' }])
}

describe('after a crash', () => {
  it('it goes on with the piece after the last that was acknowledged', async () => {
    const bytes = photo()
    await (await begin(bytes)).append(keyOf(bytes), 0, bytes.subarray(0, 300))
    expect(await gateway().progress(keyOf(bytes))).toMatchObject({ received: 300, stored: false })
    await gateway().append(keyOf(bytes), 300, bytes.subarray(300, 600))
    await gateway().append(keyOf(bytes), 600, bytes.subarray(600))
    await expectKept(bytes)
    expect(await partFiles()).toEqual([])
  })

  const points: [string, () => Partial<UploadKeeperParts>][] = [
    ['before it was looked at', () => ({ clean: killed })],
    ['before its file was written', () => ({ pictures: { put: killed } })],
    ['before it was noted', () => ({ store: { ...store(), keep: killed } })],
    ['before its pieces were removed', () => ({ parts: { ...parts(), remove: killed } })],
  ]

  it.each(points)('%s, its phone asks, and it is kept once', async (_, dies) => {
    const bytes = photo()
    await (await begin(bytes)).append(keyOf(bytes), 0, bytes.subarray(0, 300))
    const rest = gateway(dies()).append(keyOf(bytes), 300, bytes.subarray(300))
    await expect(rest).rejects.toThrow('killed')
    await expectKept(bytes)
    await expectKept(bytes)
  })

  it.each(points.slice(0, 3))(
    'of one in one piece, %s, its phone begins again',
    async (_, dies) => {
      const bytes = photo()
      const before = gateway(dies())
      await before.announce(keyOf(bytes), { kind: 'photo', size: bytes.length })
      await expect(before.append(keyOf(bytes), 0, bytes)).rejects.toThrow('killed')
      expect(await partFiles()).toEqual([])
      const uploads = gateway()
      await expect(uploads.append(keyOf(bytes), 0, bytes)).rejects.toThrow('Announce it again')
      await uploads.announce(keyOf(bytes), { kind: 'photo', size: bytes.length })
      expect(await uploads.append(keyOf(bytes), 0, bytes)).toMatchObject({ stored: true })
      await expectKept(bytes)
    },
  )

  it('of one that was whole nobody needs to ask: it is kept by itself', async () => {
    const bytes = photo()
    await (await begin(bytes)).append(keyOf(bytes), 0, bytes.subarray(0, 300))
    const rest = gateway({ clean: killed }).append(keyOf(bytes), 300, bytes.subarray(300))
    await expect(rest).rejects.toThrow()
    const uploads = gateway()
    await uploads.start()
    await vi.waitFor(
      async () =>
        expect(await store().find(keyOf(bytes))).toMatchObject({ stored: expect.any(String) }),
      { timeout: 10_000 },
    )
  })

  it('what lay on the disk half written begins again when it does not fit', async () => {
    const bytes = photo()
    const uploads = await begin(bytes)
    await uploads.append(keyOf(bytes), 0, Buffer.alloc(400, 'x'))
    const rest = uploads.append(keyOf(bytes), 400, bytes.subarray(400))
    await expect(rest).rejects.toMatchObject({ present: { received: 0, stored: false } })
    await uploads.append(keyOf(bytes), 0, bytes)
    await expectKept(bytes)
  })
})

describe('pieces that were left behind', () => {
  it('of what was kept go at the start; what is not finished stays', async () => {
    const [done, begun] = [photo('d'), photo('b')]
    const uploads = await begin(done)
    await uploads.append(keyOf(done), 0, done)
    // As if it had been killed between keeping the photo and removing its pieces.
    await parts().append(keyOf(done), 0, done)
    await uploads.announce(keyOf(begun), { kind: 'photo', size: begun.length })
    await uploads.append(keyOf(begun), 0, begun.subarray(0, 100))
    expect(await partFiles()).toHaveLength(2)
    const next = gateway()
    await next.start()
    expect(await partFiles()).toHaveLength(1)
    expect(await next.progress(keyOf(begun))).toMatchObject({ received: 100, stored: false })
    expect(await next.progress(keyOf(done))).toMatchObject({ stored: true })
  })

  it('none where nothing was ever sent', async () => {
    await gateway().start()
    expect(await partFiles()).toEqual([])
  })
})

describe('when too many pictures wait', () => {
  it('it is answered that it is whole, and kept by and by', async () => {
    const bytes = photo()
    let isBusy = true
    const uploads = gateway({
      clean: async (sent, type) => {
        if (isBusy) throw new UnavailableError('Too many pictures wait.')
        return clean(sent, type)
      },
    })
    await uploads.start()
    await uploads.announce(keyOf(bytes), { kind: 'photo', size: bytes.length })
    const answer = await uploads.append(keyOf(bytes), 0, bytes)
    expect(answer).toMatchObject({ received: bytes.length, stored: false })
    isBusy = false
    await vi.waitFor(async () => expect(await store().open()).toEqual([]), { timeout: 10_000 })
    await expectKept(bytes)
  })
})

describe('bounds', () => {
  const rows = (count: number, row: { by: string; size: number; stored?: string }) =>
    house.db
      .insertInto('patrol_upload')
      .values(
        Array.from({ length: count }, (_, n) => ({
          sha256: `${row.by}-${n}`,
          kind: 'photo',
          at: now,
          stored: null,
          ...row,
        })),
      )
      .execute()
  const announce = (by = 'u1') =>
    gateway().announce(keyOf(photo(), by), { kind: 'photo', size: 900 })

  it('of a day: then tomorrow', async () => {
    await rows(uploadBounds.aDay, { by: 'u1', size: 1, stored: 's' })
    await expect(announce()).rejects.toThrow('The rest can go tomorrow')
    expect(await announce('u2')).toMatchObject({ received: 0 })
    now += 86_400_001
    expect(await announce()).toMatchObject({ received: 0 })
  })

  it('of what one person began and did not finish', async () => {
    await rows(100, { by: 'u1', size: 1_048_576 })
    await expect(announce()).rejects.toThrow('Finish what was begun')
    expect(await announce('u2')).toMatchObject({ received: 0 })
  })

  it('of what all began and did not finish', async () => {
    for (let n = 0; n < 41; n++) await rows(100, { by: `other-${n}`, size: 1_048_576 })
    await expect(announce()).rejects.toThrow('Try again in some minutes')
  })

  it('do not stand in the way of what was announced before', async () => {
    const bytes = photo()
    const uploads = await begin(bytes)
    await rows(uploadBounds.aDay, { by: 'u1', size: 1_048_576 })
    expect(await uploads.announce(keyOf(bytes), { kind: 'photo', size: 900 })).toMatchObject({
      received: 0,
    })
    expect(await uploads.append(keyOf(bytes), 0, bytes)).toMatchObject({ stored: true })
  })

  it('announced with another size it begins again', async () => {
    const bytes = photo()
    const uploads = await begin(bytes)
    await uploads.append(keyOf(bytes), 0, bytes.subarray(0, 300))
    const again = await uploads.announce(keyOf(bytes), { kind: 'photo', size: 901 })
    expect(again).toMatchObject({ size: 901, received: 0 })
  })
})

describe('after seven days', () => {
  async function purge() {
    const sum = { removed: 0, bytes: 0 }
    for await (const { removed, bytes } of gateway().purgeable.remove(0)) {
      sum.removed += removed
      sum.bytes += bytes
    }
    return sum
  }

  it('what nobody finished goes, and not before', async () => {
    const bytes = photo()
    await (await begin(bytes)).append(keyOf(bytes), 0, bytes.subarray(0, 300))
    now += partKeptMs
    expect(await purge()).toEqual({ removed: 0, bytes: 0 })
    now += 1
    expect(await purge()).toEqual({ removed: 1, bytes: 300 })
    expect(await partFiles()).toEqual([])
    await expect(gateway().progress(keyOf(bytes))).rejects.toThrow('Announce it again')
  })

  it('a photo that became part of nothing is left to the purge of pictures', async () => {
    const bytes = photo()
    await (await begin(bytes)).append(keyOf(bytes), 0, bytes)
    const { stored } = (await store().find(keyOf(bytes))) ?? {}
    now += partKeptMs + 1
    await purge()
    expect(await house.db.selectFrom('picture_upload').selectAll().execute()).toEqual([
      { sha256: stored, by: 'u1', at: start },
    ])
  })

  it('a voice note that became part of nothing goes; that of a case stays', async () => {
    const [kept, lost] = [aVoice('k'), aVoice('l')]
    for (const bytes of [kept, lost]) {
      await (await begin(bytes, 'voice')).append(keyOf(bytes), 0, bytes)
    }
    const at = { village: villageA, grid: null, lon: 1, lat: 1, opened_at: 1, step_since: 1 }
    await house.db
      .insertInto('case')
      .values({
        ...at,
        id: 'one',
        number: 'n',
        state: 'closed',
        tier: 'grid',
        hazard: 'traffic',
        severity: 'blue',
        severity_rank: 0,
        title: 't',
        version: 1,
      })
      .execute()
    await house.db
      .insertInto('case_voice')
      .values({ case_id: 'one', sha256: hashOf(kept), type: 'audio/webm', at: now, by: 'u1' })
      .execute()
    const before = new Date(start - 1)
    for (const name of [hashOf(kept), hashOf(lost)]) {
      const file = join(directory, 'voices', name.slice(0, 2), name.slice(2, 4), `${name}.voice`)
      await utimes(file, before, before)
    }
    now += partKeptMs + 1
    expect(await purge()).toEqual({ removed: 2, bytes: lost.length })
    expect(await voices().get(hashOf(kept))).toBeDefined()
    expect(await voices().get(hashOf(lost))).toBeUndefined()
    await house.db.deleteFrom('case_voice').execute()
  })

  it('pieces that no table knows of go too', async () => {
    const bytes = photo()
    await (await begin(bytes)).append(keyOf(bytes), 0, bytes.subarray(0, 300))
    await store().remove(keyOf(bytes))
    const [file = ''] = await partFiles()
    expect(await purge()).toEqual({ removed: 0, bytes: 0 })
    const old = new Date(now - partKeptMs - 1)
    await utimes(join(directory, 'uploads', file), old, old)
    expect(await purge()).toEqual({ removed: 1, bytes: 300 })
  })
})
