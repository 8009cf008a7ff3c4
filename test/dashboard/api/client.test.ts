import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ApiError, call, failureKind, queryString } from '../../../dashboard/src/api/client.ts'
import { createTranslate } from '../../../dashboard/src/i18n/translate.ts'
import { signInFailure } from '../../../dashboard/src/sign-in/sign-in-failure.ts'

let server: Server
let answer: { status: number; body: string; headers?: Record<string, string> }
let seen: { method: string | undefined; headers: IncomingHttpHeaders }[]

beforeEach(async () => {
  seen = []
  server = createServer((request, response) => {
    seen.push({ method: request.method, headers: request.headers })
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const real = globalThis.fetch
  vi.stubGlobal('fetch', (path: string, init?: RequestInit) => real(`${origin}${path}`, init))
})

afterEach(async () => {
  vi.unstubAllGlobals()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function failure(): Promise<ApiError> {
  const error: unknown = await call('/x').then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ApiError)
  return error as ApiError
}

describe('call', () => {
  test('answers with the body', async () => {
    answer = { status: 200, body: '{"a":1}' }
    expect(await call('/x')).toEqual({ a: 1 })
    expect(seen[0]?.headers['x-lianxun']).toBeUndefined()
  })
  test('carries the proof header when it changes something', async () => {
    answer = { status: 200, body: '' }
    expect(await call('/x', { method: 'POST', body: {} })).toBeUndefined()
    expect(seen[0]).toMatchObject({ method: 'POST', headers: { 'x-lianxun': '1' } })
  })
  test('a conflict brings the present state', async () => {
    answer = {
      status: 409,
      body: '{"type":"t","title":"x","status":409,"present":{"state":"accepted"}}',
    }
    const error = await failure()
    expect(error.kind).toBe('conflict')
    expect(error.problem?.present).toEqual({ state: 'accepted' })
  })
  test('too many tries say how long to wait', async () => {
    answer = { status: 429, body: '{}', headers: { 'retry-after': '240' } }
    expect((await failure()).retryAfterS).toBe(240)
  })
  test('a page of a proxy is no problem document', async () => {
    answer = { status: 502, body: '<html>' }
    expect(await failure()).toMatchObject({ kind: 'away', problem: null })
  })
  test('no answer is away', async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    expect((await failure()).kind).toBe('away')
  })
})

test.each([
  [401, 'signedOut'],
  [403, 'forbidden'],
  [404, 'notFound'],
  [409, 'conflict'],
  [429, 'tooMany'],
  [400, 'invalid'],
  [500, 'server'],
  [503, 'away'],
] as const)('%d is %s', (status, kind) => expect(failureKind(status)).toBe(kind))

test('query strings leave out what is not set', () => {
  expect(queryString({ a: 1, b: undefined, c: '', d: false, e: true })).toBe('?a=1&e=true')
  expect(queryString({})).toBe('')
})

describe('what the sign-in page says', () => {
  const t = createTranslate('zh')
  test.each([
    ['signedOut', '用户名或密码不对，请再试一次'],
    ['tooMany', '试的次数太多，请过几分钟再试'],
    ['away', '连不上服务器，请检查网络后再试'],
    ['server', '服务器出错，请稍后再试'],
  ] as const)('%s', (kind, text) => expect(signInFailure(new ApiError(kind, null), t)).toBe(text))
  test('for how long', () =>
    expect(signInFailure(new ApiError('tooMany', null, 240), t)).toBe(
      '试的次数太多，请 4 分钟后再试',
    ))
})
