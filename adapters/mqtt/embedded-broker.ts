import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import {
  Aedes,
  type Client,
  type ConnectPacket,
  type PublishPacket,
  type Subscription,
} from 'aedes'
import type { RawMessage } from '../../gateway/ports/adapter.ts'
import type { SecureListener } from '../../gateway/ports/tls.ts'
import { createTopicAccess, judgeConnect } from './access.ts'
import type { MessageSource, SourceContext } from './adapter.ts'
import type { EmbeddedConfig } from './config.ts'
import { createDeviceCommands } from './device-commands.ts'
import { createFastLane, createTurn } from './fast-lane.ts'
import { closeServer, listen, listenSecurely, portOf, reachable } from './listeners.ts'
import { connectionsWithin, openFilesLimit } from './open-files.ts'
import { createForwarder, createSessionlessStore } from './own-topics.ts'
import { type GuardedSocket, guardSocket } from './packet-guard.ts'
import { probeId, probeTopic } from './probe.ts'
import { brokeProtocol, createRefuse, refusalError } from './refusals.ts'
import { createSessions, type Session } from './sessions.ts'
import { createThrottles } from './throttles.ts'
import type { BucketSize } from './token-bucket.ts'

/**
 * The gateway as the broker of its devices. aedes sends the PUBACK (PUBREC) after
 * `authorizePublish` called back and before its `published` hook, so the commit happens in the
 * former: no acknowledgement leaves before the message is on the disk, and none at all when it
 * could not be stored (the connection is closed instead, and the device sends again).
 */
type Done = (error?: Error | null) => void

/** Acknowledgements that a client leaves unread: a quarter of a million of them. */
const maxUnreadBytes = 1_048_576

export function createEmbeddedBroker(
  config: EmbeddedConfig,
  context: SourceContext,
): MessageSource {
  const { receiver, devices, clock, log, tls } = context
  const refuse = createRefuse(context)
  const sessions = createSessions({ ...context, refuse })
  const throttles = config.deviceRate > 0 ? createThrottles(bucketSize(config), context) : undefined
  const forwarder = createForwarder()
  const store = createSessionlessStore(config.maxRetained)
  const guards = new WeakMap<Socket, GuardedSocket>()
  /** Device id that a TLS client's certificate names. */
  const certified = new WeakMap<Socket, string>()
  const requests = new WeakMap<Client, ConnectPacket>()
  const probeSecret = randomBytes(24)
  const probes = new WeakSet<Client>()
  const soon = createTurn()
  const sockets = new Set<Socket>()
  let server: Server | undefined
  let secure: SecureListener | undefined
  let broker: Aedes | undefined
  let stopping = false

  function preConnect(client: Client, packet: ConnectPacket, done: (e: null, ok: boolean) => void) {
    requests.set(client, { ...packet })
    // Nobody else can have this one; no session outlives its connection.
    if (packet.clientId === '') packet.clientId = `${packet.username ?? ''}:${randomUUID()}`
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
      return done(refusalError('no user name'), false)
    }
    if (username === probeId && isProbe(password)) {
      probes.add(client)
      return done(null, true)
    }
    const { clientId, clean = true, will } = packet
    const certifiedAs = certified.get(client.conn as Socket)
    const request = { clientId, username, password, clean, willTopic: will?.topic, certifiedAs }
    const verdict = judgeConnect(request, devices)
    if ('refusal' in verdict) {
      refuse(username, verdict.refusal.why)
      return done(refusalError(verdict.refusal.why, verdict.refusal.returnCode), false)
    }
    const { admission } = verdict
    const access = createTopicAccess(username, devices, config.maxSubscriptions)
    const hasWill = will !== undefined
    sessions.begin(client, { device: username, hasWill, guard, access, admission })
    slowDown(client, username, guard)
    done(null, true)
  }

  /** Random per start and known to this process alone. */
  function isProbe(password: Uint8Array | undefined): boolean {
    return password?.length === probeSecret.length && timingSafeEqual(password, probeSecret)
  }

  function slowDown(client: Client, device: string, guard: GuardedSocket): void {
    if (throttles === undefined) return
    const socket = client.conn as Socket
    const gate = throttles.gate(device, () => {
      // What it sent waits at our door: it is not silent.
      refreshKeepalive(client)
      guard.resume()
    })
    guard.slowDown(gate)
    socket.once('close', () => gate.close())
  }

  /** Once the CONNACK is out; MQTT 5 packets carry properties and stay with aedes. */
  function openFastLane(client: Client): void {
    const session = sessions.of(client)
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
      soon,
      drained: () => guard.resume(),
    })
    guard.divert(lane)
  }

  function authorizePublish(client: Client | null, packet: PublishPacket, done: Done): void {
    const payload = packet.payload as Buffer
    const { topic } = packet
    const message = { topic, payload, receivedAt: clock.now() }
    if (client !== null && probes.has(client)) {
      if (topic !== probeTopic || stopping) return done(refusalError('not a probe'))
      receiver.receive(message).then(() => done(null), done)
      return
    }
    const session = client === null ? undefined : sessions.of(client)
    if (client === null || session === undefined || stopping) return done(refusalError('not open'))
    if (!session.access.mayPublish(topic)) {
      refuse(session.device, 'it published to a topic that is not its own')
      return done(refusalError('not its own topic'))
    }
    if (client.closed && !mayLeaveWill(session)) return done(refusalError('no will'))
    if (packet.qos === 2 && store.holds(client, packet)) return done(null)
    if (packet.retain && !mayRetain(session, message)) packet.retain = false
    receiver.receive(message).then(
      () => done(null),
      (error: Error) => {
        refuse(session.device, `not stored, so not acknowledged: ${error.message}`)
        done(error)
      },
    )
  }

  /**
   * After the end only the will comes. A device that is here again through another door is not gone,
   * and one that was put out has nothing to say.
   */
  function mayLeaveWill({ device }: Session): boolean {
    if (sessions.connections(device) > 1 || devices.isBlocked(device)) return false
    return devices.get(device) !== undefined
  }

  function mayRetain({ access, device }: Session, { topic, payload }: RawMessage): boolean {
    if (!access.mayRetain(topic, payload)) return false
    if (store.hasRoom(topic)) return true
    refuse(device, `its status was not retained: ${config.maxRetained} are kept already`)
    return false
  }

  function authorizeSubscribe(
    client: Client,
    subscription: Subscription,
    done: (error: null, granted: Subscription | null) => void,
  ): void {
    const session = sessions.of(client)
    if (session?.access.maySubscribe(subscription.topic) === true) return done(null, subscription)
    refuse(session?.device ?? '', 'it subscribed to a topic that is not its own, or too often')
    done(null, null)
  }

  function countAbuse(client: Client, error: Error): void {
    const socket = client.conn as Socket
    // What the guard stopped is counted when its socket closes.
    if (!brokeProtocol(error) || guards.get(socket)?.reason() !== undefined) return
    const who = sessions.of(client)?.device ?? socket.remoteAddress ?? 'a connection'
    refuse(who, `it broke the protocol: ${error.message}`)
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
    sessions.start()
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
    broker.on('clientError', countAbuse)
    broker.on('connectionError', countAbuse)
    // Unheard, it would end the process.
    broker.on('error' as 'closed', (error?: Error) => log.warn(`MQTT: ${error?.message}`))
    server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 },
      (socket) => welcome(socket),
    )
    const { connections, warning } = connectionsWithin(config.maxConnections, openFilesLimit())
    if (warning !== undefined) log.warn(warning)
    server.maxConnections = connections
    server.on('drop', () => refuse('a connection', `${connections} are open already`))
    try {
      await listen(server, config)
      secure = await listenSecurely(config, tls, { welcome, refused: refuse })
    } catch (error) {
      // The supervisor starts again: nothing of this try may stay behind.
      await stop()
      throw error
    }
  }

  /** New messages are refused at once; those under way are committed and acknowledged. */
  async function stop(): Promise<void> {
    stopping = true
    sessions.stop()
    const closed = Promise.all([server && closeServer(server), secure?.stop()])
    await receiver.idle()
    await new Promise((resolve) => setImmediate(resolve))
    const ending = broker
    if (ending !== undefined) await new Promise<void>((resolve) => ending.close(resolve))
    for (const socket of sockets) socket.destroy()
    secure?.cut()
    await closed
    throttles?.stop()
    server = undefined
    secure = undefined
    broker = undefined
  }

  const commands = createDeviceCommands({
    devices,
    hears: forwarder.hears,
    publish: (packet, done) => {
      if (broker === undefined || stopping) return done(new Error('the broker is stopped'))
      broker.publish(packet, done)
    },
  })

  return {
    start,
    stop,
    commands,
    connected: () => server?.listening === true,
    port: () => portOf(server),
    securePort: () => secure?.port(),
    throttled: () => throttles?.held() ?? new Map(),
    probeTarget: () => ({
      url: `mqtt://${reachable(config.host)}:${portOf(server) ?? config.port}`,
      options: { clientId: probeId, username: probeId, password: probeSecret },
    }),
  }
}

/** aedes counts a device as gone after one and a half keep-alives without a packet that it saw. */
function refreshKeepalive(client: Client): void {
  const { _keepaliveTimer: timer } = client as Client & { _keepaliveTimer?: NodeJS.Timeout | null }
  timer?.refresh()
}

function bucketSize({ deviceRate, deviceBurst }: EmbeddedConfig): BucketSize {
  return { ratePerS: deviceRate, burst: deviceBurst ?? Math.max(1, deviceRate * 10) }
}
