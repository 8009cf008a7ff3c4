import { lookup as systemLookup } from 'node:dns'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import { generate, type IConnackPacket, type IPubackPacket, type Packet, parser } from 'mqtt-packet'
import { brokerUrlProblem, type OutgoingRules } from '../domain/outgoing-address.ts'
import { inWords, judgingLookup, Refused } from './reach.ts'

/**
 * One message to somebody else's broker, on a connection of its own. MQTT 5 first, because its
 * PUBACK says when nobody listens or the topic is forbidden; a broker that knows 3.1.1 alone says
 * only that it took the message.
 */

interface MqttMessage {
  /** Of the broker; its user and password stand beside it. */
  url: string
  username: string | undefined
  password: string | undefined
  topic: string
  payload: string
}

/** Resolves at the broker's PUBACK; throws an Error whose text may be shown. */
export type MqttPost = (message: MqttMessage) => Promise<void>

export interface MqttPostOptions {
  networks: Omit<OutgoingRules, 'sender'>
  timeoutMs?: number
  /** Ends what is under way. */
  signal: AbortSignal
  lookup?: typeof systemLookup
}

type Version = 4 | 5

const defaultTimeoutMs = 10_000
const keepaliveS = 60
const messageId = 1

/** 3.1.1, 3.2.2.3, and 5, 3.2.2.2. */
const wrongVersion = new Set([1, 132])
const wrongLogin = new Set([4, 5, 134, 135])
const refusals: Record<number, string> = {
  16: 'nobody listens to this topic at the broker',
  135: 'the broker forbids this topic to the user',
  144: 'the broker refuses this topic',
  151: 'the broker takes no more at present',
}

class OlderBroker extends Error {}

function open(url: URL, lookup: ReturnType<typeof judgingLookup>): Socket {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (url.protocol === 'mqtt:') {
    return connectPlain({ host, port: Number(url.port || 1883), lookup })
  }
  const name = isIP(host) === 0 ? { servername: host } : {}
  return connectSecure({ host, port: Number(url.port || 8883), lookup, ...name })
}

function connectPacket({ username, password }: MqttMessage, version: Version): Packet {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: version,
    clean: true,
    clientId: '',
    keepalive: keepaliveS,
    ...(username && { username }),
    ...(username && password && { password: Buffer.from(password) }),
  }
}

function checkLogin({ reasonCode, returnCode }: IConnackPacket): void {
  const code = reasonCode ?? returnCode ?? 0
  if (code === 0) return
  if (wrongVersion.has(code)) throw new OlderBroker()
  const why = wrongLogin.has(code) ? 'the user or password' : `the connection (${code})`
  throw new Refused(`the broker refuses ${why}`)
}

function checkTaken({ reasonCode = 0 }: IPubackPacket): void {
  if (reasonCode === 0) return
  throw new Refused(refusals[reasonCode] ?? `the broker refuses the message (${reasonCode})`)
}

/** Resolves when the message was taken; whatever else comes is an error. */
function talk(socket: Socket, message: MqttMessage, version: Version): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const say = (packet: Packet) => socket.write(generate(packet, { protocolVersion: version }))
  const answers = parser({ protocolVersion: version })

  function hear(packet: Packet): void {
    if (packet.cmd === 'connack') {
      checkLogin(packet)
      const { topic, payload } = message
      say({ cmd: 'publish', topic, payload, qos: 1, messageId, dup: false, retain: false })
    } else if (packet.cmd === 'puback' && packet.messageId === messageId) {
      checkTaken(packet)
      socket.end(generate({ cmd: 'disconnect' }, { protocolVersion: version }))
      resolve()
    }
  }

  answers.on('packet', (packet) => {
    try {
      hear(packet)
    } catch (error) {
      reject(error)
    }
  })
  // An older broker's answer has not the form of a newer one's.
  answers.on('error', () => {
    reject(version === 5 ? new OlderBroker() : new Refused('the broker speaks no MQTT'))
  })
  socket.on('data', (chunk) => answers.parse(chunk))
  socket.on('error', reject)
  socket.on('close', () => {
    // Some close without a word on a version that they do not know.
    reject(version === 5 ? new OlderBroker() : new Refused('the broker closed the connection'))
  })
  say(connectPacket(message, version))
  return promise
}

export function createMqttPost(options: MqttPostOptions): MqttPost {
  const { networks, signal: stopping, timeoutMs = defaultTimeoutMs } = options
  const rules = { ...networks, sender: 'channel' } as const
  const lookup = judgingLookup(rules, options.lookup ?? systemLookup)

  async function attempt(message: MqttMessage, version: Version, signal: AbortSignal) {
    const socket = open(new URL(message.url), lookup)
    const cut = () => socket.destroy(signal.reason as Error)
    signal.addEventListener('abort', cut, { once: true })
    if (signal.aborted) cut()
    try {
      await talk(socket, message, version)
    } catch (error) {
      socket.destroy()
      throw error
    } finally {
      signal.removeEventListener('abort', cut)
      // Taken is taken: nobody waits for the other side to close.
      socket.unref()
    }
  }

  return async (message) => {
    const problem = brokerUrlProblem(message.url, rules)
    if (problem !== undefined) throw new Error(`the address of the broker ${problem}`)
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)])
    try {
      await attempt(message, 5, signal).catch((error: unknown) => {
        if (!(error instanceof OlderBroker)) throw error
        return attempt(message, 4, signal)
      })
    } catch (error) {
      throw inWords(error)
    }
  }
}
