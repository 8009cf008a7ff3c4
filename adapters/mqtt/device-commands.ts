import type { PublishPacket } from 'aedes'
import type { CommandLine } from '../../gateway/ports/commands.ts'
import type { DeviceRegistry } from '../../gateway/ports/device-registry.ts'
import { commandKind, parseTopic } from './topics.ts'

/**
 * Words to the devices of the embedded broker. Nothing is kept for who is away, so a command with
 * no listener has failed. The receipt says that the packet was written to a device that is connected
 * and listens; whether it was understood, or spoken, only the device knows.
 */

export interface DeviceCommandsParts {
  devices: Pick<DeviceRegistry, 'get'>
  hears: (topic: string) => boolean
  publish: (packet: PublishPacket, done: (error?: Error) => void) => void
}

const shape = `lianxun/<village>/<device>/${commandKind}`

export function createDeviceCommands(parts: DeviceCommandsParts): CommandLine {
  const { devices, hears, publish } = parts

  return {
    problem(topic) {
      const path = parseTopic(topic)
      if (path?.kind !== commandKind) {
        return `must be ${shape}: devices of this broker hear nothing else`
      }
      const device = devices.get(path.device)
      if (device?.adapter !== 'mqtt') {
        return `must name a device that logs in to this broker; there is no "${path.device}"`
      }
      if (device.village === path.village) return undefined
      return `must name the village of ${device.id}, which is ${device.village}`
    },
    send({ topic, payload }, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<'handed'>()
      if (!hears(topic)) {
        reject(new Error('no device that is connected listens to this topic'))
        return promise
      }
      const stop = () => reject(signal.reason as Error)
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
      const packet = { cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false } as const
      publish(packet, (error) => (error ? reject(error) : resolve('handed')))
      return promise.finally(() => signal.removeEventListener('abort', stop))
    },
  }
}
