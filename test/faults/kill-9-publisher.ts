import mqtt from 'mqtt'
import { messageAt, type StreamDevice } from './kill-9-stream.ts'

/**
 * The devices, in a process of their own that outlives every kill. mqtt.js keeps what was not
 * acknowledged and sends it again when the gateway is back.
 */
interface Orders {
  port: number
  startMs: number
  window: number
  devices: StreamDevice[]
}

function publishAll({ port, startMs, window, devices }: Orders) {
  const acknowledged: Record<string, number> = {}
  let isFinishing = false
  let open = 0

  function run(device: StreamDevice): void {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      clientId: device.id,
      username: device.id,
      password: device.secret,
      reconnectPeriod: 50,
      connectTimeout: 2_000,
      reconnectOnConnackError: true,
    })
    let next = 0
    acknowledged[device.id] = 0
    client.on('error', () => {})

    function publishNext(): void {
      if (isFinishing) return
      const { topic, payload } = messageAt(device, next, startMs)
      next += 1
      open += 1
      client.publish(topic, payload, { qos: 1 }, (error) => {
        if (error) throw error
        open -= 1
        acknowledged[device.id] = (acknowledged[device.id] ?? 0) + 1
        publishNext()
        if (isFinishing && open === 0) report()
      })
    }
    for (let i = 0; i < window; i++) publishNext()
  }

  function report(): void {
    process.send?.({ done: acknowledged }, () => process.exit(0))
  }

  process.on('message', (order) => {
    if (order !== 'finish') {
      const total = Object.values(acknowledged).reduce((sum, count) => sum + count, 0)
      process.send?.({ progress: total })
      return
    }
    isFinishing = true
    if (open === 0) report()
  })
  for (const device of devices) run(device)
}

process.once('message', (orders) => publishAll(orders as Orders))
// A test that dies must not leave devices behind.
process.on('disconnect', () => process.exit(1))
