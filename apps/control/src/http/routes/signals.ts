import { NamespaceQuery, TracesQuery } from '@heddle/shared/api/queries'
import { RequestQuery } from '@heddle/shared/api/request-record'
import { RangeQuery } from '@heddle/shared/api/signals'
import { z } from 'zod'
import { serviceDetail, serviceSignals, serviceSummaries } from '../../signals/read-service.ts'
import { readRange } from '../../signals/time-range.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { HttpRefusal } from '../http-refusal.ts'
import { pageOfAll } from '../page-of-all.ts'

const TraceId = z.string().regex(/^[0-9a-f]{32}$/)
type Named = { Params: { namespace: string; name: string } }

export const signalRoutes: Routes = (app, context) => {
  const { access, store, state, telemetry } = context
  app.get('/services', async (request) => {
    await authenticate(access, request, 'viewer')
    const query = NamespaceQuery.parse(request.query)
    const wanted = serviceSummaries(context).filter(
      ({ namespace }) => query.namespace === undefined || namespace === query.namespace,
    )
    return pageOfAll(wanted, query, state.staleSince())
  })

  app.get<Named>('/services/:namespace/:name', async (request) => {
    await authenticate(access, request, 'viewer')
    const { namespace, name } = request.params
    const detail = await serviceDetail(context, store, { namespace, service: name })
    if (detail === undefined) throw new HttpRefusal('not_found', `there is no service ${namespace}/${name}`)
    return detail
  })

  app.get<Named>('/signals/services/:namespace/:name', async (request) => {
    await authenticate(access, request, 'viewer')
    const { namespace, name } = request.params
    const range = readRange(RangeQuery.parse(request.query), telemetry.signals.now())
    return serviceSignals(context, store, { namespace, service: name }, range)
  })

  app.get('/requests', async (request) => {
    await authenticate(access, request, 'viewer')
    const items = telemetry.records.find(RequestQuery.parse(request.query))
    return { items, total: items.length }
  })

  app.get('/traces', async (request) => {
    await authenticate(access, request, 'viewer')
    const { limit } = TracesQuery.parse(request.query)
    const items = telemetry.traces.newest(limit).map((spans) => {
      const root = spans.find(({ parentSpanId }) => parentSpanId === '') ?? spans[0]
      return {
        traceId: root?.traceId ?? '',
        name: root?.name ?? '',
        service: root?.service ?? '',
        startMs: Math.min(...spans.map(({ startMs }) => startMs)),
        durationMs: Math.max(...spans.map(({ endMs }) => endMs)) - Math.min(...spans.map(({ startMs }) => startMs)),
        spans: spans.length,
        errors: spans.filter(({ isError }) => isError).length,
      }
    })
    return { items, total: items.length }
  })

  app.get<{ Params: { traceId: string } }>('/traces/:traceId', async (request) => {
    await authenticate(access, request, 'viewer')
    const spans = telemetry.traces.find(TraceId.parse(request.params.traceId))
    if (spans.length === 0) {
      throw new HttpRefusal('not_found', 'no span of this trace was received, or it is too long ago', {
        hint: 'traces are sampled and kept for the newest 5000',
      })
    }
    return { spans }
  })
}
