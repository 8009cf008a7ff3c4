import mqtt from 'mqtt'
import { until } from '../../adapters/mqtt/kit.ts'
import { type House, type Person, villageA } from './house.ts'

/** Devices of the house over real MQTT, and what people see of it over HTTP. */

export interface OnAir {
  /** Resolves when the gateway acknowledged, so it is stored. */
  say(channel: string, payload: unknown): Promise<void>
  leave(): Promise<void>
}

export function villageOf(device: string): string {
  return villageA.slice(0, -1) + device.charAt(1)
}

export async function onAir(house: House, device: string, secret?: string): Promise<OnAir> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${house.gateway.mqttPort()}`, {
    clientId: device,
    username: device,
    password: secret ?? house.secrets[device] ?? '',
    reconnectPeriod: 0,
  })
  return {
    async say(channel, payload) {
      const text =
        typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload)
      const topic = `lianxun/${villageOf(device)}/${device}/${channel}`
      await client.publishAsync(topic, text, { qos: 1 })
    },
    leave: () => client.endAsync(),
  }
}

/** Connects, says one thing, and leaves. */
export async function sayOnce(house: House, device: string, channel: string, payload: unknown) {
  const air = await onAir(house, device)
  await air.say(channel, payload)
  await air.leave()
}

/** Asks again until the answer fits; what it is at last is the result. */
export async function seen<T = unknown>(
  person: Person,
  path: string,
  fits: (body: T) => boolean,
): Promise<T> {
  let last: { status: number; body: T } | undefined
  await until(`${path} to fit`, async () => {
    last = await person.get(path)
    return last.status === 200 && fits(last.body)
  })
  return (last as { body: T }).body
}

/** All items over all pages, and the pages' sizes. */
export async function allPages(person: Person, path: string) {
  // oxlint-disable-next-line typescript/no-explicit-any
  const items: any[] = []
  const sizes: number[] = []
  let cursor: string | null = null
  do {
    const on: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const { status, body, text } = await person.get(path + on)
    if (status !== 200) throw new Error(`${path}${on}: ${status} ${text}`)
    items.push(...body.items)
    sizes.push(body.items.length)
    cursor = body.nextCursor
  } while (cursor !== null)
  return { items, sizes }
}
