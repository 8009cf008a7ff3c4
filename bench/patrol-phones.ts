import { setTimeout as wait } from 'node:timers/promises'
import sharp from 'sharp'
import type { NewCheckin } from '../gateway/http/schemas/patrol.ts'
import { sha256Of, uploadPhoto } from '../simulators/phone/phone.ts'
import { createPhoneApi, type PhoneApi, RefusedError } from '../simulators/phone/phone-api.ts'

/**
 * The phones' process: all of them get a signal within the same seconds, and each sends what it has
 * in its queue in one batch, then its photos one after the other. Settings and result travel as
 * process messages.
 */
export interface PhonesSettings {
  http: string
  cookies: string[]
  /** Point ids and what is scanned at each. */
  tags: { point: string; url: string }[]
  checkins: number
  photos: number
  photoBytes: number
  /** Over how long the phones come, ms. */
  withinMs: number
}

export interface PhonesResult {
  /** Of each batch until it was answered, ms, retries included. */
  batchMs: number[]
  /** Answers, and those among them that say refused. */
  answered: number
  refused: number
  photos: number
  /** From the first announcement to the last that was stored. */
  photosMs: number
  /** 429 and 503, which phones wait out. */
  putOff: number
  /** Share of a core that the phones themselves took. */
  generatorCpu: number
}

const everyMs = 2 * 60_000
const mostTries = 200
const retryMs = 1000
const side = 320

/** Noise of the wanted weight: what it shows does not matter, what decoding it costs does. */
async function aPhoto(bytes: number): Promise<Buffer> {
  const pixels = Buffer.alloc(side * side * 3, 0).map(() => Math.random() * 256)
  for (let quality = 5; quality < 95; quality += 5) {
    const raw = { width: side, height: side, channels: 3 as const }
    const jpeg = await sharp(pixels, { raw }).jpeg({ quality }).toBuffer()
    if (jpeg.length >= bytes) return jpeg
  }
  throw new Error(`no photo of ${bytes} bytes`)
}

/** The same picture with a comment of its own: another file for the gateway. */
function stamped(jpeg: Buffer, text: string): Buffer {
  const comment = Buffer.from(text)
  const head = Buffer.of(0xff, 0xfe, 0, 0)
  head.writeUInt16BE(comment.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, comment, jpeg.subarray(2)])
}

interface Tally {
  putOff: number
}

/** As a phone does it: whatever is refused for now is tried again. */
async function persist<T>(work: () => Promise<T>, tally: Tally): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      const isLater =
        error instanceof RefusedError ? error.status === 429 || error.status === 503 : true
      if (!isLater || tries >= mostTries) throw error
      tally.putOff += 1
      await wait(error instanceof RefusedError ? (error.retryAfterMs ?? retryMs) : retryMs)
    }
  }
}

interface LoadedPhone {
  api: PhoneApi
  checkins: NewCheckin[]
  photos: Buffer[]
}

function load(settings: PhonesSettings, index: number, jpeg: Buffer): LoadedPhone {
  const { http, cookies, tags, checkins, photos: count } = settings
  const phone = `phone-${index}`
  const photos = Array.from({ length: count }, (_, i) => stamped(jpeg, `${phone} ${i}`))
  const first = Date.now() - checkins * everyMs
  return {
    api: createPhoneApi({ base: http, cookie: cookies[index] ?? '' }),
    photos,
    checkins: Array.from({ length: checkins }, (_, i) => {
      const { url } = tags[(index + i) % tags.length] as PhonesSettings['tags'][number]
      const at = first + i * everyMs
      const photo = photos[i]
      return {
        id: `${phone}-${i}`,
        tag: 'qr',
        url,
        at,
        monotonicMs: i * everyMs,
        clock: phone,
        phone,
        lon: 106.7,
        lat: 29.2,
        accuracyM: 20,
        ...(photo && { photo: sha256Of(photo) }),
      }
    }),
  }
}

async function run(settings: PhonesSettings): Promise<PhonesResult> {
  const jpeg = await aPhoto(settings.photoBytes)
  const phones = settings.cookies.map((_, index) => load(settings, index, jpeg))
  const tally = { putOff: 0 }
  const result = { batchMs: [] as number[], answered: 0, refused: 0, photos: 0 }
  const start = performance.now()
  const cpu = process.cpuUsage()
  let [firstPhoto, lastPhoto] = [Number.POSITIVE_INFINITY, 0]

  async function come({ api, checkins, photos }: LoadedPhone, index: number): Promise<void> {
    await wait((settings.withinMs * index) / phones.length)
    const clocks = {
      sentMonotonicMs: checkins.length * everyMs,
      clock: checkins[0]?.clock ?? '',
    }
    const at = performance.now()
    const answers = await persist(
      () => api.sendCheckins(checkins, { ...clocks, sentAt: Date.now() }),
      tally,
    )
    result.batchMs.push(performance.now() - at)
    result.answered += answers.length
    result.refused += answers.filter(({ status }) => status === 'refused').length
    firstPhoto = Math.min(firstPhoto, performance.now())
    for (const photo of photos) {
      await persist(() => uploadPhoto(api, photo), tally)
      result.photos += 1
    }
    lastPhoto = performance.now()
  }

  await Promise.all(phones.map(come))
  const elapsedMs = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return {
    ...result,
    ...tally,
    photosMs: lastPhoto - firstPhoto,
    generatorCpu: (user + system) / 1000 / elapsedMs,
  }
}

process.once('message', (settings: PhonesSettings) => {
  run(settings).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
