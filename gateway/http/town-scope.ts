import type { FastifyRequest } from 'fastify'
import { checkScope } from './access.ts'
import type { HttpServices } from './services.ts'

/** What belongs to the town as a whole is for whoever looks after all of it; for others it is not there. */
export function checkTown(
  request: FastifyRequest,
  { town }: Pick<HttpServices, 'town'>,
  name: string,
): void {
  const whole = town().places.find((place) => place.level === 'town')
  checkScope(request, whole && { village: whole.code, grid: null }, name)
}
