import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../adapters/mqtt/kit.ts'
import { type AcknowledgedStream, startStream } from '../support/acknowledged-stream.ts'
import { openTownGateway, type TownGateway } from '../support/town-gateway.ts'

/** The data directory on a disk of its own, small enough to be filled. */
const sizeMb = 400
const mount = mkdtempSync(path.join(tmpdir(), 'lianxun-disk-'))
const ballast = path.join(mount, 'ballast')

function mountDisk(): boolean {
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'lianxun-test', mount], {
      stdio: 'pipe',
    })
    return true
  } catch (error) {
    rmSync(mount, { recursive: true })
    const reason = `no small disk can be mounted here (${(error as Error).message.split('\n')[0]})`
    if (process.env.CI === 'true') throw new Error(`disk full: ${reason}`, { cause: error })
    console.log(`skipped: disk full: ${reason}; run it as root`)
    return false
  }
}

/** Every byte that is left. */
function fillDisk(): void {
  const file = openSync(ballast, 'a')
  const piece = Buffer.alloc(1024 * 1024, 1)
  for (let size = piece.length; size >= 1; ) {
    try {
      writeSync(file, piece, 0, size)
    } catch {
      size = Math.floor(size / 2)
    }
  }
  closeSync(file)
}

const isMounted = mountDisk()

describe.skipIf(!isMounted)('disk full', () => {
  let gateway: TownGateway
  let stream: AcknowledgedStream

  beforeAll(async () => {
    gateway = await openTownGateway({ dataDir: path.join(mount, 'town') })
    stream = startStream({ port: gateway.mqtt, secrets: gateway.secrets.devices })
    await gateway.as('admin01')
    await stream.progress(500)
  })

  afterAll(async () => {
    stream?.kill()
    await gateway?.remove()
    execFileSync('/bin/umount', [mount])
    rmSync(mount, { recursive: true })
  })

  /** What the health page shows as bad. */
  async function bad(): Promise<string[]> {
    const { body } = await (await gateway.as('admin01')).get('/api/v1/health')
    const items = body.items as { id: string; level: string }[]
    return items.filter(({ level }) => level === 'bad').map(({ id }) => id)
  }

  const readiness = async () => (await gateway.ask('/readyz')).body as { problems: string[] }

  test('nothing is acknowledged, readiness says so within 10 s, recovers by itself', {
    timeout: 300_000,
  }, async () => {
    for (let round = 0; round < 2; round++) {
      fillDisk()
      const filledAt = performance.now()
      const says = async () =>
        (await readiness()).problems.some((text) => text.includes('the disk is full'))
      await until('readiness to tell of the full disk', says, 30_000)
      const toldAfterMs = Math.round(performance.now() - filledAt)
      await until('the health page to say so', async () => (await bad()).includes('store'), 30_000)
      const shownAfterMs = Math.round(performance.now() - filledAt)
      // The write-ahead log has some room of its own; when that is used up nothing goes on.
      await until(
        'an end of acknowledgements',
        async () => {
          const before = await stream.acknowledged()
          const end = performance.now() + 1500
          let same = true
          while (same && performance.now() < end) same = (await stream.acknowledged()) === before
          return same
        },
        60_000,
      )
      expect((await gateway.ask('/healthz')).status).toBe(200)
      const begun = performance.now()
      unlinkSync(ballast)
      await stream.progress(200)
      await until(
        'readiness again',
        async () => (await gateway.ask('/readyz')).status === 200,
        30_000,
      )
      const backAfterMs = Math.round(performance.now() - begun)
      await until('nothing bad on the health page', async () => (await bad()).length === 0, 60_000)
      console.log(
        `disk full: told after ${toldAfterMs} ms, on the health page after ${shownAfterMs} ms, back ${backAfterMs} ms after room`,
      )
      expect(toldAfterMs).toBeLessThan(10_000)
      expect(shownAfterMs).toBeLessThan(10_000)
    }
    const done = await stream.finish()
    expect((await gateway.end('SIGTERM')).code).toBe(0)
    await stream.expectStored(gateway.dataDir, done)
  })
})
