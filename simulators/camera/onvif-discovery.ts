import { randomUUID } from 'node:crypto'
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import type { Element } from '@xmldom/xmldom'
import { namespaces } from './soap-names.ts'
import { childAt, parseXml, textAt } from './soap-read.ts'
import { element, qualified, writeXml, type XmlElement } from './soap-write.ts'

/**
 * WS-Discovery for any number of cameras of one process: answers probes that arrive by multicast or
 * straight at the port, one answer per camera. Where multicast does not work, unicast still does.
 */
export interface DiscoverableCamera {
  uuid: string
  scopes: readonly string[]
  /** Service addresses as the asker is to call them. */
  addresses: readonly string[]
}

export interface DiscoveryResponder {
  /** Resolves with the port it listens at. */
  start(): Promise<number>
  stop(): Promise<void>
  /** Probes heard and answered. */
  counts(): { probes: number; answers: number }
}

export interface DiscoveryOptions {
  cameras: () => readonly DiscoverableCamera[]
  /** Usually 3702; 0 chooses a free one (then only unicast finds it). */
  port?: number
  host?: string
  /** Says Hello when it starts and Bye when it ends. */
  announce?: boolean
}

const group = '239.255.255.250'
const discoveryPort = 3702
const to = 'urn:schemas-xmlsoap-org:ws:2005:04:discovery'
const anonymous = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous'
const types = [
  { prefix: 'dn', local: 'NetworkVideoTransmitter' },
  { prefix: 'tds', local: 'Device' },
] as const

interface Probe {
  id: string
  types: readonly { namespace: string | null; local: string }[]
  scopes: readonly string[]
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '')
}

function parseTypes(found: Element | undefined): Probe['types'] {
  return words(found?.textContent ?? '').map((word) => {
    const [prefix = '', local] = word.split(':')
    return {
      namespace: found?.lookupNamespaceURI(local === undefined ? '' : prefix) ?? null,
      local: local ?? prefix,
    }
  })
}

/** Undefined: something else than a probe. */
export function parseProbe(text: string): Probe | undefined {
  const envelope = parseXml(text)
  const probe = childAt(envelope, 's:Body', 'd:Probe')
  const id = textAt(envelope, 's:Header', 'wsa4:MessageID')
  if (!probe || !id) return undefined
  return {
    id,
    types: parseTypes(childAt(probe, 'd:Types')),
    scopes: words(textAt(probe, 'd:Scopes')),
  }
}

export function fits(probe: Probe, camera: DiscoverableCamera): boolean {
  const isOurs = ({ namespace, local }: Probe['types'][number]) =>
    types.some((type) => type.local === local && namespaces[type.prefix] === namespace)
  const has = (wanted: string) =>
    camera.scopes.some((scope) => scope === wanted || scope.startsWith(`${wanted}/`))
  return probe.types.every(isOurs) && probe.scopes.every((scope) => has(scope.replace(/\/$/, '')))
}

function description(name: string, camera: DiscoverableCamera): XmlElement {
  const [video, device] = types
  return element(
    name,
    element('wsa4:EndpointReference', element('wsa4:Address', camera.uuid)),
    element('d:Types', [
      qualified(video.prefix, video.local),
      ' ',
      qualified(device.prefix, device.local),
    ]),
    element('d:Scopes', camera.scopes.join(' ')),
    element('d:XAddrs', camera.addresses.join(' ')),
    element('d:MetadataVersion', 1),
  )
}

function message(action: string, header: XmlElement[], body: XmlElement): Buffer {
  const envelope = element(
    's:Envelope',
    element(
      's:Header',
      element('wsa4:MessageID', `urn:uuid:${randomUUID()}`),
      header,
      element('wsa4:Action', `${namespaces.d}/${action}`),
    ),
    element('s:Body', body),
  )
  return Buffer.from(writeXml(envelope))
}

function probeMatch(probeId: string, camera: DiscoverableCamera): Buffer {
  return message(
    'ProbeMatches',
    [element('wsa4:RelatesTo', probeId), element('wsa4:To', anonymous)],
    element('d:ProbeMatches', description('d:ProbeMatch', camera)),
  )
}

function announcement(kind: 'Hello' | 'Bye', camera: DiscoverableCamera): Buffer {
  return message(kind, [element('wsa4:To', to)], description(`d:${kind}`, camera))
}

/** On each network this machine is in; one that refuses does not matter. */
function join(socket: Socket) {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  for (const { family, address } of addresses) {
    if (family !== 'IPv4') continue
    try {
      socket.addMembership(group, address)
    } catch {
      // No multicast here.
    }
  }
}

function read(bytes: Buffer): Probe | undefined {
  try {
    return parseProbe(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

export function createDiscoveryResponder(options: DiscoveryOptions): DiscoveryResponder {
  const { cameras, port = discoveryPort, host = '0.0.0.0', announce = false } = options
  const count = { probes: 0, answers: 0 }
  let socket: Socket | undefined

  function reply(bytes: Buffer, { port: askerPort, address }: RemoteInfo) {
    const probe = read(bytes)
    if (!probe) return
    count.probes++
    for (const camera of cameras().filter((one) => fits(probe, one))) {
      count.answers++
      // UDP promises nothing; a datagram that cannot be sent is as good as lost.
      socket?.send(probeMatch(probe.id, camera), askerPort, address, () => {})
    }
  }

  async function tellAll(kind: 'Hello' | 'Bye') {
    if (!announce) return
    const sent = cameras().map(
      (camera) =>
        new Promise<void>((resolve) => {
          if (!socket) return resolve()
          socket.send(announcement(kind, camera), discoveryPort, group, () => resolve())
        }),
    )
    await Promise.all(sent)
  }

  return {
    async start() {
      const opened = createSocket({ type: 'udp4', reuseAddr: true })
      opened.on('message', reply)
      await new Promise<void>((resolve, reject) => {
        opened.once('error', reject)
        opened.bind(port, host, () => {
          opened.off('error', reject)
          resolve()
        })
      })
      opened.on('error', () => {})
      socket = opened
      join(opened)
      await tellAll('Hello')
      return opened.address().port
    },
    async stop() {
      await tellAll('Bye')
      const closing = socket
      socket = undefined
      if (closing) await new Promise<void>((resolve) => closing.close(() => resolve()))
    },
    counts: () => ({ ...count }),
  }
}
