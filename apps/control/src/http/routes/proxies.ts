import type { ProxySummary } from '@heddle/shared/api/proxies'
import { ProxiesQuery } from '@heddle/shared/api/queries'
import { proxyDetail } from '../../proxies/proxy-detail.ts'
import { proxyWarnings } from '../../proxies/proxy-warnings.ts'
import { measured } from '../../signals/measured-proxy.ts'
import { buildSnapshot } from '../../snapshot/build-snapshot.ts'
import { inboundPolicies } from '../../snapshot/inbound-policies.ts'
import { viewOf } from '../../snapshot/mesh-view.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { HttpRefusal } from '../http-refusal.ts'
import { pageOfAll } from '../page-of-all.ts'

export const proxyRoutes: Routes = (app, { access, proxies, state, telemetry }) => {
  const withSignals = (proxy: ProxySummary) => measured(telemetry.signals, withWarnings(proxy))
  const withWarnings = (proxy: ProxySummary): ProxySummary => {
    const known = proxies.find(proxy.id)
    if (known === undefined) return proxy
    const { limits } = inboundPolicies(viewOf(state.meshFor(proxy.id)), known.proxy)
    const warnings = proxyWarnings(known, {
      isReporting: telemetry.signals.isReporting(proxy.id),
      meshLimits: limits
        .filter(({ object }) => object.spec.scope === 'Mesh')
        .map(({ object: { metadata } }) => `${metadata.namespace}/${metadata.name}`),
      nowMs: Date.now(),
    })
    return warnings.length === 0 ? proxy : { ...proxy, warnings }
  }

  app.get('/proxies', async (request) => {
    await authenticate(access, request, 'viewer')
    const query = ProxiesQuery.parse(request.query)
    const wanted = proxies
      .list()
      .filter(
        (proxy) =>
          (query.namespace === undefined || proxy.namespace === query.namespace) &&
          (query.service === undefined || proxy.service === query.service) &&
          (query.state === undefined || proxy.state === query.state),
      )
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    const page = pageOfAll(wanted, query)
    return { ...page, items: page.items.map(withSignals) }
  })

  app.get<{ Params: { id: string } }>('/proxies/:id', async (request) => {
    await authenticate(access, request, 'viewer')
    const { id } = request.params
    const known = proxies.find(id)
    const summary = proxies.list().find((each) => each.id === id)
    if (known === undefined || summary === undefined) {
      throw new HttpRefusal('not_found', 'there is no such proxy, or it has been gone for a while')
    }
    const target = buildSnapshot(state.meshFor(id), known.proxy)
    return proxyDetail(known, withSignals(summary), target)
  })
}
