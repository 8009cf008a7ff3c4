import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import type { TownDevice } from './town.ts'

/** One device's own connection: its id, its secret, its topics, its will. */
export interface DeviceLink {
  /** Resolves when the broker let it in and took `online`; rejects with the broker's reason. */
  connect: () => Promise<void>
  /** True between `connect` and `vanish` or `leave`, also while it is finding its way back. */
  isOpen: () => boolean
  isUp: () => boolean
  /** QoS 1; resolves when the broker acknowledged. */
  publish: (channel: string, payload: string | Uint8Array) => Promise<void>
  /** Says `online` again. */
  beat: () => Promise<void>
  /** The line breaks: no DISCONNECT, so the broker sends the will. */
  vanish: () => Promise<void>
  /** Says `offline` and goes. */
  leave: () => Promise<void>
}

export interface DeviceLinkOptions {
  url: string
  device: TownDevice
  secret: string
}

const connectTimeoutMs = 15_000
const reconnectMs = 2000

/** Settles with the broker's first answer; a device that is refused does not knock for ever. */
function admission(client: MqttClient, device: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      client.removeListener('connect', admit)
      client.end(true)
      reject(new Error(`${device} was not let in: ${error.message}`, { cause: error }))
    }
    const admit = () => {
      client.removeListener('error', refuse)
      resolve()
    }
    // mqtt.js reconnects by itself; an error without a listener would end the process.
    client.on('error', () => undefined)
    client.once('error', refuse)
    client.once('connect', admit)
  })
}

export function createDeviceLink({ url, device, secret }: DeviceLinkOptions): DeviceLink {
  const base = `lianxun/${device.village}/${device.id}`
  const status = `${base}/status`
  const options: IClientOptions = {
    clientId: device.id,
    username: device.id,
    password: secret,
    clean: true,
    keepalive: 60,
    reconnectPeriod: reconnectMs,
    connectTimeout: connectTimeoutMs,
    will: { topic: status, payload: Buffer.from('offline'), qos: 1, retain: true },
  }
  let client: MqttClient | undefined

  const say = async (text: string) => {
    await client?.publishAsync(status, text, { qos: 1, retain: true })
  }

  return {
    async connect() {
      const opened = mqtt.connect(url, options)
      client = opened
      try {
        await admission(opened, device.id)
      } catch (error) {
        client = undefined
        throw error
      }
      opened.on('connect', () => void say('online').catch(() => undefined))
      await say('online')
    },
    isOpen: () => client !== undefined,
    isUp: () => client?.connected === true,
    async publish(channel, payload) {
      if (!client?.connected) throw new Error(`${device.id} is not connected`)
      const bytes = typeof payload === 'string' ? payload : Buffer.from(payload)
      await client.publishAsync(`${base}/${channel}`, bytes, { qos: 1 })
    },
    beat: () => say('online'),
    async vanish() {
      const closing = client
      client = undefined
      await closing?.endAsync(true)
    },
    async leave() {
      const closing = client
      if (closing?.connected) await say('offline').catch(() => undefined)
      client = undefined
      await closing?.endAsync(!closing.connected)
    },
  }
}
