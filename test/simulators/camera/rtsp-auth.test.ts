import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import {
  challenges,
  isAuthorized,
  parseDigest,
  type RtspAuth,
} from '../../../simulators/camera/rtsp-auth.ts'
import type { RtspClient } from './rtsp-client.ts'
import { type RtspSetting, startSetting } from './rtsp-setting.ts'

const auth: RtspAuth = { username: 'admin', password: 'pass:word 1' }
const asked = { method: 'DESCRIBE', nonce: 'n0nce' }

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

interface Answer {
  uri?: string
  method?: string
  nonce?: string
  username?: string
  password?: string
  qop?: string
}

/** As RFC 2617 §3.2.2 has it, with the realm of the challenge. */
function digest(answer: Answer = {}): string {
  const { uri = 'rtsp://h/one', method = 'DESCRIBE', nonce = 'n0nce', qop } = answer
  const { username = auth.username, password = auth.password } = answer
  const secret = md5(`${username}:IP Camera:${password}`)
  const middle = qop ? `00000001:c0:${qop}:` : ''
  const response = md5(`${secret}:${nonce}:${middle}${md5(`${method}:${uri}`)}`)
  const extra = qop ? `, qop=${qop}, nc=00000001, cnonce="c0"` : ''
  return `Digest username="${username}", realm="IP Camera", nonce="${nonce}", uri="${uri}", response="${response}"${extra}`
}

function basic(username = auth.username, password = auth.password): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

describe('credentials', () => {
  it.each([
    ['digest of the old form', digest(), true],
    ['digest with qop', digest({ qop: 'auth' }), true],
    ['basic', basic(), true],
    ['a scheme in capitals', basic().replace('Basic', 'BASIC'), true],
    ['none', undefined, false],
    ['an unknown scheme', 'Bearer abc', false],
    ['a scheme alone', 'Digest', false],
    ['a wrong password in digest', digest({ password: 'x' }), false],
    ['a wrong password in basic', basic('admin', 'x'), false],
    ['a wrong name in digest', digest({ username: 'root' }), false],
    ['a wrong name in basic', basic('root'), false],
    ['an old nonce', digest({ nonce: 'older' }), false],
    ['the digest of another request', digest({ method: 'PLAY' }), false],
    ['a digest without a response', digest().replace(/response="\w+"/, ''), false],
    ['no base64', 'Basic ***', false],
  ])('%s', (_what, header, isRight) => {
    expect(isAuthorized(header, auth, asked)).toBe(isRight)
  })

  it('count only by a scheme that is offered', () => {
    expect(isAuthorized(basic(), { ...auth, schemes: ['digest'] }, asked)).toBe(false)
    expect(isAuthorized(digest(), { ...auth, schemes: ['basic'] }, asked)).toBe(false)
  })
})

describe('challenges', () => {
  it('offer the stronger first, and what they are told to', () => {
    expect(challenges(auth, 'n').map((line) => line.split(' ')[0])).toEqual(['Digest', 'Basic'])
    expect(challenges({ ...auth, schemes: ['basic'] }, 'n')).toEqual(['Basic realm="IP Camera"'])
    expect(challenges({ ...auth, qop: true }, 'n')[0]).toContain('qop="auth"')
    expect(challenges(auth, 'n')[0]).not.toContain('qop')
  })

  it('are read with and without quotes', () => {
    const fields = parseDigest('realm="a, b", qop=auth,nonce="" , Stale = true')
    expect(Object.fromEntries(fields)).toEqual({
      realm: 'a, b',
      qop: 'auth',
      nonce: '',
      stale: 'true',
    })
  })
})

describe('at the server', () => {
  let setting: RtspSetting
  afterEach(() => setting.end())

  const describeIt = (client: RtspClient, authorization?: string, path = '/one') =>
    client.request(
      'DESCRIBE',
      setting.uri(path),
      authorization === undefined ? {} : { Authorization: authorization },
    )

  async function nonceOf(client: RtspClient): Promise<string> {
    const reply = await describeIt(client)
    expect(reply.status).toBe(401)
    const [line = ''] = reply.headers.get('www-authenticate') ?? []
    return parseDigest(line.replace(/^Digest /, '')).get('nonce')!
  }

  it('lets in who answers the challenge of this connection, and nobody else', async () => {
    setting = await startSetting({ auth })
    const client = await setting.connect()
    const other = await setting.connect()
    const nonce = await nonceOf(client)
    const answer = digest({ nonce, uri: setting.uri('/one') })
    expect((await describeIt(client, digest({ nonce, password: 'x' }))).status).toBe(401)
    expect((await describeIt(client, answer)).status).toBe(200)
    expect((await describeIt(other, answer)).status).toBe(401)
    expect(setting.server.counts('/one')).toMatchObject({ refusals: 3, describes: 1 })
  })

  it('asks at every request, but OPTIONS tells nothing and is free', async () => {
    setting = await startSetting({ auth })
    const client = await setting.connect()
    const statuses = []
    for (const method of ['OPTIONS', 'SETUP', 'PLAY', 'GET_PARAMETER', 'TEARDOWN'])
      statuses.push((await client.request(method, setting.uri('/one'))).status)
    expect(statuses).toEqual([200, 401, 401, 401, 401])
  })

  it('may change its mind for one stream', async () => {
    setting = await startSetting({ auth })
    const client = await setting.connect()
    setting.server.setAuth('/one', undefined)
    expect((await describeIt(client)).status).toBe(200)
    expect((await describeIt(client, undefined, '/two')).status).toBe(401)
    setting.server.setAuth('/one', { username: 'new', password: 'p', schemes: ['basic'] })
    expect((await describeIt(client, basic())).status).toBe(401)
    expect((await describeIt(client, basic('new', 'p'))).status).toBe(200)
  })
})
