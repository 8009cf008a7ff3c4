import type { MqttClient } from 'mqtt'
import type { CommandLine } from '../../gateway/ports/commands.ts'
import { commandKind, parseTopic } from './topics.ts'

/**
 * Words to devices through somebody else's broker, on the gateway's own connection. The receipt is
 * the broker's PUBACK: it took the message over. MQTT 3.1.1 has no other answer, so a broker that
 * forbids the topic, or has nobody to give it to, says the same.
 */
export function createBrokerCommands(current: () => MqttClient | undefined): CommandLine {
  return {
    problem(topic) {
      const path = parseTopic(topic)
      if (path === undefined || path.kind === commandKind) return undefined
      return `must not be one on which devices report; end it with /${commandKind}`
    },
    send({ topic, payload }, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<'puback'>()
      const client = current()
      if (!client?.connected) {
        // Kept by the client it would go out later, and once more when it is tried again.
        reject(new Error('there is no connection to the broker'))
        return promise
      }
      const stop = () => {
        if (id !== undefined) client.removeOutgoingMessage(id)
        reject(signal.reason as Error)
      }
      signal.addEventListener('abort', stop, { once: true })
      client.publish(topic, payload, { qos: 1 }, (error) =>
        error ? reject(new Error('the broker did not take the message')) : resolve('puback'),
      )
      const id: number | undefined = client.getLastMessageId()
      if (signal.aborted) stop()
      return promise.finally(() => signal.removeEventListener('abort', stop))
    },
  }
}
