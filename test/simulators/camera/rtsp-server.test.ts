import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { depacketise } from './depacketise.ts'
import {
  isKeyPicture,
  madeUpClip,
  type RtspSetting,
  sourceOf,
  startSetting,
} from './rtsp-setting.ts'

let setting: RtspSetting
afterEach(() => setting.end())

const tcp = 'RTP/AVP/TCP;unicast;interleaved=0-1'

async function watched(path = '/one') {
  const client = await setting.connect()
  return { client, ...(await client.watch(setting.uri(path))) }
}

describe('a stream', () => {
  it('is described with its parameter sets', async () => {
    setting = await startSetting()
    const client = await setting.connect()
    const reply = await client.request('DESCRIBE', setting.uri('/one'), {
      Accept: 'application/sdp',
    })
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-base')).toEqual([`${setting.uri('/one')}/`])
    expect(reply.body).toContain('m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n')
    expect(reply.body).toContain('profile-level-id=4D4016; sprop-parameter-sets=Z01AFgE=,aO8J\r\n')
    expect(reply.body).toContain('a=control:trackID=0\r\n')
  })

  it('begins with the key frame that RTP-Info announced', async () => {
    setting = await startSetting()
    const { client, setup, play } = await watched()
    await client.until(() => client.pictures().length >= 12)
    const pictures = client.pictures()
    const first = pictures[0]![0]!
    const info = play.headers.get('rtp-info')![0]!
    expect(info).toContain(`url=${setting.uri('/one')}/trackID=0;`)
    expect(info).toContain(`seq=${first.sequence};rtptime=${first.timestamp}`)
    const ssrc = first.ssrc.toString(16).padStart(8, '0').toUpperCase()
    expect(setup.headers.get('transport')![0]).toBe(`${tcp};ssrc=${ssrc}`)
    expect(isKeyPicture(pictures[0]!)).toBe(true)
    expect(pictures[0]!.every(({ payloadType }) => payloadType === 96)).toBe(true)
  })

  it('counts its packets and its time without a gap, round the loop too', async () => {
    setting = await startSetting()
    const { client } = await watched()
    await client.until(() => client.pictures().length >= 13)
    const pictures = client.pictures()
    const packets = pictures.flat()
    for (const [i, packet] of packets.slice(1).entries())
      expect(packet.sequence).toBe((packets[i]!.sequence + 1) & 0xffff)
    for (const [i, picture] of pictures.slice(1).entries())
      expect((picture[0]!.timestamp - pictures[i]![0]!.timestamp) >>> 0).toBe(90_000 / 50)
    const { units } = madeUpClip()
    for (const [i, picture] of pictures.entries()) {
      const payloads = picture.map(({ payload }) => payload)
      expect(depacketise('h264', payloads)).toEqual(units[i % units.length]!.nals)
    }
  })

  it('reports what was sent on the second channel', async () => {
    setting = await startSetting()
    const client = await setting.connect()
    const uri = setting.uri('/one')
    const transport = 'RTP/AVP/TCP;unicast;interleaved=6-7'
    await client.watch(uri, { Transport: transport })
    await client.until(() => client.packets.some(({ channel }) => channel === 6))
    const report = client.packets.find(({ channel }) => channel === 7)!.packet
    expect(report[1]).toBe(200)
    expect(report.readUInt32BE(16)).toBe(client.pictures()[0]![0]!.timestamp)
  })

  it('goes to several at once, each from a key frame, until each has left', async () => {
    setting = await startSetting()
    const left = await watched()
    const right = await watched('/one/')
    await left.client.until(() => left.client.pictures().length >= 3)
    await right.client.until(() => right.client.pictures().length >= 3)
    const firsts = [left, right].map(({ client }) => client.pictures()[0]!)
    expect(firsts.every(isKeyPicture)).toBe(true)
    expect(firsts[0]![0]!.ssrc).not.toBe(firsts[1]![0]!.ssrc)
    expect(setting.server.counts('/one')).toMatchObject({ playing: 2, plays: 2 })
    left.client.socket.destroy()
    const session = right.setup.headers.get('session')![0]!.split(';')[0]!
    const gone = await right.client.request('TEARDOWN', setting.uri('/one'), { Session: session })
    expect(gone.status).toBe(200)
    await right.client.until(() => setting.server.counts('/one').playing === 0)
    expect(setting.server.counts('/two').plays).toBe(0)
  })

  it('takes up a new clip at a key frame', async () => {
    let clip = madeUpClip({ mark: 1 })
    setting = await startSetting({ streams: [{ path: '/one', source: sourceOf(() => clip) }] })
    const { client } = await watched()
    const markOf = (picture: { payload: Buffer }[]) => picture.at(-1)!.payload[1]
    await client.until(() => client.pictures().length >= 2)
    clip = madeUpClip({ mark: 2, gops: 3 })
    await client.until(() => client.pictures().some((picture) => markOf(picture) === 2))
    const pictures = client.pictures()
    expect(isKeyPicture(pictures.find((picture) => markOf(picture) === 2)!)).toBe(true)
  })
})

describe('pacing', () => {
  it('sends what is due, no burst after the process stood still, and never too early', async () => {
    let now = 1000
    const clock = { monotonicMs: () => now, nowMs: () => 0 }
    setting = await startSetting({ clock })
    const { client } = await watched()
    const sent = (count: number) => client.until(() => client.pictures().length === count)
    await sent(1)
    now += 100
    await sent(6)
    now += 60_000
    await sent(7)
    now += 20
    await sent(8)
    expect(setting.server.counts('/one').frames).toBe(8)
  })
})

describe('a client that does not read', () => {
  it('loses pictures up to a key frame, and the others nothing', async () => {
    const large = madeUpClip({ fps: 100, pictureBytes: 200_000, gopLength: 4 })
    const streams = [{ path: '/one', source: sourceOf(() => large) }]
    setting = await startSetting({ streams, maxBufferedBytes: 300_000 })
    const slow = await watched()
    await slow.client.until(() => slow.client.pictures().length >= 1)
    slow.client.socket.pause()
    await slow.client.until(() => setting.server.counts('/one').gopsDropped >= 1)
    const { frames } = setting.server.counts('/one')
    slow.client.socket.resume()
    const stepOf = 90_000 / 100
    const jumps = () => {
      const pictures = slow.client.pictures()
      return pictures.filter((picture, i) => {
        const before = pictures[i - 1]?.[0]
        return before && (picture[0]!.timestamp - before.timestamp) >>> 0 !== stepOf
      })
    }
    await slow.client.until(() => jumps().length >= 1)
    expect(jumps().every(isKeyPicture)).toBe(true)
    expect(frames).toBeGreaterThan(1)
  })
})

describe('requests out of order', () => {
  it.each([
    ['an unknown path', 'DESCRIBE', '/three', {}, 404],
    ['no path at all', 'DESCRIBE', '', {}, 404],
    ['UDP only', 'SETUP', '/one', { Transport: 'RTP/AVP;unicast;client_port=5000-5001' }, 461],
    ['no transport', 'SETUP', '/one', {}, 461],
    ['a channel over 255', 'SETUP', '/one', { Transport: 'RTP/AVP/TCP;interleaved=300-301' }, 461],
    ['PLAY before SETUP', 'PLAY', '/one', { Session: '1' }, 454],
    ['a foreign session', 'TEARDOWN', '/one', { Session: '1' }, 454],
    ['an unknown method', 'RECORD', '/one', {}, 501],
    ['a feature nobody has', 'OPTIONS', '/one', { Require: 'magic' }, 551],
    ['a keep-alive without a session', 'GET_PARAMETER', '/one', {}, 200],
    ['TCP as the second offer', 'SETUP', '/one', { Transport: `RTP/AVP;unicast, ${tcp}` }, 200],
    ['TCP without channels', 'SETUP', '/one', { Transport: 'RTP/AVP/TCP;unicast' }, 200],
    ['a query in the address', 'DESCRIBE', '/one?profile=1', {}, 200],
  ])('%s', async (...row) => {
    const [, method, path, headers, status] = row
    setting = await startSetting()
    const client = await setting.connect()
    const reply = await client.request(method, setting.uri(path), headers)
    expect(reply.status).toBe(status)
  })

  it('a second SETUP within a session is refused, the first one lives', async () => {
    setting = await startSetting()
    const { client, setup } = await watched()
    const again = await client.request('SETUP', setting.uri('/one'), { Transport: tcp })
    expect(again.status).toBe(459)
    const session = setup.headers.get('session')![0]!.split(';')[0]!
    const alive = await client.request('GET_PARAMETER', setting.uri('/one'), { Session: session })
    expect(alive.status).toBe(200)
  })

  it.each([
    ['garbage', 'hello there\r\n\r\n', 400],
    ['a head without an end', `OPTIONS * RTSP/1.0\r\nX: ${'a'.repeat(9000)}`, 413],
  ])('%s is answered once and the connection closed', async (_what, bytes, status) => {
    setting = await startSetting()
    const client = await setting.connect()
    let text = ''
    client.socket.on('data', (chunk) => (text += chunk.toString()))
    client.socket.write(bytes)
    await client.closed
    expect(text).toContain(`RTSP/1.0 ${status} `)
    await client.until(() => setting.server.connections() === 0)
  })
})

describe('the end', () => {
  it('comes to a client that says nothing, even while it watches', async () => {
    setting = await startSetting({ sessionTimeoutMs: 1500 })
    const { client, setup } = await watched()
    expect(setup.headers.get('session')![0]).toMatch(/;timeout=2$/)
    await client.closed
    await client.until(() => setting.server.counts('/one').playing === 0)
  })

  it('cuts everybody off, and the port is free again', async () => {
    setting = await startSetting()
    const { client } = await watched()
    const { port } = setting.server
    await setting.server.stop()
    await client.closed
    setting = await startSetting({ port })
    expect(setting.server.port).toBe(port)
  })

  it('refuses connections over the bound', async () => {
    setting = await startSetting({ maxConnections: 1 })
    const first = await setting.connect()
    expect((await first.request('OPTIONS', '*')).status).toBe(200)
    const second = await setting.connect()
    if (!second.isClosed()) await once(second.socket, 'close')
    expect(setting.server.connections()).toBe(1)
  })
})
