import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import {
  ConflictError,
  InvalidError,
  NotFoundError,
  StoreError,
  TooManyError,
  UnavailableError,
} from '../domain/errors.ts'
import { ProblemError } from './problem.ts'
import type { Problem } from './schemas.ts'

/**
 * The only place where errors become HTTP (RFC 9457). What went wrong inside is logged under the
 * request's id and hidden from the asker; what the asker did wrong is told in full.
 */

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  409: 'Conflict',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  426: 'Upgrade required',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available now',
}

function problem(status: number, code: string, rest: Partial<Problem> = {}): Problem {
  return { type: `urn:lianxun:${code}`, title: titles[status] ?? 'Error', status, ...rest }
}

function ofRequest(error: FastifyError): Problem | undefined {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const errors = error.validation.map((issue) => ({
      path: `${error.validationContext ?? ''}${issue.instancePath}`.replaceAll('/', '.'),
      message: issue.message ?? 'is wrong',
    }))
    const detail = errors.map((one) => `${one.path}: ${one.message}`).join('; ')
    return problem(400, 'invalid', { detail, errors })
  }
  const status = error.statusCode ?? 500
  if (status < 400 || status >= 500) return undefined
  return problem(status, error.code === undefined ? 'request' : error.code.toLowerCase(), {
    detail: error.message,
  })
}

function retryAfterOf(error: Error): number | undefined {
  return error instanceof UnavailableError ? error.retryAfterS : undefined
}

function ofDomain(error: Error): Problem | undefined {
  if (error instanceof ProblemError) {
    return problem(error.status, error.code, { detail: error.message })
  }
  if (error instanceof InvalidError) {
    const errors = error.errors && { errors: [...error.errors] }
    return problem(400, 'invalid', { detail: error.message, ...errors })
  }
  if (error instanceof NotFoundError) return problem(404, 'notFound', { detail: error.message })
  if (error instanceof ConflictError) {
    return problem(409, 'conflict', { detail: error.message, present: error.present })
  }
  if (error instanceof TooManyError) return problem(429, 'tooMany', { detail: error.message })
  if (retryAfterOf(error) !== undefined) return problem(503, 'putOff', { detail: error.message })
  return undefined
}

function ofHouse(error: Error, requestId: string): Problem {
  if (error instanceof StoreError) {
    const detail = `Nothing was stored. Try again; if it stays so, check the disk (log: ${requestId}).`
    return problem(503, 'store', { detail })
  }
  if (error instanceof UnavailableError) {
    const detail = `Another part is away at the moment. Try again later (log: ${requestId}).`
    return problem(503, 'unavailable', { detail })
  }
  const detail = `Something went wrong inside the gateway; its log says what under ${requestId}.`
  return problem(500, 'internal', { detail })
}

function sendProblem(reply: FastifyReply, body: Problem): FastifyReply {
  // A string, so that no route's response schema is asked about it.
  return reply
    .code(body.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(body)
}

function hiddenProblem(error: Error, request: FastifyRequest): Problem {
  request.log.error({ err: error }, `${request.method} ${request.url} failed`)
  return ofHouse(error, request.id)
}

/** For answers that tell of several things: the problem that one of them alone would have been. */
export function problemOf(error: Error, request: FastifyRequest): Problem {
  return ofDomain(error) ?? hiddenProblem(error, request)
}

export function handleError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const told = ofDomain(error) ?? ofRequest(error)
  if (told) {
    // Closing on a client that still writes resets the connection, and the answer is lost with it.
    if (told.status === 413) reply.removeHeader('connection')
    const seconds = retryAfterOf(error)
    if (seconds !== undefined) reply.header('retry-after', String(Math.ceil(seconds)))
    if (told.status === 429) reply.header('retry-after', reply.getHeader('retry-after') ?? '60')
    return sendProblem(reply, told)
  }
  const hidden = hiddenProblem(error, request)
  if (hidden.status === 503) reply.header('retry-after', '5')
  return sendProblem(reply, hidden)
}

export function handleNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const what = `${request.method} ${request.url.split('?')[0]}`
  const detail = `There is nothing at ${what}; /api/docs lists what the API has.`
  return sendProblem(reply, problem(404, 'notFound', { detail }))
}
