import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { callerFor, outboundVia } from './call.ts'
import { findRoute } from './find-route.ts'
import { failsByItself, naturalLatency } from './noise.ts'
import { respond } from './respond.ts'
import type { ShopService } from './service-handler.ts'

export type ServiceOptions = {
  readonly version: string
  readonly port: number
  /** "host:port" of the sidecar's outbound listener. */
  readonly outbound: string
}

/** Serves one of the shop's services on loopback; its sidecar brings the requests. */
export async function startService(service: ShopService, options: ServiceOptions): Promise<AsyncDisposable> {
  const outbound = outboundVia(options.outbound)
  const noise = service.noise(options.version)

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (path === '/healthz') return respond(response, 200, { version: options.version })
    const found = findRoute(service.routes, request.method ?? 'GET', path)
    if (!found) return respond(response, 404, { error: 'no such path' })
    await delay(naturalLatency(noise, Math.random))
    if (failsByItself(noise, Math.random)) return respond(response, 500, { error: 'it happens' })
    const call = callerFor(outbound, request.headers)
    await found.handler({
      call,
      version: options.version,
      params: found.params,
      request,
      response,
      random: Math.random,
    })
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      console.error(JSON.stringify({ level: 'error', path: request.url, error: String(error) }))
      if (!response.headersSent) respond(response, 500, { error: 'internal' })
      else response.destroy()
    })
  })
  // Longer than the sidecar's idle limit, so that it is the sidecar that closes.
  server.keepAliveTimeout = 75_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    async [Symbol.asyncDispose]() {
      outbound.agent.destroy()
      server.closeIdleConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
