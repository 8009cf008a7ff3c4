import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { NotFoundError } from '../../domain/errors.ts'
import { askerOf } from '../access.ts'
import { ProblemError } from '../problem.ts'
import { type App, idParams, type RouteParts } from '../route.ts'
import { importQuerySchema, seriesImportSchema } from '../schemas/series.ts'
import { createStall } from '../stall.ts'
import { checkTown } from '../town-scope.ts'

const tag = { tags: ['series'] }
const access = { roles: ['townAdmin'], scope: 'checked' } as const
const mostBytes = 1_073_741_824
/** A file that comes may take long, but must come. */
const stallMs = 60_000

function refuseSize(): ProblemError {
  const text = 'The file is larger than 1 GB. Send it in parts, for example a file a year.'
  return new ProblemError(413, 'fileTooLarge', text)
}

/** Before the body is looked at. */
async function refuseByHeaders({ headers }: FastifyRequest): Promise<void> {
  const coding = headers['content-encoding'] ?? 'identity'
  if (coding !== 'identity') {
    const text = 'Send the file as it is, without Content-Encoding.'
    throw new ProblemError(415, 'compressed', text)
  }
  if (Number(headers['content-length'] ?? 0) > mostBytes) throw refuseSize()
}

/** The bytes as they come; ends with an error where they are too many, or stay away. */
async function* bodyOf(raw: IncomingMessage): AsyncGenerator<Uint8Array> {
  let bytes = 0
  const stall = createStall(stallMs, () => raw.destroy())
  stall.restart()
  try {
    for await (const piece of raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += piece.length
      if (bytes > mostBytes) throw refuseSize()
      stall.stop()
      yield piece
      stall.restart()
    }
  } catch (error) {
    if (!raw.destroyed) throw error
    throw new ProblemError(400, 'brokenOff', 'The file broke off on its way. Send it again.')
  } finally {
    stall.stop()
  }
}

function sendRoute(app: App, { services, patience }: RouteParts): void {
  const open = new Set<IncomingMessage>()
  // A stop does not wait for who sends slowly.
  app.addHook('preClose', async () => {
    for (const raw of open) raw.destroy()
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _body, done) => done(null))

  app.route({
    method: 'POST',
    url: '/series/imports',
    config: { access },
    onRequest: refuseByHeaders,
    schema: {
      ...tag,
      summary:
        'Read in a file of at most 1 GB, sent as the body: CSV, Parquet or line protocol, told by its content. All rows are checked before any is written; 409 while another is read in. Readings raise no alarms',
      consumes: ['application/octet-stream'],
      querystring: importQuerySchema,
      response: { 201: seriesImportSchema },
    },
    handler: async (request, reply) => {
      checkTown(request, services, 'such list')
      const { id: by } = askerOf(request).actor
      const patient = patience.allow(request.raw.socket)
      open.add(request.raw)
      try {
        const order = { ...request.query, by }
        const made = await services.imports.begin(order, bodyOf(request.raw))
        await services.audit.write({
          actor: by,
          act: 'importSeries',
          subject: `seriesImport:${made.id}`,
          detail: made.name,
          address: request.ip,
        })
        return await reply.code(201).send(made)
      } finally {
        patient.end()
        open.delete(request.raw)
      }
    },
  })
}

export function seriesImportRoutes(app: App, parts: RouteParts): void {
  const { services } = parts

  app.route({
    method: 'GET',
    url: '/series/imports',
    config: { access },
    schema: {
      ...tag,
      summary: 'The last 200 files that were read in, newest first',
      response: { 200: z.object({ items: z.array(seriesImportSchema) }) },
    },
    handler: async (request) => {
      checkTown(request, services, 'such list')
      return { items: await services.imports.list() }
    },
  })

  app.route({
    method: 'GET',
    url: '/series/imports/:id',
    config: { access },
    schema: {
      ...tag,
      summary: 'One of them, with how far it is and what is wrong in it',
      params: idParams,
      response: { 200: seriesImportSchema },
    },
    handler: async (request) => {
      checkTown(request, services, 'such file')
      const found = await services.imports.get(request.params.id)
      if (!found) throw new NotFoundError('There is no such file, or it is long ago.')
      return found
    },
  })

  void app.register(async (own: App) => sendRoute(own, parts))
}
