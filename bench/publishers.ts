import { connect, type Socket } from 'node:net'
import { ackBytes, connectPacket, type Login, pubackType, publishTemplate } from './packets.ts'

/**
 * Many devices in one process, on raw sockets: an acknowledgement is four bytes that are counted,
 * hardly looked at, so that the generator costs less than any broker it measures.
 */
export interface Publishers {
  /** Publishes one reading by the next device in turn; returns its time as the device tells it. */
  publish(): { device: number; ts: number }
  /** Called with the number of messages acknowledged since the last call. */
  onAcks: (listener: (count: number) => void) => void
  close(): void
}

interface Connected {
  publish(): number
  close(): void
}

const receiveBuffer = Buffer.alloc(65_536)

function openSocket(port: number, onBytes: (count: number, chunk: Buffer) => void): Socket {
  return connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: receiveBuffer,
      callback(count, chunk) {
        onBytes(count, chunk as Buffer)
        return true
      },
    },
  })
}

interface DeviceOptions {
  port: number
  startTs: number
  onAcks: (count: number) => void
}

function connectDevice(login: Login, { port, startTs, onAcks }: DeviceOptions): Promise<Connected> {
  const template = publishTemplate(login)
  let ts = startTs
  let packetId = 0
  let received = 0
  let published = 0
  let closed = false
  return new Promise((resolve, reject) => {
    const socket = openSocket(port, (count, chunk) => {
      const before = received
      received += count
      if (before === 0) {
        if (chunk[3] !== 0) reject(new Error(`${login.id} was refused: CONNACK ${chunk[3]}`))
        else resolve(device)
      }
      if (before % ackBytes === 0 && before > 0 && chunk[0] !== pubackType) {
        throw new Error(`${login.id} got ${chunk[0]} where a PUBACK should begin`)
      }
      const acks = Math.floor(received / ackBytes) - Math.floor(before / ackBytes)
      if (received / ackBytes > published + 1) throw new Error(`${login.id}: too many PUBACKs`)
      onAcks(before === 0 ? acks - 1 : acks)
    })
    const device: Connected = {
      publish() {
        ts += 1
        published += 1
        packetId = packetId === 65_535 ? 1 : packetId + 1
        template.set(ts, packetId, ts)
        socket.write(Buffer.from(template.bytes))
        return ts
      },
      close() {
        closed = true
        socket.destroy()
      },
    }
    socket.on('error', reject)
    socket.on('close', () => {
      if (!closed) reject(new Error(`the connection of ${login.id} was closed by the broker`))
    })
    socket.write(connectPacket(login))
  })
}

const connectAtOnce = 50

export async function connectPublishers(
  port: number,
  logins: readonly Login[],
  startTs: number,
): Promise<Publishers> {
  let listener: ((count: number) => void) | undefined
  const devices: Connected[] = []
  for (let at = 0; at < logins.length; at += connectAtOnce) {
    const wave = logins.slice(at, at + connectAtOnce)
    const options = { port, startTs, onAcks: (count: number) => listener?.(count) }
    devices.push(...(await Promise.all(wave.map((login) => connectDevice(login, options)))))
  }
  let next = 0
  return {
    publish() {
      const device = next
      next = (next + 1) % devices.length
      return { device, ts: (devices[device] as Connected).publish() }
    },
    onAcks(given) {
      listener = given
    },
    close() {
      for (const device of devices) device.close()
    },
  }
}
