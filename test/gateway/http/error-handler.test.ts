import fastify from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StoreError, UnavailableError } from '../../../gateway/domain/errors.ts'
import { handleError } from '../../../gateway/http/error-handler.ts'
import { ProblemError } from '../../../gateway/http/problem.ts'
import { problemSchema } from '../../../gateway/http/schemas.ts'

/** What goes wrong inside: the asker learns what to do, the log learns why. */

let lines: string[]
let app: ReturnType<typeof serve>
let thrown: Error

const write = (line: string) => void lines.push(line)

function serve() {
  const server = fastify({ logger: { level: 'error', stream: { write } } })
  server.setErrorHandler(handleError)
  server.get('/', () => {
    throw thrown
  })
  return server
}

beforeEach(() => {
  lines = []
  app = serve()
})

afterEach(() => app.close())

it.each([
  [new StoreError('ENOSPC /var/lib/lianxun'), 503, '5', /Nothing was stored.*check the disk/],
  [new UnavailableError('10.0.0.7 refused'), 503, '5', /Another part is away.*Try again later/],
  [new TypeError('x is undefined'), 500, undefined, /its log says what under/],
])(
  '%s is %i, told in words, with the number of its log entry',
  async (error, status, retry, says) => {
    thrown = error
    const answer = await app.inject('/')
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['retry-after']).toBe(retry)
    expect(answer.headers['cache-control']).toBe('no-store')
    const problem = problemSchema.strict().parse(answer.json())
    expect(problem.detail).toMatch(says)
    expect(answer.body).not.toContain(error.message)
    // The two belong together: the number on the screen finds the cause.
    const logged = lines.find((line) => line.includes(error.message)) ?? ''
    const { reqId } = JSON.parse(logged) as { reqId: string }
    expect(problem.detail).toContain(reqId)
  },
)

it('too many requests say when to come back, and are no fault of the house', async () => {
  thrown = new ProblemError(429, 'tooMany', 'Wait a minute.')
  const answer = await app.inject('/')
  expect(answer.headers['retry-after']).toBe('60')
  expect(lines).toEqual([])
})

it('what is put off says when to come again and why, and is no fault of the house', async () => {
  thrown = new UnavailableError('Check-ins go first.', { retryAfterS: 11.2 })
  const answer = await app.inject('/')
  expect(answer.statusCode).toBe(503)
  expect(answer.headers['retry-after']).toBe('12')
  expect(problemSchema.strict().parse(answer.json())).toMatchObject({
    type: 'urn:lianxun:putOff',
    detail: 'Check-ins go first.',
  })
  expect(lines).toEqual([])
})
