import { connectAsync, type MqttClient } from 'mqtt'
import type { RunningGateway } from './gateway-process.ts'

/** Devices of the sample town over real MQTT, each with its own login. */

export interface TownDevices {
  telemetry(device: string, readings: Record<string, number>, at?: number): Promise<void>
  history(device: string, rows: { ts: number; readings: Record<string, number> }[]): Promise<void>
  event(device: string, event: Record<string, unknown>): Promise<void>
  raw(device: string, channel: string, payload: string): Promise<void>
  stop(): Promise<void>
}

/** v3-pm1 stands in the third village. */
function villageOf(device: string): string {
  return `99010110120${device.slice(1, 2)}`
}

export function createTownDevices(gateway: RunningGateway): TownDevices {
  const clients = new Map<string, Promise<MqttClient>>()

  function client(device: string): Promise<MqttClient> {
    if (gateway.secrets.devices[device] === undefined)
      throw new Error(`no such device in the town: ${device}`)
    const known = clients.get(device)
    if (known) return known
    const made = connectAsync(gateway.mqttUrl, {
      clientId: device,
      username: device,
      password: gateway.secrets.devices[device],
      reconnectPeriod: 0,
    })
    clients.set(device, made)
    return made
  }

  async function raw(device: string, channel: string, payload: string): Promise<void> {
    const link = await client(device)
    await link.publishAsync(`lianxun/${villageOf(device)}/${device}/${channel}`, payload, {
      qos: 1,
    })
  }

  return {
    raw,
    telemetry: (device, readings, at = Date.now()) =>
      raw(device, 'telemetry', JSON.stringify({ ts: at, readings })),
    history: (device, rows) => raw(device, 'telemetry', JSON.stringify(rows)),
    event: (device, event) =>
      raw(device, 'event', JSON.stringify({ ts: Date.now(), state: 'active', ...event })),
    async stop() {
      for (const made of clients.values()) await (await made).endAsync(true)
    },
  }
}
