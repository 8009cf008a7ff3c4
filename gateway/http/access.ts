import type { FastifyInstance, FastifyRequest } from 'fastify'
import { NotFoundError, OutOfScopeError } from '../domain/errors.ts'
import type { Actor, Role } from '../domain/person.ts'
import { isInScope } from '../domain/place.ts'
import type { By } from '../people/by.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import { ProblemError, signInFirst } from './problem.ts'

/**
 * Who may call a route, and how it keeps to the asker's places. Every route declares it; one that
 * does not stops the gateway at start. A route that promised to look at the scope and then did not
 * answers 500 rather than somebody else's places.
 */

interface Access {
  roles: readonly Role[] | 'public' | 'anySignedIn'
  /**
   * `none`: nothing of a place is in the answer. `filtered`: a list, cut to the asker's scope.
   * `checked`: one thing, and 404 when it lies outside.
   */
  scope: 'none' | 'filtered' | 'checked'
  /** People only: a token may neither make people or tokens nor change passwords. */
  personOnly?: true
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyRequest {
    asker: Asker | null
  }
}

export interface Asker {
  actor: Actor
  /** Of the session; `token:ID` when a token asks. */
  sessionId: string
  /** Set by `scopeOf` and `checkScope`. */
  scopeUsed: boolean
  /** What was asked for, is there, and is not for the asker; empty where the address names it. */
  refused?: string[]
}

export function askerOf(request: FastifyRequest): Asker {
  if (!request.asker) throw signInFirst()
  return request.asker
}

/** For lists: the place code that the answer must stay within. */
export function scopeOf(request: FastifyRequest): string {
  const asker = askerOf(request)
  asker.scopeUsed = true
  return asker.actor.scope
}

interface Placed {
  village: string
  grid: string | null
}

/** For one thing: returns it when it lies in the asker's scope, else it does not exist. */
export function checkScope<T extends Placed>(
  request: FastifyRequest,
  thing: T | undefined,
  name: string,
): T {
  const asker = askerOf(request)
  asker.scopeUsed = true
  if (!thing || !isInScope(asker.actor.scope, thing.grid ?? thing.village)) {
    if (thing !== undefined) asker.refused = []
    throw new NotFoundError(`There is no ${name}, or it is outside your area.`)
  }
  return thing
}

/** For what is refused further inside than by `checkScope`. */
export function noteRefusal(request: FastifyRequest, error: unknown): void {
  if (!(error instanceof OutOfScopeError)) return
  const asker = askerOf(request)
  asker.refused = [...new Set([...(asker.refused ?? []), error.subject])]
}

/** For the audit log: who asks, and from where. */
export function byOf(request: FastifyRequest): By {
  return { actor: askerOf(request).actor, address: request.ip }
}

function checkRole(request: FastifyRequest, access: Access): void {
  if (access.personOnly && request.headers.authorization !== undefined) {
    const text = 'This is for people, not for tokens: sign in, and send no Authorization header.'
    throw new ProblemError(403, 'personOnly', text)
  }
  if (access.roles === 'public') return
  const { actor } = askerOf(request)
  if (access.roles !== 'anySignedIn' && !access.roles.includes(actor.role)) {
    const text = `This is not for the role ${actor.role}; ask the town's administrator about it.`
    throw new ProblemError(403, 'role', text)
  }
}

/**
 * Call after it is known who asks. Before the body is read and before the limits of the route:
 * who may not ask has nothing looked at, and uses up nothing of what others may ask.
 */
export function refuseOthers(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const { access } = request.routeOptions.config
    if (access) checkRole(request, access)
  })
}

/** Who asked for what of another place; the answer itself never tells that it is there. */
export function auditRefusals(app: FastifyInstance, audit: AuditLog): void {
  app.addHook('onResponse', async (request) => {
    const refused = request.asker?.refused
    if (!request.asker || !refused) return
    const subject = `request:${request.method} ${request.url}`.slice(0, 300)
    await audit.write({
      actor: request.asker.actor.id,
      act: 'refusedOutsideScope',
      subject,
      ...(refused.length > 0 && { detail: refused.join(', ') }),
      address: request.ip,
    })
  })
}

export interface RouteEntry {
  method: string
  url: string
  access: Access
}

/** Call before any route is registered; the answer fills as routes come. */
export function enforceAccess(app: FastifyInstance): RouteEntry[] {
  const table: RouteEntry[] = []
  app.decorateRequest('asker', null)
  app.addHook('onRoute', (route) => {
    const access = route.config?.access
    const methods = [route.method].flat()
    if (!access) throw new Error(`${methods.join(',')} ${route.url} does not say who may call it`)
    for (const method of methods) table.push({ method, url: route.url, access })
  })
  app.addHook('onSend', async (request, reply) => {
    const access = request.routeOptions.config.access
    if (!access || access.scope === 'none' || reply.statusCode >= 400) return
    if (!request.asker?.scopeUsed) {
      throw new Error(`${request.method} ${request.routeOptions.url} did not look at the scope`)
    }
  })
  return table
}
