import type { Socket } from 'node:net'
import type { Client } from 'aedes'
import type { Admission } from '../../gateway/ports/device-registry.ts'
import type { TopicAccess } from './access.ts'
import type { SourceContext } from './adapter.ts'
import type { GuardedSocket } from './packet-guard.ts'
import { createPresence, type Leaving } from './presence.ts'
import type { Refuse } from './refusals.ts'

/**
 * Who is connected to the embedded broker, and that nobody stays longer than allowed: whenever the
 * devices change, and now and then because an old secret ends by the clock, each connection is asked
 * whether what let it in still would.
 */
export interface Session {
  device: string
  hasWill: boolean
  guard: GuardedSocket
  access: TopicAccess
  admission: Admission
}

export interface Sessions {
  begin(client: Client, session: Session): void
  of(client: Client): Session | undefined
  /** Open connections of a device. */
  connections(device: string): number
  start(): void
  stop(): void
}

/** Changes that come together are looked at together; a second is promised. */
const lookAfterMs = 100
const lookEveryMs = 30_000

export interface SessionsParts
  extends Pick<SourceContext, 'devices' | 'receiver' | 'clock' | 'meter' | 'log'> {
  refuse: Refuse
}

export function createSessions(parts: SessionsParts): Sessions {
  const { devices, receiver, clock, meter, log, refuse } = parts
  const presence = createPresence(reportPresence)
  const byClient = new WeakMap<Client, Session>()
  const open = new Map<Socket, Session>()
  let isRunning = false
  let soon: NodeJS.Timeout | undefined
  let regular: NodeJS.Timeout | undefined
  let unfollow: (() => void) | undefined

  function reportPresence(device: string, online: boolean): void {
    const village = devices.get(device)?.village
    if (village === undefined || !isRunning || devices.isBlocked(device)) return
    const topic = `lianxun/${village}/${device}/status`
    const payload = Buffer.from(online ? 'online' : 'offline')
    receiver
      .receive({ topic, payload, receivedAt: clock.now() })
      .catch((error: Error) =>
        log.warn(`MQTT: presence of ${device} was not stored: ${error.message}`),
      )
  }

  function look(): void {
    soon = undefined
    for (const [socket, { device, admission }] of open) {
      if (admission.holds()) continue
      refuse(device, 'connected no more: it was blocked or removed, or its secret was dropped')
      socket.destroy()
    }
  }

  return {
    begin(client, session) {
      const { device } = session
      const socket = client.conn as Socket
      byClient.set(client, session)
      open.set(socket, session)
      meter.count('connections')
      presence.arrived(device)
      socket.once('close', () => {
        open.delete(socket)
        presence.left(device, leavingOf(session))
      })
    },
    of: (client) => byClient.get(client),
    connections: (device) => presence.connections(device),
    start() {
      isRunning = true
      unfollow = devices.onChange(() => {
        soon ??= setTimeout(look, lookAfterMs).unref()
      })
      regular = setInterval(look, lookEveryMs).unref()
    },
    stop() {
      isRunning = false
      unfollow?.()
      clearTimeout(soon)
      clearInterval(regular)
      soon = undefined
    },
  }
}

function leavingOf({ guard, hasWill }: Session): Leaving {
  if (guard.saidGoodbye()) return 'goodbye'
  return hasWill ? 'will' : 'lost'
}
