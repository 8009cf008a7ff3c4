import { createHmac } from 'node:crypto'
import { createDeviceLink, type DeviceLink } from '../device-link.ts'
import type { TownDevice } from '../town.ts'

/**
 * A reader on a post: it reads the badge of whoever stands there and says so over MQTT, signed with
 * a key of its own and with a counter that only rises.
 */
export interface TagReader extends Pick<DeviceLink, 'connect' | 'leave'> {
  /** Resolves when the gateway has it. Answers the id of the check-in. */
  read(badge: Badge, ts: number): Promise<string>
}

interface Badge {
  uid: string
  /** Username, where the reader knows whose it is. */
  patroller?: string
}

export interface TagReaderOptions {
  url: string
  device: TownDevice
  secret: string
  /** Hex; null: an older one that does not sign. */
  key: string | null
  firstCounter?: number
}

const macDigits = 32

export function createTagReader(options: TagReaderOptions): TagReader {
  const { device, key } = options
  const link = createDeviceLink(options)
  let counter = options.firstCounter ?? 0

  function signature(ts: number, tag: string, patroller: string): string | undefined {
    if (key === null) return undefined
    const text = `checkin|${device.id}|${ts}|${tag}|${counter}|${patroller}`
    const whole = createHmac('sha256', Buffer.from(key, 'hex')).update(text).digest('hex')
    return whole.slice(0, macDigits)
  }

  return {
    connect: link.connect,
    leave: link.leave,
    async read({ uid, patroller }, ts) {
      counter += 1
      const mac = signature(ts, uid, patroller ?? '')
      const id = `${device.id}-${counter}-${ts}`
      const said = { id, ts, tag: uid, counter, ...(patroller !== undefined && { patroller }) }
      await link.publish('checkin', JSON.stringify({ ...said, ...(mac && { mac }) }))
      return id
    },
  }
}
