import type { Socket } from 'node:net'
import mqtt from 'mqtt'

/** One device that sends 5,000 messages a second, whatever becomes of them, until it is told to stop. */
interface Orders {
  port: number
  id: string
  secret: string
  topic: string
  startMs: number
}

const perTick = 50
const tickMs = 10
/** MQTT has no more message ids. */
const maxInFlight = 60_000

async function flood({ port, id, secret, topic, startMs }: Orders): Promise<void> {
  const url = `mqtt://127.0.0.1:${port}`
  const options = { clientId: id, username: id, password: secret, reconnectPeriod: 0 }
  const client = await mqtt.connectAsync(url, options)
  client.on('error', () => {})
  const acknowledged: number[] = []
  const begun = performance.now()
  let sent = 0

  function sendDue(): void {
    const due = Math.floor((performance.now() - begun) / tickMs) * perTick
    while (sent < due && sent - acknowledged.length < maxInFlight) {
      const ts = startMs + sent
      const payload = JSON.stringify({ ts, readings: { battery: 50 } })
      client.publish(topic, payload, { qos: 1 }, (error) => {
        if (!error) acknowledged.push(ts)
      })
      sent += 1
    }
  }

  const sending = setInterval(sendDue, tickMs)
  process.on('message', () => {
    clearInterval(sending)
    // A reset, so that nothing of the flood trickles on out of the system's buffers.
    const socket = client.stream as Socket
    socket.once('close', () => {
      const seconds = (performance.now() - begun) / 1_000
      process.send?.({ sent, seconds, acknowledged: [...acknowledged] })
    })
    socket.resetAndDestroy()
  })
  process.send?.({ isFlooding: true })
}

process.once('message', (orders) => void flood(orders as Orders))
process.on('disconnect', () => process.exit(1))
