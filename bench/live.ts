import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import type { LiveCameras } from './live-cameras.ts'
import type { LiveCost } from './live-gateway.ts'
import { stopProcess } from './processes.ts'

/** Live pictures: how soon the first one is there, and what many that are watched at once cost. */

export interface LiveResult {
  cameras: number
  bitsPerSecond: number
  /** From the wish to the first picture, one camera after the other, each begun anew. */
  firstMs: number[]
  /** CPU seconds a second, of the relay and all its ffmpegs. */
  cores: number
  /** Viewers that got pictures to the end. */
  shown: number
  /** From the last viewer's leaving until no ffmpeg is left. */
  goneAfterMs: number
}

const cameras = 50

function start(file: string): ChildProcess {
  return fork(new URL(file, import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

async function ask<Answer>(child: ChildProcess, question: object): Promise<Answer> {
  const answered = once(child, 'message') as Promise<[Answer]>
  child.send(question)
  return (await answered)[0]
}

interface Watch {
  firstMs: Promise<number>
  pieces(): number
  close(): void
}

function watch(port: number, device: number): Watch {
  const begun = performance.now()
  const socket = new WebSocket(`ws://127.0.0.1:${port}/cameras/${device}/live`)
  socket.binaryType = 'arraybuffer'
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  let pieces = 0
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'string') return
    pieces += 1
    // The header comes before the first picture.
    if (pieces === 2) resolve(performance.now() - begun)
  })
  socket.addEventListener('close', ({ code }) =>
    reject(new Error(`camera ${device}: closed with ${code}`)),
  )
  promise.catch(() => {})
  return { firstMs: promise, pieces: () => pieces, close: () => socket.close() }
}

async function untilGone(gateway: ChildProcess): Promise<number> {
  const begun = performance.now()
  for (;;) {
    const { ffmpegs } = await ask<LiveCost>(gateway, {})
    if (ffmpegs === 0) return performance.now() - begun
    if (performance.now() - begun > 60_000) throw new Error(`${ffmpegs} ffmpegs are left`)
    await wait(200)
  }
}

async function firstPictures(port: number, gateway: ChildProcess, times: number) {
  const found: number[] = []
  for (let device = 0; device < times; device++) {
    const one = watch(port, device)
    found.push(await one.firstMs)
    one.close()
    await untilGone(gateway)
  }
  return found
}

async function manyAtOnce(port: number, gateway: ChildProcess, measureMs: number) {
  const watches = Array.from({ length: cameras }, (_, device) => watch(port, device))
  await Promise.all(watches.map(({ firstMs }) => firstMs))
  await wait(2_000)
  const counts = watches.map((one) => one.pieces())
  const [before, begun] = [await ask<LiveCost>(gateway, {}), performance.now()]
  await wait(measureMs)
  const after = await ask<LiveCost>(gateway, {})
  const cores = ((after.cpuS - before.cpuS) * 1000) / (performance.now() - begun)
  // At a piece each fifth of a second.
  const expected = (measureMs / 200) * 0.9
  const shown = watches.filter((one, index) => one.pieces() - (counts[index] ?? 0) >= expected)
  for (const one of watches) one.close()
  return { cores, shown: shown.length }
}

export async function measureLive(measureMs: number, times: number): Promise<LiveResult> {
  const [source, gateway] = [start('./live-cameras.ts'), start('./live-gateway.ts')]
  try {
    const { port: rtsp, bitsPerSecond } = await ask<LiveCameras>(source, { count: cameras })
    const { port } = await ask<{ port: number }>(gateway, { rtsp })
    // The first of all pays for what is loaded once.
    const [, ...firstMs] = await firstPictures(port, gateway, times + 1)
    const many = await manyAtOnce(port, gateway, measureMs)
    return { cameras, bitsPerSecond, firstMs, ...many, goneAfterMs: await untilGone(gateway) }
  } finally {
    await Promise.all([stopProcess(gateway), stopProcess(source)])
  }
}
