import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'
import { connectPacket } from '../adapters/mqtt/kit.ts'

/** Many devices that come at once and try again until they are accepted. */
interface Orders {
  port: number
  ids: string[]
}

function come({ port, ids }: Orders): void {
  const begun = performance.now()
  const open = new Set<Socket>()
  let accepted = 0

  function tryOnce(id: string): void {
    const socket = connect({ port, host: '127.0.0.1' })
    open.add(socket)
    let isAccepted = false
    socket.on('error', () => {})
    socket.once('connect', () => socket.write(generate(connectPacket(id))))
    socket.once('data', (chunk) => {
      isAccepted = chunk[0] === 0x20 && chunk[3] === 0
      if (!isAccepted) return
      accepted += 1
      if (accepted === ids.length) process.send?.({ allAfterMs: performance.now() - begun })
    })
    socket.once('close', () => {
      open.delete(socket)
      if (!isAccepted) setTimeout(tryOnce, 200 + Math.random() * 800, id)
    })
  }
  for (const id of ids) tryOnce(id)
}

process.once('message', (orders) => come(orders as Orders))
process.on('disconnect', () => process.exit(1))
