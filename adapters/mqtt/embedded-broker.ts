import { createServer, type Server, type Socket } from 'node:net'
import {
  Aedes,
  type Client,
  type ConnectPacket,
  type PublishPacket,
  type Subscription,
} from 'aedes'
import { UnavailableError } from '../../gateway/domain/errors.ts'
import type { SecureListener } from '../../gateway/ports/tls.ts'
import { createTopicAccess, judgeConnect, type Refusal, type TopicAccess } from './access.ts'
import type { MessageSource, SourceContext } from './adapter.ts'
import type { EmbeddedConfig } from './config.ts'
import { createFastLane } from './fast-lane.ts'
import { createForwarder, createSessionlessStore } from './own-topics.ts'
import { type GuardedSocket, guardSocket } from './packet-guard.ts'
import { createPresence, type Leaving } from './presence.ts'
import { createRefuse } from './refusals.ts'

/**
 * The gateway as the broker of its devices. aedes sends the PUBACK (PUBREC) after
 * `authorizePublish` called back and before its `published` hook, so the commit happens in the
 * former: no acknowledgement leaves before the message is on the disk, and none at all when it
 * could not be stored (the connection is closed instead, and the device sends again).
 */
interface Session {
  device: string
  hasWill: boolean
  guard: GuardedSocket
  access: TopicAccess
}

type Done = (error?: Error | null) => void

/** Acknowledgements that a client leaves unread: a quarter of a million of them. */
const maxUnreadBytes = 1_048_576

export function createEmbeddedBroker(
  config: EmbeddedConfig,
  context: SourceContext,
): MessageSource {
  const { receiver, devices, clock, meter, log, tls } = context
  const refuse = createRefuse(context)
  const presence = createPresence(reportPresence)
  const forwarder = createForwarder()
  const store = createSessionlessStore(config.maxConnections)
  const guards = new WeakMap<Socket, GuardedSocket>()
  /** Device id that a TLS client's certificate names. */
  const certified = new WeakMap<Socket, string>()
  const requests = new WeakMap<Client, ConnectPacket>()
  const sessions = new WeakMap<Client, Session>()
  /** By client id; see `judgeConnect`. */
  const open = new Map<string, Session>()
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let secure: SecureListener | undefined
  let broker: Aedes | undefined
  let stopping = false

  function reportPresence(device: string, online: boolean): void {
    const village = devices.get(device)?.village
    if (village === undefined || stopping) return
    const topic = `lianxun/${village}/${device}/status`
    const payload = Buffer.from(online ? 'online' : 'offline')
    receiver
      .receive({ topic, payload, receivedAt: clock.now() })
      .catch((error: Error) =>
        log.warn(`MQTT: presence of ${device} was not stored: ${error.message}`),
      )
  }

  function preConnect(client: Client, packet: ConnectPacket, done: (e: null, ok: boolean) => void) {
    requests.set(client, { ...packet })
    // The device id stands in for an empty client id; no session outlives its connection.
    if (packet.clientId === '') packet.clientId = packet.username ?? ''
    packet.clean = true
    done(null, true)
  }

  function authenticate(
    client: Client,
    username: string | undefined,
    password: Uint8Array | undefined,
    done: (error: (Error & { returnCode: number }) | null, ok: boolean | null) => void,
  ): void {
    const packet = requests.get(client)
    const guard = guards.get(client.conn as Socket)
    if (packet === undefined || guard === undefined || username === undefined || stopping) {
      return done(refusalError({ returnCode: 5, why: 'no user name' }), false)
    }
    const { clientId, clean = true, will } = packet
    const certifiedAs = certified.get(client.conn as Socket)
    const request = { clientId, username, password, clean, willTopic: will?.topic, certifiedAs }
    const refusal = judgeConnect(request, devices, open)
    if (refusal !== undefined) {
      refuse(username, refusal.why)
      return done(refusalError(refusal), false)
    }
    const hasWill = will !== undefined
    const access = createTopicAccess(username, devices)
    beginSession(client, { device: username, hasWill, guard, access })
    done(null, true)
  }

  function beginSession(client: Client, session: Session): void {
    sessions.set(client, session)
    open.set(client.id, session)
    meter.count('connections')
    presence.arrived(session.device)
    const socket = client.conn as Socket
    socket.once('close', () => {
      if (open.get(client.id) === session) open.delete(client.id)
      presence.left(session.device, leavingOf(session))
    })
  }

  /** Once the CONNACK is out; MQTT 5 packets carry properties and stay with aedes. */
  function openFastLane(client: Client): void {
    const session = sessions.get(client)
    if (session === undefined || client.version === 5) return
    const socket = client.conn as Socket
    const { device, guard, access } = session
    const lane = createFastLane({
      maxInFlight: config.maxInFlight,
      mayTake: (topic) => !stopping && access.mayPublish(topic) && !forwarder.hears(topic),
      receive: (topic, payload) => receiver.receive({ topic, payload, receivedAt: clock.now() }),
      write(acknowledgements) {
        if (socket.writableLength > maxUnreadBytes) socket.destroy()
        else if (socket.writable) socket.write(acknowledgements, 'latin1')
      },
      failed(error) {
        refuse(device, `not stored, so not acknowledged: ${error.message}`)
        socket.destroy()
      },
      heard: () => refreshKeepalive(client),
      drained: () => socket.emit('readable'),
    })
    guard.divert(lane)
  }

  function authorizePublish(client: Client | null, packet: PublishPacket, done: Done): void {
    const session = client === null ? undefined : sessions.get(client)
    if (client === null || session === undefined || stopping) return done(new Error('not open'))
    const payload = packet.payload as Buffer
    const { topic } = packet
    if (!session.access.mayPublish(topic)) {
      refuse(session.device, 'it published to a topic that is not its own')
      return done(new Error('not its own topic'))
    }
    // After the end only the will comes; a device that is here again through another door is not gone.
    if (client.closed && presence.connections(session.device) > 1)
      return done(new Error('here again'))
    if (packet.qos === 2 && store.holds(client, packet)) return done(null)
    if (packet.retain && !session.access.mayRetain(topic, payload)) packet.retain = false
    receiver.receive({ topic, payload, receivedAt: clock.now() }).then(
      () => done(null),
      (error: Error) => {
        refuse(session.device, `not stored, so not acknowledged: ${error.message}`)
        done(error)
      },
    )
  }

  function authorizeSubscribe(
    client: Client,
    subscription: Subscription,
    done: (error: null, granted: Subscription | null) => void,
  ): void {
    const session = sessions.get(client)
    if (session?.access.maySubscribe(subscription.topic) === true) return done(null, subscription)
    refuse(session?.device ?? '', 'it subscribed to a topic that is not its own')
    done(null, null)
  }

  function welcome(socket: Socket, certifiedAs?: string): void {
    if (broker === undefined) {
      socket.destroy()
      return
    }
    const guard = guardSocket(socket, config)
    guards.set(socket, guard)
    if (certifiedAs !== undefined) certified.set(socket, certifiedAs)
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      const reason = guard.reason()
      if (reason !== undefined) refuse(socket.remoteAddress ?? 'a connection', reason)
    })
    broker.handle(socket)
  }

  async function start(): Promise<void> {
    stopping = false
    broker = await Aedes.createBroker({
      concurrency: 0,
      drainTimeout: config.drainTimeoutMs,
      connectTimeout: config.connectTimeoutMs,
      maxClientsIdLength: 256,
      mq: forwarder,
      persistence: store,
      preConnect,
      authenticate,
      authorizePublish,
      authorizeSubscribe,
    })
    broker.on('clientReady', openFastLane)
    // Unheard, it would end the process.
    broker.on('error' as 'closed', (error?: Error) => log.warn(`MQTT: ${error?.message}`))
    server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 },
      (socket) => welcome(socket),
    )
    server.maxConnections = config.maxConnections
    try {
      await listen(server, config)
      secure = await listenSecurely(config, tls, welcome)
    } catch (error) {
      // The supervisor starts again: nothing of this try may stay behind.
      await stop()
      throw error
    }
  }

  /** New messages are refused at once; those under way are committed and acknowledged. */
  async function stop(): Promise<void> {
    stopping = true
    const closed = Promise.all([server && closeServer(server), secure?.stop()])
    await receiver.idle()
    await new Promise((resolve) => setImmediate(resolve))
    const ending = broker
    if (ending !== undefined) await new Promise<void>((resolve) => ending.close(resolve))
    for (const socket of sockets) socket.destroy()
    secure?.cut()
    await closed
    server = undefined
    secure = undefined
    broker = undefined
  }

  return {
    start,
    stop,
    connected: () => server?.listening === true,
    port: () => {
      const address = server?.address()
      return typeof address === 'object' && address !== null ? address.port : undefined
    },
    securePort: () => secure?.port(),
  }
}

/** aedes counts a device as gone after one and a half keep-alives without a packet that it saw. */
function refreshKeepalive(client: Client): void {
  const { _keepaliveTimer: timer } = client as Client & { _keepaliveTimer?: NodeJS.Timeout | null }
  timer?.refresh()
}

function refusalError(refusal: Refusal): Error & { returnCode: number } {
  return Object.assign(new Error(refusal.why), { returnCode: refusal.returnCode })
}

function leavingOf({ guard, hasWill }: Session): Leaving {
  if (guard.saidGoodbye()) return 'goodbye'
  return hasWill ? 'will' : 'lost'
}

function listen(server: Server, { host, port }: EmbeddedConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const advice = 'is another program on this port? Change LIANXUN_MQTT_PORT or stop it'
      reject(
        new UnavailableError(`MQTT cannot listen on ${host}:${port}: ${error.message}; ${advice}.`),
      )
    })
    // After an outage all devices come at once; the system cuts this to its own bound.
    server.listen({ port, host, backlog: 4_096 }, resolve)
  })
}

async function listenSecurely(
  { host, securePort: port, maxConnections }: EmbeddedConfig,
  tls: SourceContext['tls'],
  welcome: (socket: Socket, certifiedAs?: string) => void,
): Promise<SecureListener | undefined> {
  try {
    const options = { host, port, maxConnections, asksForCertificate: true }
    return await tls?.listen(options, welcome)
  } catch (error) {
    const advice = 'is another program on this port? Change LIANXUN_MQTTS_PORT or stop it'
    const said = (error as Error).message
    throw new UnavailableError(`MQTTS cannot listen on ${host}:${port}: ${said}; ${advice}.`)
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
