import type { DeviceRegistry } from '../../gateway/ports/device-registry.ts'
import { isOwnFilter, isOwnTopic, parseTopic } from './topics.ts'

/**
 * Who may connect to the embedded broker, and what they may touch then. A device logs in with its
 * id and its secret. Its client id may be anything but another device's id or one that is in use
 * under another device's credentials, so nobody can take over somebody else's connection; an empty
 * one becomes the device id.
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

export interface Refusal {
  returnCode: (typeof returnCodes)[keyof typeof returnCodes]
  why: string
}

/** Client id → device id of every connection that is open. */
export type OpenClients = ReadonlyMap<string, { device: string }>

const noSecret = new Uint8Array()

export function judgeConnect(
  request: ConnectRequest,
  devices: DeviceRegistry,
  open: OpenClients,
): Refusal | undefined {
  const { clientId, username = '', password = noSecret, willTopic, certifiedAs } = request
  if (!devices.verifySecret(username, password)) {
    return { returnCode: returnCodes.badCredentials, why: 'wrong device id or secret' }
  }
  if (certifiedAs !== undefined && certifiedAs !== username) {
    const why = `its certificate is that of ${certifiedAs}`
    return { returnCode: returnCodes.notAuthorized, why }
  }
  if (clientId === '' && !request.clean) {
    const why = 'an empty client id asks for a kept session [MQTT-3.1.3-8]'
    return { returnCode: returnCodes.identifierRejected, why }
  }
  const owner = devices.get(clientId)?.id ?? open.get(clientId)?.device
  if (clientId !== '' && owner !== undefined && owner !== username) {
    return { returnCode: returnCodes.identifierRejected, why: `its client id belongs to ${owner}` }
  }
  if (willTopic !== undefined && !isOwnTopic(username, willTopic)) {
    return { returnCode: returnCodes.notAuthorized, why: 'its will is on a foreign topic' }
  }
  return undefined
}

export interface TopicAccess {
  mayPublish(topic: string): boolean
  mayRetain(topic: string, payload: Uint8Array): boolean
  maySubscribe(filter: string): boolean
}

/** A device uses a handful of topics again and again. */
const maxRemembered = 32
const maxRetainedBytes = 16

export function createTopicAccess(device: string, devices: DeviceRegistry): TopicAccess {
  const own = new Map<string, boolean>()
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
      return place !== undefined && isOwnFilter({ id: device, village: place }, filter)
    },
  }
}
