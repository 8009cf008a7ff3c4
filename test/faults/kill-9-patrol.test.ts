import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../gateway/storage/database.ts'
import { createPhone, type Phone, sha256Of } from '../../simulators/phone/phone.ts'
import { createPhoneApi, type PhoneApi, RefusedError } from '../../simulators/phone/phone-api.ts'
import { until } from '../adapters/mqtt/kit.ts'
import { freePort } from '../support/free-port.ts'
import { type GatewayProcess, runCli, type Settings, startGateway } from './gateway-process.ts'

/**
 * kill -9 while phones send what they kept: batches of check-ins that hang together by their hashes,
 * and photos in small pieces. Phones go on as phones do, until all is gone from their queues; then
 * everything is there, once, in order, and what was answered before a death is answered the same
 * after it.
 */

const kills = 3
const points = [
  { tag: '043176813E02EA', id: 'p103' },
  { tag: '04934B484E73CF', id: 'p106' },
]
const perBatch = 5
const pieceBytes = 2048

let directory: string
let settings: Settings
let base: string
let gateway: GatewayProcess | undefined
let passwords: Record<string, string>

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'lianxun-kill-patrol-'))
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  settings = {
    LIANXUN_DATA_DIR: path.join(directory, 'house'),
    LIANXUN_HTTP_PORT: String(port),
    LIANXUN_MQTT_PORT: String(await freePort()),
    LIANXUN_TZ: 'Asia/Shanghai',
  }
  const secretsFile = path.join(directory, 'secrets.json')
  await runCli(['import', 'examples/town', '--secrets-out', secretsFile], settings)
  passwords = (JSON.parse(await readFile(secretsFile, 'utf8')) as { users: typeof passwords }).users
})

afterAll(async () => {
  await gateway?.kill('SIGKILL')
  await rm(directory, { recursive: true, force: true })
})

async function aPhoto(): Promise<Buffer> {
  const pixels = Buffer.alloc(96 * 96 * 3).map(() => Math.random() * 256)
  return sharp(pixels, { raw: { width: 96, height: 96, channels: 3 } })
    .jpeg()
    .toBuffer()
}

/** A patroller who goes on checking in and sending. */
interface Walker {
  username: string
  made: string[]
  photos: string[]
  /** What was answered to each check-in, as text. */
  answered: Map<string, string>
  run(): Promise<void>
  /** No more new ones; resolves when the queue is empty. */
  finish(): void
}

/** Of answers that the gateway could not give, because it was gone or going. */
function isGone(error: unknown): boolean {
  return !(error instanceof RefusedError) || error.status >= 500
}

async function createWalker(username: string): Promise<Walker> {
  const api = createPhoneApi({ base })
  await api.signIn(username, passwords[username] ?? '')
  const walker: Walker = {
    username,
    made: [],
    photos: [],
    answered: new Map(),
    run: async () => {},
    finish: () => {},
  }
  let isFinishing = false

  const listening: PhoneApi = {
    ...api,
    async sendCheckins(checkins, sent) {
      const results = await api.sendCheckins(checkins, sent)
      for (const result of results) {
        const told = JSON.stringify(result)
        expect(walker.answered.get(result.id) ?? told).toBe(told)
        walker.answered.set(result.id, told)
      }
      return results
    },
  }
  const phone = createPhone({ api: listening, uploads: { pieceBytes, pause: () => delay(5) } })

  async function fill(to: Phone): Promise<void> {
    for (let i = 0; i < perBatch; i++) {
      const point = points[walker.made.length % points.length]
      const photo = i === 0 ? await aPhoto() : undefined
      const shown = { tag: point?.tag ?? '' }
      const checkin = to.checkIn({ ...shown, at: Date.now(), fix: null, ...(photo && { photo }) })
      walker.made.push(checkin.id)
      if (photo) walker.photos.push(sha256Of(photo))
    }
  }

  walker.finish = () => {
    isFinishing = true
  }
  walker.run = async () => {
    for (;;) {
      const { checkins, photos } = phone.waiting()
      if (checkins + photos === 0) {
        if (isFinishing) return
        await fill(phone)
      }
      try {
        await phone.sync(Date.now())
        // Photos that were put off.
        if (phone.waiting().photos > 0) await delay(20)
      } catch (error) {
        if (!isGone(error)) throw error
        await delay(20)
      }
    }
  }
  return walker
}

async function expectAllKept(walkers: readonly Walker[]): Promise<number> {
  const house = settings.LIANXUN_DATA_DIR as string
  const db = await openDatabase(path.join(house, 'lianxun.db'))
  const rows = await db.selectFrom('checkin').selectAll().execute()
  const users = await db.selectFrom('user').select(['id', 'username']).execute()
  const open = await db
    .selectFrom('patrol_upload')
    .selectAll()
    .where('stored', 'is', null)
    .execute()
  await db.destroy()
  expect(rows).toHaveLength(walkers.reduce((sum, { made }) => sum + made.length, 0))
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const { username, made, photos, answered } of walkers) {
    const person = users.find((user) => user.username === username)?.id
    let previous: string | null = null
    for (const id of made) {
      const row = byId.get(id)
      expect(row).toMatchObject({ patroller: person, status: 'accepted', previous_hash: previous })
      expect(JSON.parse(answered.get(id) ?? '{}')).toMatchObject({
        id,
        at: row?.at,
        grade: row?.grade,
        marks: JSON.parse(row?.marks ?? ''),
      })
      previous = row?.hash ?? null
    }
    const withPhoto = rows.filter((row) => row.patroller === person && row.photo !== null)
    expect(new Set(withPhoto.map(({ photo }) => photo))).toEqual(new Set(photos))
    expect(withPhoto).toHaveLength(photos.length)
    for (const { picture } of withPhoto) expect(picture).toMatch(/^[0-9a-f]{64}$/)
  }
  expect(open).toEqual([])
  return rows.length
}

/** Every picture that a check-in names is whole and readable. */
async function expectPicturesWhole(api: { cookie: string }, pictures: readonly string[]) {
  for (const picture of pictures) {
    const answer = await fetch(`${base}/api/v1/pictures/${picture}`, { headers: api })
    expect(answer.status).toBe(200)
    const { format } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata()
    expect(format).toBe('jpeg')
  }
}

async function signedIn(username: string): Promise<{ cookie: string }> {
  const answer = await fetch(`${base}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-lianxun': '1' },
    body: JSON.stringify({ username, password: passwords[username] }),
  })
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
}

describe('kill -9 while phones send check-ins and photos', { timeout: 120_000 }, () => {
  test('nothing acknowledged is lost or doubled, and every photo is whole', async () => {
    gateway = await startGateway(settings)
    const names = ['patrol01', 'patrol02', 'patrol03']
    const walkers = await Promise.all(names.map(createWalker))
    const working = Promise.all(walkers.map((walker) => walker.run()))
    const answers = () => walkers.reduce((sum, { answered }) => sum + answered.size, 0)
    for (let kill = 0; kill < kills; kill++) {
      const before = answers()
      await until('more answers', () => answers() >= before + 20, 30_000)
      await delay(Math.random() * 200)
      await gateway.kill('SIGKILL')
      gateway = await startGateway(settings)
    }
    for (const walker of walkers) walker.finish()
    await working
    const desk = await signedIn('desk01')
    const db = await openDatabase(path.join(settings.LIANXUN_DATA_DIR as string, 'lianxun.db'))
    const rows = await db.selectFrom('checkin').select('picture').distinct().execute()
    await db.destroy()
    await expectPicturesWhole(
      desk,
      rows.flatMap(({ picture }) => picture ?? []),
    )
    await gateway.kill('SIGTERM')
    gateway = undefined
    const kept = await expectAllKept(walkers)
    const photos = walkers.reduce((sum, walker) => sum + walker.photos.length, 0)
    console.log(`kill -9: ${kills} kills, ${kept} check-ins, ${photos} photos`)
    const parts = path.join(settings.LIANXUN_DATA_DIR as string, 'uploads')
    expect(existsSync(parts) ? readdirSync(parts) : []).toEqual([])
  })
})
