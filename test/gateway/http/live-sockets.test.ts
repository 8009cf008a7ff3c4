import { EventEmitter } from 'node:events'
import type { WebSocket } from '@fastify/websocket'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLiveSockets } from '../../../gateway/http/live-sockets.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

class FakeSocket extends EventEmitter {
  sent: unknown[] = []
  pings = 0
  closedWith: number | undefined
  isCut = false
  bufferedAmount = 7

  send(body: unknown): void {
    this.sent.push(body)
  }

  ping(): void {
    this.pings += 1
  }

  close(code: number): void {
    this.closedWith = code
  }

  terminate(): void {
    this.isCut = true
    this.emit('close')
  }
}

function house() {
  const ended = new Set<string>()
  const warnings: string[] = []
  const sockets = createLiveSockets({
    async isSessionAlive(id) {
      if (id === 'broken') throw new Error('the disk is full')
      return !ended.has(id)
    },
    warn: (text) => void warnings.push(text),
  })
  sockets.start()
  const add = (sessionId: string) => {
    const socket = new FakeSocket()
    return { socket, viewer: sockets.add(socket as unknown as WebSocket, sessionId) }
  }
  return { sockets, add, ended, warnings }
}

const signedOut = JSON.stringify({ kind: 'end', why: 'signedOut' })

describe('the sockets of live pictures', () => {
  it('carry messages as text and pictures as they are', () => {
    const { socket, viewer } = house().add('s')
    viewer.tell({ kind: 'lost', since: 1, trouble: 'timeout' })
    viewer.send(new Uint8Array([1]))
    expect(socket.sent).toEqual([
      '{"kind":"lost","since":1,"trouble":"timeout"}',
      new Uint8Array([1]),
    ])
    expect(viewer.buffered()).toBe(7)
  })

  it('end with their session, at once or when it has run out', async () => {
    const { sockets, add, ended } = house()
    const [first, second, third] = [add('a'), add('b'), add('c')]
    sockets.endSession('a')
    expect([first.socket.sent, first.socket.closedWith]).toEqual([[signedOut], 1000])
    ended.add('b')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(second.socket.sent).toEqual([signedOut])
    expect(third.socket.sent).toEqual([])
  })

  it('are cut when nobody answers for a while', async () => {
    const { add } = house()
    const [dead, slow] = [add('a').socket, add('a').socket]
    for (let beat = 0; beat < 3; beat++) await vi.advanceTimersByTimeAsync(5_000)
    expect([dead.isCut, dead.pings]).toEqual([false, 3])
    slow.emit('pong')
    await vi.advanceTimersByTimeAsync(5_000)
    expect([dead.isCut, slow.isCut]).toEqual([true, false])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(dead.pings).toBe(3)
  })

  it('are cut when the other side does not take leave', async () => {
    const { socket, viewer } = house().add('a')
    viewer.close()
    expect(socket.isCut).toBe(false)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(socket.isCut).toBe(true)
  })

  it('go on when sessions cannot be asked for just now', async () => {
    const { add, warnings } = house()
    const { socket } = add('broken')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(warnings).toEqual(['live pictures: Error: the disk is full'])
    expect(socket.sent).toEqual([])
  })

  it('are told when the gateway stops, and beat no more', async () => {
    const { sockets, add } = house()
    const { socket } = add('a')
    sockets.stop()
    expect(socket.sent).toEqual([JSON.stringify({ kind: 'end', why: 'stopping' })])
    await vi.advanceTimersByTimeAsync(20_000)
    expect(socket.pings).toBe(0)
  })
})
