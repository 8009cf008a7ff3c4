import { randomUUID } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import type { Element } from '@xmldom/xmldom'
import { allBelow, childAt, parseXml, textAt } from './xml.ts'

/**
 * WS-Discovery (2005/04, as ONVIF Core has it): one probe to each network this machine is in, and
 * whatever answers to that very probe within some seconds. Answers are somebody's word: addresses
 * in them are judged before anything is done with them.
 */
export interface Discovered {
  /** Service addresses, as the device names them. */
  addresses: string[]
  /** Host that the answer came from. */
  from: string
  name: string
  hardware: string
}

export interface DiscoveryOptions {
  waitMs: number
  /** host:port asked beside the multicast group. */
  targets: readonly string[]
  signal: AbortSignal
}

const group = '239.255.255.250'
const port = 3702
const discovery = 'http://schemas.xmlsoap.org/ws/2005/04/discovery'
const addressing = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'
const network = 'http://www.onvif.org/ver10/network/wsdl'
/** UDP loses things; the same probe twice is answered once or twice, which is the same here. */
const repeatMs = 400
const maxFound = 500

export function probeMessage(id: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="${addressing}"><s:Header><a:Action s:mustUnderstand="1">${discovery}/Probe</a:Action><a:MessageID>${id}</a:MessageID><a:ReplyTo><a:Address>${addressing}/role/anonymous</a:Address></a:ReplyTo><a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body><d:Probe xmlns:d="${discovery}"><d:Types xmlns:dn="${network}">dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>`
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '')
}

function unescapeScope(text: string): string {
  try {
    return decodeURIComponent(text).slice(0, 80)
  } catch {
    return text.slice(0, 80)
  }
}

function scope(scopes: readonly string[], kind: string): string {
  const start = `onvif://www.onvif.org/${kind}/`
  const found = scopes.find((one) => one.toLowerCase().startsWith(start))
  return found ? unescapeScope(found.slice(start.length)) : ''
}

function isAddress(text: string): boolean {
  return text.length <= 300 && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

function matchOf(match: Element, from: string): Discovered | undefined {
  const addresses = words(textAt(match, 'XAddrs')).filter(isAddress)
  if (addresses.length === 0) return undefined
  const scopes = words(textAt(match, 'Scopes'))
  return { addresses, from, name: scope(scopes, 'name'), hardware: scope(scopes, 'hardware') }
}

/** Those in one datagram that answer the probe of this id; whatever else it is, none. */
export function readProbeMatches(bytes: Uint8Array, { id, from }: { id: string; from: string }) {
  let envelope: Element
  try {
    envelope = parseXml(bytes)
  } catch {
    return []
  }
  if (textAt(envelope, 'Header', 'RelatesTo') !== id) return []
  const matches = allBelow(childAt(envelope, 'Body'), 'ProbeMatch').slice(0, maxFound)
  return matches.flatMap((match) => matchOf(match, from) ?? [])
}

function interfaces(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return all.filter(({ family }) => family === 'IPv4').map(({ address }) => address)
}

function open(address: string | undefined): Promise<Socket | undefined> {
  const socket = createSocket({ type: 'udp4' })
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close()
      resolve(undefined)
    })
    socket.bind(0, address, () => {
      socket.removeAllListeners('error')
      socket.on('error', () => {})
      resolve(socket)
    })
  })
}

interface Asking {
  socket: Socket
  targets: readonly { host: string; port: number }[]
}

function send({ socket, targets }: Asking, probe: string): void {
  for (const target of targets) {
    try {
      // A network that takes no datagram has no cameras to be found.
      socket.send(probe, target.port, target.host, () => {})
    } catch {
      // The socket was closed meanwhile.
    }
  }
}

function targetOf(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':')
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) }
}

async function openAll(targets: readonly string[]): Promise<Asking[]> {
  const asked: Asking[] = []
  for (const address of interfaces()) {
    const socket = await open(address)
    if (socket) asked.push({ socket, targets: [{ host: group, port }] })
  }
  const socket = targets.length > 0 ? await open(undefined) : undefined
  if (socket) asked.push({ socket, targets: targets.map(targetOf) })
  return asked
}

/** Resolves after the time, or with the signal, with all that answered. */
export async function discoverDevices({
  waitMs,
  targets,
  signal,
}: DiscoveryOptions): Promise<Discovered[]> {
  const asked = await openAll(targets)
  const id = `urn:uuid:${randomUUID()}`
  const probe = probeMessage(id)
  const found = new Map<string, Discovered>()
  for (const { socket } of asked) {
    socket.on('message', (bytes, { address }) => {
      for (const one of readProbeMatches(bytes, { id, from: address })) {
        if (found.size < maxFound) found.set(one.addresses.join(' '), one)
      }
    })
  }
  const sendAll = () => {
    for (const one of asked) send(one, probe)
  }
  sendAll()
  const again = setTimeout(sendAll, Math.min(repeatMs, waitMs / 3))
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, waitMs)
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
  clearTimeout(again)
  await Promise.all(
    asked.map(({ socket }) => new Promise<void>((done) => socket.close(() => done()))),
  )
  return [...found.values()]
}
