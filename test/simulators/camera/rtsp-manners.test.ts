import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RtspManner } from '../../../simulators/camera/rtsp-stream.ts'
import { isKeyPicture, type RtspSetting, startSetting } from './rtsp-setting.ts'

let setting: RtspSetting
beforeEach(async () => {
  setting = await startSetting()
})
afterEach(() => setting.end())

const behave = (manner: RtspManner) => setting.server.setManner('/one', manner)
const good: RtspManner = { kind: 'good' }

async function watched(path = '/one') {
  const client = await setting.connect()
  return { client, ...(await client.watch(setting.uri(path))) }
}

/** The other stream of the same server goes on. */
async function expectOtherFine() {
  const { client } = await watched('/two')
  await client.until(() => client.pictures().length >= 6)
}

describe('bad manners', () => {
  it('refuseAuth: 401 to everybody, until it is over', async () => {
    const client = await setting.connect()
    behave({ kind: 'refuseAuth' })
    const headers = { Authorization: `Basic ${Buffer.from(':').toString('base64')}` }
    expect((await client.request('DESCRIBE', setting.uri('/one'), headers)).status).toBe(401)
    expect((await client.request('DESCRIBE', setting.uri('/two'))).status).toBe(200)
    behave(good)
    expect((await client.request('DESCRIBE', setting.uri('/one'))).status).toBe(200)
  })

  it('notFound: 404 on a path that was there', async () => {
    const client = await setting.connect()
    behave({ kind: 'notFound' })
    expect((await client.request('DESCRIBE', setting.uri('/one'))).status).toBe(404)
    expect((await client.request('DESCRIBE', setting.uri('/two'))).status).toBe(200)
  })

  it('freeze: answers but shows nothing; afterwards a key frame comes first', async () => {
    const { client } = await watched()
    await client.until(() => client.pictures().length >= 2)
    behave({ kind: 'freeze' })
    const alive = await client.request('GET_PARAMETER', setting.uri('/one'))
    expect(alive.status).toBe(200)
    const shown = setting.server.counts('/one').frames
    await expectOtherFine()
    expect(setting.server.counts('/one').frames).toBe(shown)
    await client.until(() => client.pictures().length === shown)
    behave(good)
    await client.until(() => client.pictures().length > shown)
    expect(isKeyPicture(client.pictures()[shown]!)).toBe(true)
    expect(client.isClosed()).toBe(false)
  })

  it('closeMidStream: ends after so many pictures, each time', async () => {
    behave({ kind: 'closeMidStream', afterFrames: 3 })
    for (let time = 0; time < 2; time++) {
      const { client } = await watched()
      await client.closed
      expect(client.pictures().length).toBeLessThanOrEqual(3)
      await client.until(() => setting.server.counts('/one').playing === 0)
    }
    expect(setting.server.counts('/one')).toMatchObject({ plays: 2, frames: 6 })
    behave(good)
    const { client } = await watched()
    await client.until(() => client.pictures().length >= 5)
  })

  it('halfOpen: neither answers nor closes, though the client says goodbye', async () => {
    const client = await setting.connect()
    behave({ kind: 'halfOpen' })
    let isAnswered = false
    void client.request('DESCRIBE', setting.uri('/one')).then(() => {
      isAnswered = true
    })
    client.socket.end()
    await expectOtherFine()
    expect(isAnswered).toBe(false)
    expect(client.isClosed()).toBe(false)
    behave(good)
    await client.closed
    expect(isAnswered).toBe(false)
  })

  it('halfOpen: who watches gets nothing more, and after its next word never again', async () => {
    const { client } = await watched()
    await client.until(() => client.pictures().length >= 1)
    behave({ kind: 'halfOpen' })
    void client.request('GET_PARAMETER', setting.uri('/one'))
    await client.until(() => setting.server.counts('/one').playing === 0)
    expect(client.isClosed()).toBe(false)
    behave(good)
    await client.closed
    await expectOtherFine()
  })

  it('garbage: neither an answer nor a packet', async () => {
    const client = await setting.connect()
    behave({ kind: 'garbage' })
    let bytes = 0
    client.socket.removeAllListeners('data')
    client.socket.on('data', (chunk) => (bytes += chunk.length))
    void client.request('DESCRIBE', setting.uri('/one'))
    await client.until(() => bytes >= 700)
    await expectOtherFine()
  })

  it('garbage: in the middle of the stream', async () => {
    const { client } = await watched()
    await client.until(() => client.pictures().length >= 1)
    let bytes = 0
    client.socket.removeAllListeners('data')
    behave({ kind: 'garbage' })
    client.socket.on('data', (chunk) => (bytes += chunk.length))
    const { frames } = setting.server.counts('/one')
    await client.until(() => bytes > 5000)
    expect(setting.server.counts('/one').frames).toBe(frames)
  })

  it('startLate: PLAY is answered, the key frame comes when it likes', async () => {
    behave({ kind: 'startLate', delayMs: 600_000 })
    const { play } = await watched()
    expect(play.status).toBe(200)
    await expectOtherFine()
    expect(setting.server.counts('/one')).toMatchObject({ playing: 1, frames: 0 })
    behave({ kind: 'startLate', delayMs: 50 })
    const { client } = await watched()
    await client.until(() => client.pictures().length >= 1)
    expect(isKeyPicture(client.pictures()[0]!)).toBe(true)
  })

  it('noSprop: the parameter sets stand in the stream only', async () => {
    behave({ kind: 'noSprop' })
    const { client } = await watched()
    const { body } = await client.request('DESCRIBE', setting.uri('/one'))
    expect(body).toContain('a=fmtp:96 packetization-mode=1; profile-level-id=4D4016\r\n')
    expect(body).not.toContain('sprop')
    await client.until(() => client.pictures().length >= 1)
    expect(isKeyPicture(client.pictures()[0]!)).toBe(true)
  })

  it('are refused for a stream that is not there', () => {
    expect(() => setting.server.setManner('/three', good)).toThrow('/one, /two')
  })
})
