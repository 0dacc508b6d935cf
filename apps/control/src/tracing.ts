import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/**
 * Traces the control plane's own API with the OpenTelemetry SDK, when `OTEL_EXPORTER_OTLP_ENDPOINT` says where to; the
 * SDK's other variables count too (`OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME` …). Without it nothing is loaded.
 */
export async function startTracing(env: NodeJS.ProcessEnv): Promise<AsyncDisposable | undefined> {
  if (env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined || env.OTEL_SDK_DISABLED === 'true') return undefined
  const { NodeSDK } = await import('@opentelemetry/sdk-node')
  const sdk = new NodeSDK({ serviceName: env.OTEL_SERVICE_NAME ?? 'heddle-control', autoDetectResources: false })
  sdk.start()
  return {
    // A receiver that is away must not hold up the end.
    [Symbol.asyncDispose]: () => sdk.shutdown().catch(() => undefined),
  }
}

const spans = new WeakMap<FastifyRequest, Span>()

/** One server span per API request, by OpenTelemetry's HTTP conventions. Costs a look-up while nobody listens. */
export function traceRequests(app: FastifyInstance): void {
  const tracer = trace.getTracer('heddle-control')
  app.addHook('onRequest', async (request) => {
    const parent = propagation.extract(context.active(), request.headers)
    const span = tracer.startSpan(request.method, { kind: SpanKind.SERVER }, parent)
    if (span.isRecording()) spans.set(request, span)
  })
  app.addHook('onResponse', async (request, reply) => {
    const span = spans.get(request)
    if (span === undefined) return
    const route = request.routeOptions.url
    // The route and not the address: there are too many addresses.
    if (route !== undefined) span.updateName(`${request.method} ${route}`)
    span.setAttributes({
      'http.request.method': request.method,
      ...(route === undefined ? {} : { 'http.route': route }),
      'url.path': request.url.split('?', 1)[0] ?? '',
      'http.response.status_code': reply.statusCode,
    })
    if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end()
  })
}
