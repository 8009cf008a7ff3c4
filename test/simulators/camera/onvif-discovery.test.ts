import { createSocket } from 'node:dgram'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  createDiscoveryResponder,
  type DiscoverableCamera,
  fits,
  parseProbe,
} from '../../../simulators/camera/onvif-discovery.ts'
import { namespaces } from '../../../simulators/camera/soap-names.ts'
import { parseXml } from '../../../simulators/camera/soap-read.ts'
import { textOf } from './soap-client.ts'

const scope = (path: string) => `onvif://www.onvif.org/${path}`
const cameraNamed = (id: string): DiscoverableCamera => ({
  uuid: `urn:uuid:${id}`,
  scopes: [scope('type/ptz'), scope(`name/${id}`)],
  addresses: [`http://127.0.0.1:1/${id}`],
})

function probe(types = 'dn:NetworkVideoTransmitter', scopes = ''): string {
  const { s, wsa4, d, dn, tds } = namespaces
  return (
    `<s:Envelope xmlns:s="${s}" xmlns:a="${wsa4}"><s:Header><a:MessageID>urn:uuid:77</a:MessageID></s:Header>` +
    `<s:Body><p:Probe xmlns:p="${d}"><p:Types xmlns:dn="${dn}" xmlns:tds="${tds}" xmlns:o="urn:other">${types}</p:Types>` +
    `<p:Scopes>${scopes}</p:Scopes></p:Probe></s:Body></s:Envelope>`
  )
}

function read(types?: string, scopes?: string) {
  const found = parseProbe(probe(types, scopes))
  if (!found) throw new Error('a probe was expected')
  return found
}

describe('which cameras a probe means', () => {
  it.each([
    ['dn:NetworkVideoTransmitter', '', true],
    ['tds:Device', '', true],
    ['dn:NetworkVideoTransmitter tds:Device', '', true],
    ['', '', true],
    ['o:NetworkVideoTransmitter', '', false],
    ['dn:Printer', '', false],
    ['', scope('name/a'), true],
    ['', scope('name'), true],
    ['', scope('name/'), true],
    ['', scope('nam'), false],
    ['', `${scope('name/a')} ${scope('type/ptz')}`, true],
    ['', `${scope('name/a')} ${scope('name/b')}`, false],
  ])('types "%s", scopes "%s"', (types, scopes, expected) => {
    expect(fits(read(types, scopes), cameraNamed('a'))).toBe(expected)
  })

  it('takes a Hello for something else', () => {
    const hello = probe().replaceAll('Probe', 'Hello')
    expect(parseProbe(hello)).toBeUndefined()
  })
})

/** Sends to the responder itself, for a machine need not have multicast. */
async function asker(port: number) {
  const socket = createSocket('udp4')
  const heard: string[] = []
  let wake = () => {}
  socket.on('message', (bytes) => {
    heard.push(bytes.toString('utf8'))
    wake()
  })
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => void socket.close())
  return {
    send: (text: string) => socket.send(text, port, '127.0.0.1'),
    answers: async (count: number) => {
      while (heard.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return heard
    },
  }
}

async function responder(cameras: DiscoverableCamera[]) {
  const started = createDiscoveryResponder({ cameras: () => cameras, port: 0, host: '127.0.0.1' })
  const port = await started.start()
  onTestFinished(() => started.stop())
  return { started, port }
}

describe('answers', () => {
  it('one for each camera, to the one who asked', async () => {
    const { port } = await responder([cameraNamed('a'), cameraNamed('b')])
    const { send, answers } = await asker(port)
    send(probe())
    const heard = (await answers(2)).map((text) => parseXml(text))
    expect(new Set(heard.map((one) => textOf(one, 'd:XAddrs')))).toEqual(
      new Set(['http://127.0.0.1:1/a', 'http://127.0.0.1:1/b']),
    )
    expect(heard.map((one) => textOf(one, 'wsa4:RelatesTo'))).toEqual([
      'urn:uuid:77',
      'urn:uuid:77',
    ])
    expect(textOf(heard[0]!, 'd:Types')).toBe('dn:NetworkVideoTransmitter tds:Device')
    expect(heard[0]?.lookupNamespaceURI('dn')).toBe(namespaces.dn)
  })

  it('goes on after nonsense', async () => {
    const { port, started } = await responder([cameraNamed('a')])
    const { send, answers } = await asker(port)
    for (const text of ['', 'hello', '<a/>', probe().slice(0, 200), probe('dn:Printer'), probe()]) {
      send(text)
    }
    expect(await answers(1)).toHaveLength(1)
    expect(started.counts().answers).toBe(1)
  })
})
