import { connect, type Socket } from 'node:net'
import { generate, type Packet, parser } from 'mqtt-packet'
import { messageAt, type StreamDevice } from './kill-9-stream.ts'

/**
 * The devices, in a process of their own that outlives every kill. Each keeps what was not
 * acknowledged and sends it again, in order and marked DUP, when the gateway is back.
 */
interface Orders {
  port: number
  startMs: number
  /** Unacknowledged messages of one device. */
  window: number
  devices: StreamDevice[]
}

type Publish = Extract<Packet, { cmd: 'publish' }>

const reconnectMs = 50

function publishAll({ port, startMs, window, devices }: Orders) {
  const acknowledged = new Map<string, number>()
  let isFinishing = false
  let open = 0

  function run(device: StreamDevice): void {
    const pending = new Map<number, Publish>()
    let next = 0
    acknowledged.set(device.id, 0)

    function fill(socket: Socket): void {
      if (isFinishing) return
      while (pending.size < window) {
        const { topic, payload } = messageAt(device, next, startMs)
        const messageId = (next % 65_535) + 1
        const packet: Publish = {
          cmd: 'publish',
          topic,
          payload,
          qos: 1,
          messageId,
          dup: false,
          retain: false,
        }
        next += 1
        open += 1
        pending.set(messageId, packet)
        socket.write(generate(packet))
      }
    }

    function welcome(socket: Socket): void {
      for (const packet of pending.values()) socket.write(generate({ ...packet, dup: true }))
      fill(socket)
    }

    function take(packet: Packet, socket: Socket): void {
      if (packet.cmd === 'connack' && packet.returnCode === 0) welcome(socket)
      if (packet.cmd !== 'puback' || !pending.delete(packet.messageId ?? 0)) return
      open -= 1
      acknowledged.set(device.id, (acknowledged.get(device.id) ?? 0) + 1)
      fill(socket)
      if (isFinishing && open === 0) report()
    }

    function come(): void {
      const socket = connect({ port, host: '127.0.0.1' })
      const reader = parser()
      reader.on('packet', (packet) => take(packet, socket))
      socket.on('data', (chunk) => reader.parse(chunk))
      socket.on('error', () => {})
      socket.once('close', () => setTimeout(come, reconnectMs))
      socket.once('connect', () => socket.write(generate(login(device))))
    }
    come()
  }

  function report(): void {
    process.send?.({ done: Object.fromEntries(acknowledged) }, () => process.exit(0))
  }

  process.on('message', (order) => {
    if (order === 'progress') {
      const total = [...acknowledged.values()].reduce((sum, count) => sum + count, 0)
      process.send?.({ progress: total, counts: Object.fromEntries(acknowledged) })
      return
    }
    isFinishing = true
    if (open === 0) report()
  })
  for (const device of devices) run(device)
}

function login({ id, secret }: StreamDevice): Packet {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 0,
    clientId: id,
    username: id,
    password: Buffer.from(secret),
  }
}

process.once('message', (orders) => publishAll(orders as Orders))
// A test that dies must not leave devices behind.
process.on('disconnect', () => process.exit(1))
