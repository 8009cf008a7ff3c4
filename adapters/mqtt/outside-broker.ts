import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt'
import { generate } from 'mqtt-packet'
import type { MessageSource, SourceContext } from './adapter.ts'
import { createBrokerCommands } from './broker-commands.ts'
import type { OutsideConfig } from './config.ts'
import { commandKind, parseTopic, subscriptionFilter } from './topics.ts'

/**
 * The gateway as one client of somebody else's broker: a persistent session (the broker keeps what
 * comes while the gateway is away), QoS 1, and the PUBACK only after the commit. A message that
 * could not be stored ends the connection: MQTT 3.1.1 brokers send the unacknowledged again only to
 * a new one.
 */
export function createOutsideBroker(config: OutsideConfig, context: SourceContext): MessageSource {
  const { receiver, clock, meter, log } = context
  let client: MqttClient | undefined
  let subscribed = false
  let stopping = false
  let told: string | undefined

  /** An outage is told once, and so is its end. */
  function tell(state: string, text: string): void {
    if (told === state) return
    told = state
    if (state === 'up') log.info(text)
    else log.warn(text)
  }

  function subscribe(current: MqttClient): void {
    current.subscribe(subscriptionFilter, { qos: 1 }, (error, granted) => {
      const isRefused = granted?.some(({ qos }) => qos > 2) === true
      subscribed = !error && !isRefused
      if (subscribed) {
        current.options.reconnectPeriod = config.minReconnectMs
        tell('up', `MQTT: connected to the broker at ${hostOf(config.url)}.`)
      } else if (current.connected) {
        const why = `the broker refuses the subscription ${subscriptionFilter}`
        tell(
          'refused',
          `MQTT: ${why}: allow it to the gateway's user (${error?.message ?? '0x80'}).`,
        )
        current.stream.destroy()
      }
    })
  }

  function connect(): MqttClient {
    const connecting = mqtt.connect(config.url, {
      clientId: config.clientId,
      clean: false,
      protocolVersion: 4,
      keepalive: 15,
      connectTimeout: 10_000,
      reconnectPeriod: config.minReconnectMs,
      reconnectOnConnackError: true,
      resubscribe: false,
    })
    connecting.on('connect', () => {
      meter.count('connections')
      subscribe(connecting)
    })
    connecting.on('close', () => {
      subscribed = false
      if (stopping) return
      tell('down', `MQTT: no connection to the broker at ${hostOf(config.url)}; trying again.`)
      backOff(connecting)
    })
    connecting.on('error', (error) => tell('down', `MQTT: ${explain(error)}; trying again.`))
    takeOverAcknowledgement(connecting)
    return connecting
  }

  /** Doubles up to the bound, with jitter so that gateways do not come back in step. */
  function backOff(current: MqttClient): void {
    const period = current.options.reconnectPeriod ?? config.minReconnectMs
    const next = Math.min(config.maxReconnectMs, period * (1.6 + Math.random() * 0.8))
    current.options.reconnectPeriod = Math.max(config.minReconnectMs, Math.round(next))
  }

  /**
   * mqtt.js handles one message after the other and would wait for the commit of each. It is told
   * that a QoS 1 message is QoS 0 (it then sends no PUBACK of its own and goes on), and the PUBACK
   * is written here, on the connection that brought the message.
   */
  function takeOverAcknowledgement(current: MqttClient): void {
    const messageIds = new WeakMap<IPublishPacket, number>()
    const held: (() => void)[] = []
    let inFlight = 0

    current.on('packetreceive', (packet) => {
      if (packet.cmd !== 'publish' || packet.qos !== 1) return
      messageIds.set(packet, packet.messageId ?? 0)
      packet.qos = 0
    })

    current.handleMessage = (packet, done) => {
      const { stream } = current
      // Not taken in, not acknowledged: the session at the broker keeps it for the next start.
      if (stopping) return
      inFlight += 1
      accept(packet)
        .then(
          () => acknowledge(stream, messageIds.get(packet)),
          (error: Error) => abandon(stream, error),
        )
        .finally(() => {
          inFlight -= 1
          held.shift()?.()
        })
      if (inFlight < config.maxInFlight) done()
      else held.push(done)
    }
  }

  async function accept(packet: IPublishPacket): Promise<unknown> {
    const { topic, retain } = packet
    // The gateway's own words to a device, which its subscription brings back.
    if (parseTopic(topic)?.kind === commandKind) return
    const message = { topic, payload: toBytes(packet.payload), receivedAt: clock.now() }
    return retain && parseTopic(topic)?.kind !== 'status'
      ? receiver.receiveRetained(message)
      : receiver.receive(message)
  }

  function acknowledge(stream: MqttClient['stream'], messageId: number | undefined): void {
    if (messageId === undefined || stream.destroyed || stream !== client?.stream) return
    stream.write(generate({ cmd: 'puback', messageId }))
  }

  function abandon(stream: MqttClient['stream'], error: Error): void {
    tell('store', `MQTT: a message was not stored, so not acknowledged: ${error.message}`)
    stream.destroy()
  }

  async function stop(): Promise<void> {
    stopping = true
    const ending = client
    if (ending === undefined) return
    await receiver.idle()
    await new Promise((resolve) => setImmediate(resolve))
    await endWithin(ending, 2_000)
    client = undefined
    subscribed = false
  }

  return {
    /** An unreachable broker is no failure of the start: `connected` tells, and it goes on trying. */
    start: async () => {
      stopping = false
      client = connect()
    },
    stop,
    commands: createBrokerCommands(() => client),
    connected: () => subscribed && client?.connected === true,
    port: () => undefined,
    // Who may publish how much is the broker's affair.
    throttled: () => new Map(),
    probeTarget: () => ({ url: config.url, options: { clientId: `${config.clientId}-probe` } }),
  }
}

/** Says goodbye; a broker that does not answer in time is left without it. */
async function endWithin(client: MqttClient, timeoutMs: number): Promise<void> {
  const hasToHurry = !client.connected
  const force = setTimeout(() => client.stream.destroy(), timeoutMs)
  await new Promise<void>((resolve) => client.end(hasToHurry, {}, () => resolve()))
  clearTimeout(force)
}

function toBytes(payload: string | Buffer): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload
}

/** Never the user and password of the URL. */
function hostOf(url: string): string {
  return new URL(url).host
}

function explain(error: Error & { code?: unknown }): string {
  if (error.code === 4 || error.code === 5)
    return 'the broker refuses the user or password of LIANXUN_MQTT_URL'
  return `the broker is not reachable (${error.message})`
}
