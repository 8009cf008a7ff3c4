import type { FastifyRequest } from 'fastify'
import type { Transport } from './transport.ts'

/** The address people type: the one that is set, else the one that this request came to. */
export function ownAddress(request: FastifyRequest, { baseUrl }: Pick<Transport, 'baseUrl'>) {
  if (baseUrl !== undefined) return baseUrl
  // What is no host would stand in our own answer as it was sent.
  const isHost = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i.test(request.host)
  return `${request.protocol}://${isHost ? request.host : 'localhost'}`
}
