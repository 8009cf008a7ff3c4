import { Readable } from 'node:stream'
import type { AedesPublishPacket } from 'aedes'

/**
 * The two things aedes lets one replace, cut down to what devices may do here: hear what is
 * published below their own id, now. Nobody else subscribes to the embedded broker, so a message
 * that no device listens to costs one look into a map.
 */
type Listener = (packet: AedesPublishPacket, done: () => void) => void

/** aedes' emitter (`mq`), by exact filters instead of a topic tree. */
export function createForwarder() {
  const listeners = new Map<string, Set<Listener>>()

  function matching(topic: string): Listener[] {
    const parent = topic.slice(0, topic.lastIndexOf('/') + 1)
    return [topic, `${parent}#`, `${parent}+`].flatMap((filter) => [
      ...(listeners.get(filter) ?? []),
    ])
  }

  return {
    /** True when somebody listens to this topic. */
    hears: (topic: string): boolean => listeners.size > 0 && matching(topic).length > 0,

    on(filter: string, listener: Listener, done?: () => void): void {
      // aedes' own topics serve clusters of brokers; there is none.
      if (!filter.startsWith('$SYS/')) {
        const set = listeners.get(filter) ?? new Set()
        listeners.set(filter, set.add(listener))
      }
      if (done) setImmediate(done)
    },

    removeListener(filter: string, listener: Listener, done?: () => void): void {
      const set = listeners.get(filter)
      if (set?.delete(listener) && set.size === 0) listeners.delete(filter)
      if (done) setImmediate(done)
    },

    /** Waits for its listeners, so that a device that does not read slows only itself. */
    emit(packet: AedesPublishPacket, done: () => void): void {
      const targets = listeners.size === 0 ? [] : matching(packet.topic)
      let pending = targets.length
      if (pending === 0) return done()
      const one = () => {
        pending -= 1
        if (pending === 0) done()
      }
      for (const listener of targets) listener(packet, one)
    },

    close(done?: () => void): void {
      listeners.clear()
      if (done) setImmediate(done)
    },
  }
}

interface Owned {
  id: string
}

interface Numbered {
  messageId?: number | undefined
}

/**
 * aedes' persistence without sessions: every session is clean, so there is nothing to keep of one
 * but the QoS 2 packets between PUBREC and PUBREL. Wills live with their connection. Retained
 * messages are the devices' status alone; see the caller for who may retain.
 */
export function createSessionlessStore(maxRetained: number) {
  const retained = new Map<string, AedesPublishPacket>()
  const incoming = new Map<string, Map<number, object>>()

  const heldBy = (client: Owned, packet: Numbered) =>
    incoming.get(client.id)?.get(packet.messageId ?? 0)

  const hasRoom = (topic: string) => retained.has(topic) || retained.size < maxRetained

  return {
    /** False: one more retained message would be over the cap, and is not kept. */
    hasRoom,
    /** True between PUBREC and PUBREL: a resent PUBLISH with this id is the same message. */
    holds: (client: Owned, packet: Numbered): boolean => heldBy(client, packet) !== undefined,

    async setup(): Promise<void> {},
    async destroy(): Promise<void> {},

    async storeRetained(packet: AedesPublishPacket): Promise<void> {
      if (packet.payload.length === 0) retained.delete(packet.topic)
      else if (hasRoom(packet.topic)) {
        retained.set(packet.topic, Object.assign({}, packet))
      }
    },
    createRetainedStreamCombi(filters: readonly string[]): Readable {
      const wanted = [...retained.values()].filter(({ topic }) =>
        filters.some(
          (filter) =>
            filter === topic || (/[#+]$/.test(filter) && topic.startsWith(filter.slice(0, -1))),
        ),
      )
      return Readable.from(wanted)
    },

    async subscriptionsByClient(): Promise<unknown[]> {
      return []
    },
    async subscriptionsByTopic(): Promise<unknown[]> {
      return []
    },
    async addSubscriptions(): Promise<void> {},
    async removeSubscriptions(): Promise<void> {},
    async cleanSubscriptions(): Promise<void> {},

    async outgoingEnqueue(): Promise<void> {},
    async outgoingEnqueueCombi(): Promise<void> {},
    async outgoingUpdate(): Promise<void> {},
    async outgoingClearMessageId(): Promise<void> {},
    outgoingStream: () => Readable.from([]),

    async incomingStorePacket(client: Owned, packet: Numbered): Promise<void> {
      const held = incoming.get(client.id) ?? new Map<number, object>()
      incoming.set(client.id, held.set(packet.messageId ?? 0, {}))
    },
    async incomingGetPacket(client: Owned, packet: Numbered): Promise<object> {
      const held = heldBy(client, packet)
      if (held === undefined) throw new Error('no such packet')
      return held
    },
    async incomingDelPacket(client: Owned, packet: Numbered): Promise<void> {
      incoming.get(client.id)?.delete(packet.messageId ?? 0)
    },
    async cleanIncoming(client: Owned): Promise<void> {
      incoming.delete(client.id)
    },

    async putWill(): Promise<void> {},
    async getWill(): Promise<void> {},
    async delWill(): Promise<void> {},
    streamWill: () => Readable.from([]),
  }
}
