import type { Admission, DeviceRegistry } from '../../gateway/ports/device-registry.ts'
import { ownerOf } from './client-id.ts'
import { isOwnFilter, isOwnTopic, parseTopic } from './topics.ts'

/**
 * Who may connect to the embedded broker, and what they may touch then. A device logs in with its
 * id and its secret, under a client id of its own (see client-id.ts), so nobody can take over
 * somebody else's connection; an empty one is allowed and gets one that nobody else has.
 */
export interface ConnectRequest {
  clientId: string
  username: string | undefined
  password: Uint8Array | undefined
  clean: boolean
  willTopic: string | undefined
  /** Common name of the client's certificate; undefined: it showed none. */
  certifiedAs?: string | undefined
}

/** CONNACK return codes, MQTT 3.1.1 table 3.1. */
const returnCodes = { identifierRejected: 2, badCredentials: 4, notAuthorized: 5 } as const

interface Refusal {
  returnCode: (typeof returnCodes)[keyof typeof returnCodes]
  why: string
}

type Verdict = { refusal: Refusal } | { admission: Admission }

const noSecret = new Uint8Array()

export function judgeConnect(request: ConnectRequest, devices: DeviceRegistry): Verdict {
  const { clientId, username = '', password = noSecret, willTopic, certifiedAs } = request
  const admission = devices.admit(username, password)
  if (admission === undefined) {
    const why = devices.isBlocked(username) ? 'it is blocked' : 'wrong device id or secret'
    return { refusal: { returnCode: returnCodes.badCredentials, why } }
  }
  if (certifiedAs !== undefined && certifiedAs !== username) {
    const why = `its certificate is that of ${certifiedAs}`
    return { refusal: { returnCode: returnCodes.notAuthorized, why } }
  }
  if (clientId === '' && !request.clean) {
    const why = 'an empty client id asks for a kept session [MQTT-3.1.3-8]'
    return { refusal: { returnCode: returnCodes.identifierRejected, why } }
  }
  if (clientId !== '' && !isOwnClientId(username, clientId, devices)) {
    const why = `its client id is not ${username}, nor does it begin with ${username}-`
    return { refusal: { returnCode: returnCodes.identifierRejected, why } }
  }
  if (willTopic !== undefined && !isOwnTopic(username, willTopic)) {
    const why = 'its will is on a foreign topic'
    return { refusal: { returnCode: returnCodes.notAuthorized, why } }
  }
  return { admission }
}

function isOwnClientId(device: string, clientId: string, devices: DeviceRegistry): boolean {
  return ownerOf(clientId, (id) => devices.get(id) !== undefined) === device
}

export interface TopicAccess {
  mayPublish(topic: string): boolean
  mayRetain(topic: string, payload: Uint8Array): boolean
  maySubscribe(filter: string): boolean
}

/** A device uses a handful of topics again and again. */
const maxRemembered = 32
const maxRetainedBytes = 16

export function createTopicAccess(
  device: string,
  devices: DeviceRegistry,
  maxSubscriptions: number,
): TopicAccess {
  const own = new Map<string, boolean>()
  const subscribed = new Set<string>()
  const village = () => devices.get(device)?.village

  return {
    mayPublish(topic) {
      const known = own.get(topic)
      if (known !== undefined) return known
      if (own.size >= maxRemembered) own.clear()
      const allowed = isOwnTopic(device, topic)
      own.set(topic, allowed)
      return allowed
    },
    mayRetain(topic, payload) {
      const path = parseTopic(topic)
      const isStatus = path?.kind === 'status' && path.village === village()
      return isStatus && payload.length <= maxRetainedBytes
    },
    maySubscribe(filter) {
      const place = village()
      if (place === undefined || !isOwnFilter({ id: device, village: place }, filter)) return false
      if (!subscribed.has(filter) && subscribed.size >= maxSubscriptions) return false
      subscribed.add(filter)
      return true
    },
  }
}
