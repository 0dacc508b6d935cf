import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import Fastify, { type FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { newestAudit } from '../audit/audit-entries.ts'
import { changeVersion, newestChanges } from '../changes/newest-changes.ts'
import { limitMetrics } from '../limits/limit-metrics.ts'
import type { LiveContext } from '../live/live-context.ts'
import { startLive } from '../live/start-live.ts'
import { serveOtlpHttp } from '../otlp/serve-otlp-http.ts'
import { liveRollout } from '../rollouts/read-rollouts.ts'
import { traceRequests } from '../tracing.ts'
import { boundWork } from './bound-work.ts'
import type { HttpContext, Routes } from './http-context.ts'
import { HttpRefusal } from './http-refusal.ts'
import { keepAnswers } from './idempotency.ts'
import { mayHaveChanged, noteEffects } from './note-effects.ts'
import { openApiDocument, type RouteName } from './openapi.ts'
import { parseJson } from './parse-json.ts'
import { auditRoutes } from './routes/audit.ts'
import { catalogRoutes } from './routes/catalog.ts'
import { changeRoutes } from './routes/changes.ts'
import { graphRoutes } from './routes/graph.ts'
import { objectRoutes } from './routes/objects.ts'
import { openChangeRoutes } from './routes/open-changes.ts'
import { proxyRoutes } from './routes/proxies.ts'
import { revisionRoutes } from './routes/revisions.ts'
import { rolloutRoutes } from './routes/rollouts.ts'
import { sessionRoutes } from './routes/session.ts'
import { signalRoutes } from './routes/signals.ts'
import { simulateRoutes } from './routes/simulate.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { toProblem } from './to-problem.ts'
import { TooMuchWork } from './too-much-work.ts'

const routes: readonly Routes[] = [
  sessionRoutes,
  tokenRoutes,
  objectRoutes,
  catalogRoutes,
  changeRoutes,
  openChangeRoutes,
  revisionRoutes,
  rolloutRoutes,
  proxyRoutes,
  graphRoutes,
  signalRoutes,
  simulateRoutes,
  auditRoutes,
]

/** The REST API. What every request meets stands here in order; the routes stand in a file per noun. */
export async function startHttp(
  context: HttpContext,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<AsyncDisposable & { readonly port: number }> {
  const app: FastifyInstance = Fastify({
    bodyLimit: 1024 * 1024,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 300 },
  })
  traceRequests(app)
  await app.register(cookie)
  // Only JSON is read, and strictly.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => {
    try {
      done(null, parseJson(bytes as Buffer)) // asked for as a buffer
    } catch (error) {
      done(error as Error)
    }
  })
  // The database's texts cannot hold a NUL: asked for one, it would fail instead of finding nothing.
  app.addHook('onRequest', async ({ url }) => {
    if (/%00|\0/.test(url)) throw new HttpRefusal('malformed_body', 'the address contains a NUL')
  })
  // Every answer says who may show it where, and which request it was.
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    reply.header('cache-control', 'no-store')
    const stale = context.state.staleSince()
    if (stale !== undefined) reply.header('x-stale-since', stale.toISOString())
  })
  app.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error, request.id, mayHaveChanged(request))
    if (problem.status >= 500 && problem.status !== 503) {
      console.error(
        JSON.stringify({
          level: 'error',
          requestId: request.id,
          error: error instanceof Error ? error.stack : String(error),
        }),
      )
    }
    if (error instanceof TooMuchWork) reply.header('retry-after', String(Math.ceil(error.waitMs / 1000)))
    // Whoever asks again repeats nothing; where something may be done already, a program must not by itself.
    if (problem.code === 'store_unavailable' && !mayHaveChanged(request)) reply.header('retry-after', '1')
    return reply.status(problem.status).header('content-type', 'application/problem+json').send(JSON.stringify(problem))
  })
  app.setNotFoundHandler((request) => {
    throw new HttpRefusal('not_found', `${request.method} ${request.url.split('?', 1)[0]} does not exist`)
  })
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  limitMetrics(context.limiter, registry)
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', registry.contentType).send(await registry.metrics()),
  )
  app.get('/healthz/live', async () => ({ status: 'live' }))
  // Proxies are served from memory, so a database that is away does not make it unready.
  app.get('/healthz/ready', async () => ({ status: 'ready', staleSince: context.state.staleSince() ?? null }))
  await app.register(async (otlp) => serveOtlpHttp(otlp, context.receiver))
  await app.register(
    async (api) => {
      const names: RouteName[] = []
      api.addHook('onRoute', ({ method, routePath }) => {
        for (const each of [method].flat()) if (each !== 'HEAD') names.push({ method: each, path: routePath })
      })
      keepAnswers(api, context.access)
      // After it, so that a claim of a key is no effect.
      noteEffects(api)
      boundWork(api)
      for (const add of routes) add(api, context)
      api.get('/openapi.json', async () => openApiDocument(names))
    },
    { prefix: '/api/v1' },
  )
  await app.listen({ host, port })
  const live = startLive(app.server, liveContext(context))
  const address = app.server.address()
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    async [Symbol.asyncDispose]() {
      await live[Symbol.asyncDispose]()
      await app.close()
    },
  }
}

/** A live list shows so many of the newest. */
const newest = 50

function liveContext(context: HttpContext): LiveContext {
  const { store } = context
  return {
    ...context,
    readChanges: () => newestChanges(context, newest),
    readChangeVersion: (id) => changeVersion(store, id),
    readRollout: (id) => liveRollout(context, id),
    readAudit: () => newestAudit(store, newest),
  }
}
