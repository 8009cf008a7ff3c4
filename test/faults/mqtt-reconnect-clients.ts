import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import { connectPacket } from '../adapters/mqtt/kit.ts'

/** Many devices that come at once, and come again whenever they are not or no more connected. */
interface Orders {
  port: number
  logins: { id: string; secret: string }[]
}

function come({ port, logins }: Orders): void {
  const accepted = new Set<string>()
  let begun = performance.now()
  let refused = 0

  function lose(id: string): void {
    // All are to be gone before any counts as back.
    if (accepted.delete(id) && accepted.size === 0) process.send?.({ areAllGone: true })
  }

  function tryOnce(login: Orders['logins'][number]): void {
    const { id, secret } = login
    const socket: Socket = connect({ port, host: '127.0.0.1' })
    socket.on('error', () => {})
    socket.once('connect', () =>
      socket.write(generate(connectPacket(id, { password: Buffer.from(secret) }))),
    )
    socket.once('data', (chunk) => {
      if (chunk[0] !== 0x20 || chunk[3] !== 0) {
        refused += 1
        return
      }
      accepted.add(id)
      if (accepted.size < logins.length) return
      process.send?.({ allAfterMs: performance.now() - begun, refused })
    })
    socket.once('close', () => {
      lose(id)
      setTimeout(tryOnce, 200 + Math.random() * 800, login)
    })
  }

  process.on('message', () => {
    begun = performance.now()
  })
  for (const login of logins) tryOnce(login)
}

process.once('message', (orders) => come(orders as Orders))
process.on('disconnect', () => process.exit(1))
