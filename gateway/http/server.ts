import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import websocket from '@fastify/websocket'
import fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import type { Clock } from '../ports/clock.ts'
import { auditRefusals, enforceAccess, type RouteEntry, refuseOthers } from './access.ts'
import { authenticate } from './authenticate.ts'
import { handleError, handleNotFound } from './error-handler.ts'
import { liveSocketOptions } from './live-sockets.ts'
import { createPeople } from './people.ts'
import { limitRequests } from './request-limit.ts'
import type { App, RouteParts } from './route.ts'
import { accountRoutes } from './routes/account.ts'
import { alarmRoutes } from './routes/alarms.ts'
import { auditRoutes } from './routes/audit.ts'
import { backupRoutes } from './routes/backups.ts'
import { boardRoutes } from './routes/board.ts'
import { calendarRoutes } from './routes/calendar.ts'
import { calibrationRoutes } from './routes/calibrations.ts'
import { cameraEventRoutes } from './routes/camera-events.ts'
import { cameraRoutes } from './routes/cameras.ts'
import { caseBulkRoutes } from './routes/case-bulk.ts'
import { caseRoutes } from './routes/cases.ts'
import { channelRoutes } from './routes/channels.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { deviceTrustRoutes } from './routes/device-trust.ts'
import { deviceRoutes } from './routes/devices.ts'
import { docsRoutes } from './routes/docs.ts'
import { dutyRoutes } from './routes/duty.ts'
import { evaluationRoutes } from './routes/evaluation.ts'
import { healthRoutes } from './routes/health.ts'
import { healthItemRoutes } from './routes/health-items.ts'
import { liveRoutes } from './routes/live.ts'
import { noticeRuleRoutes } from './routes/notice-rules.ts'
import { patrolPointRoutes, patrolRouteRoutes } from './routes/patrol.ts'
import { patrolCheckinRoutes } from './routes/patrol-checkins.ts'
import { patrolCoverageRoutes } from './routes/patrol-coverage.ts'
import { patrolDayRoutes } from './routes/patrol-day.ts'
import { patrolReportRoutes } from './routes/patrol-reports.ts'
import { patrolRoundRoutes } from './routes/patrol-rounds.ts'
import { patrolScreenRoutes } from './routes/patrol-screens.ts'
import { patrolTagRoutes } from './routes/patrol-tags.ts'
import { patrolUploadRoutes } from './routes/patrol-uploads.ts'
import { pictureRoutes } from './routes/pictures.ts'
import { placeRoutes } from './routes/places.ts'
import { plannedEventRoutes } from './routes/planned-events.ts'
import { pushRoutes } from './routes/push.ts'
import { quarantineRoutes } from './routes/quarantine.ts'
import { reportRoutes } from './routes/reports.ts'
import { retentionRoutes } from './routes/retention.ts'
import { seriesRoutes } from './routes/series.ts'
import { seriesCompareRoutes } from './routes/series-compare.ts'
import { seriesExportRoutes } from './routes/series-export.ts'
import { seriesImportRoutes } from './routes/series-imports.ts'
import { seriesOverviewRoutes } from './routes/series-overview.ts'
import { sessionRoutes } from './routes/session.ts'
import { setupRoutes } from './routes/setup.ts'
import { stillRoutes } from './routes/stills.ts'
import { streamRoutes } from './routes/stream.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { userRoutes } from './routes/users.ts'
import { videoRoutes } from './routes/video.ts'
import { voiceRoutes } from './routes/voices.ts'
import { problemSchema } from './schemas.ts'
import { serveScreens } from './screens.ts'
import { createPatience, createSilentWatch, serverLimits, serverOptions } from './server-limits.ts'
import type { HttpOptions, HttpServices } from './services.ts'
import { createStreamHub } from './stream-hub.ts'
import { keepToHttps } from './transport.ts'

/** What people and programs type; a route that takes more says so. */
const bodyLimitBytes = 65_536

const apiGroups = [
  setupRoutes,
  sessionRoutes,
  accountRoutes,
  userRoutes,
  tokenRoutes,
  placeRoutes,
  deviceRoutes,
  deviceTrustRoutes,
  calibrationRoutes,
  cameraRoutes,
  cameraEventRoutes,
  stillRoutes,
  videoRoutes,
  patrolPointRoutes,
  patrolRouteRoutes,
  patrolRoundRoutes,
  patrolDayRoutes,
  patrolCheckinRoutes,
  patrolCoverageRoutes,
  patrolTagRoutes,
  patrolScreenRoutes,
  seriesRoutes,
  seriesExportRoutes,
  seriesImportRoutes,
  seriesCompareRoutes,
  seriesOverviewRoutes,
  alarmRoutes,
  calendarRoutes,
  caseBulkRoutes,
  caseRoutes,
  reportRoutes,
  dutyRoutes,
  plannedEventRoutes,
  quarantineRoutes,
  boardRoutes,
  evaluationRoutes,
  pictureRoutes,
  voiceRoutes,
  patrolUploadRoutes,
  patrolReportRoutes,
  streamRoutes,
  auditRoutes,
  retentionRoutes,
  backupRoutes,
  healthItemRoutes,
  channelRoutes,
  noticeRuleRoutes,
  deliveryRoutes,
  pushRoutes,
  liveRoutes,
]

export interface HttpServer {
  app: App
  /** Every route with who may call it; complete after `app.ready()`. */
  routes: readonly RouteEntry[]
}

/**
 * No script but our own files. Styles may stand inside the page, because Ant Design writes its
 * styles while it runs; that lets nobody run anything.
 */
function securityHeaders() {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        // A live picture is put together from its pieces inside the page.
        mediaSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // See transport.ts.
    strictTransportSecurity: false as const,
    referrerPolicy: { policy: 'same-origin' as const },
  }
}

/** Every error is one shape of one type (RFC 9457); the contract says so at every route. */
function documentProblems(app: App): void {
  const content = { 'application/problem+json': { schema: problemSchema } }
  app.addHook('onRoute', ({ schema }) => {
    if (schema && !('hide' in schema && schema.hide)) {
      schema.response = {
        ...(schema.response as object),
        '4xx': { description: 'What was wrong with the request, and what to do', content },
        '5xx': { description: 'What is wrong with the gateway', content },
      }
    }
  })
}

/** Some clients name a type and send nothing: that is no body, not a wrong one. */
function acceptEmptyJson(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, body as string, done)
  })
}

async function registerPlugins(app: App, options: HttpOptions, clock: Clock): Promise<void> {
  await app.register(helmet, securityHeaders())
  await app.register(cookie)
  await limitRequests(app, clock)
  await app.register(websocket, liveSocketOptions)
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Lianxun', version: options.version } },
    transform: jsonSchemaTransform,
  })
}

export async function createHttpServer(
  services: HttpServices,
  options: HttpOptions,
  logger: FastifyBaseLogger,
): Promise<HttpServer> {
  const app: App = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    // Proxies are not trusted until one is configured: anybody can write X-Forwarded-For.
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    ...serverOptions(),
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(handleError)
  app.setNotFoundHandler(handleNotFound)

  acceptEmptyJson(app)
  app.server.maxConnections = serverLimits.connections
  const routes = enforceAccess(app)
  documentProblems(app)
  await registerPlugins(app, options, services.clock)
  keepToHttps(app, options.transport)
  const people = createPeople(services)
  const hub = createStreamHub({
    ...services,
    installation: options.installation,
    isSessionAlive: (id) => people.isAlive(id),
    warn: (text) => logger.warn(text),
  })
  people.onEnd((id) => hub.endSession(id))
  authenticate(app, people, options)
  refuseOthers(app)
  auditRefusals(app, services.audit)

  const parts: RouteParts = {
    ...people,
    services,
    hub,
    options,
    patience: createPatience(app.server),
  }
  await app.register(
    async (api) => {
      // People share office machines: no answer of the API stays behind in a cache.
      api.addHook('onRequest', async (_request, reply) => {
        reply.header('cache-control', 'no-store')
      })
      for (const group of apiGroups) group(api, parts)
    },
    { prefix: '/api/v1' },
  )
  healthRoutes(app, parts)
  docsRoutes(app, options.version)
  await serveScreens(app, options.screens)
  app.addHook('onReady', () => hub.start())
  const silent = createSilentWatch(app.server)
  app.addHook('preClose', async () => {
    silent.end()
    await hub.stop()
  })
  return { app, routes }
}
