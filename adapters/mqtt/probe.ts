import { randomUUID } from 'node:crypto'
import { connect, type IClientOptions } from 'mqtt'
import type { Ingest } from '../../gateway/ports/adapter.ts'

/**
 * The adapter's message to itself: over the wire like any device's, through the broker, to a commit
 * on the disk. No device can have this id, and what comes on the topic counts only when this process
 * sent it.
 */
export const probeId = '$probe'
export const probeTopic = `lianxun/-/${probeId}/probe`

export interface ProbeTarget {
  url: string
  options: IClientOptions
}

export interface ProbeLine {
  /** Resolves when the message came and was committed; rejects when `signal` says that it is late. */
  send(target: ProbeTarget, signal: AbortSignal): Promise<void>
  /** What came on the topic. */
  take(payload: Uint8Array): Promise<void>
}

export function createProbeLine(ingest: Pick<Ingest, 'probe'>): ProbeLine {
  let awaited: { text: string; arrived: () => void } | undefined

  return {
    async send({ url, options }, signal) {
      const text = randomUUID()
      const { promise, resolve } = Promise.withResolvers<void>()
      awaited = { text, arrived: resolve }
      const client = connect(url, {
        ...options,
        protocolVersion: 4,
        clean: true,
        reconnectPeriod: 0,
      })
      const failed = new Promise<never>((_resolve, reject) => {
        client.on('error', reject)
        client.on('close', () => reject(new Error('the connection was closed')))
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
        signal.throwIfAborted()
      })
      try {
        // While it is not connected the client keeps the message.
        const acknowledged = client.publishAsync(probeTopic, text, { qos: 1 })
        await Promise.race([Promise.all([acknowledged, promise]), failed])
      } finally {
        awaited = undefined
        failed.catch(() => undefined)
        client.end(true)
      }
    },
    async take(payload) {
      const mine = awaited
      if (mine === undefined || Buffer.from(payload).toString() !== mine.text) return
      await ingest.probe()
      mine.arrived()
    },
  }
}
