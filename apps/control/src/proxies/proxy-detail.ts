import type { ProxyDetail, ProxySummary } from '@heddle/shared/api/proxies'
import { resourceJson } from '../xds/resource-json.ts'
import type { Target } from '../xds/resource-set.ts'
import { resourceTypes, typeUrlOf } from '../xds/resource-type.ts'
import { type KnownProxy, shownNack } from './known-proxy.ts'

/** Everything about one proxy; `target` is what it is to run. */
export function proxyDetail(known: KnownProxy, summary: ProxySummary, target: Target): ProxyDetail {
  return {
    summary,
    types: resourceTypes.map((type) => {
      const progress = known.types.get(type)
      return {
        typeUrl: typeUrlOf[type],
        resources: target.sets[type].size,
        ...(progress?.sentAt === undefined ? {} : { sentAt: progress.sentAt.toISOString() }),
        ...(progress?.ackedAt === undefined ? {} : { ackedAt: progress.ackedAt.toISOString() }),
        ...(progress?.nack === undefined ? {} : { nack: progress.nack }),
      }
    }),
    resources: resourceTypes.flatMap((type) =>
      [...target.sets[type].values()].map((resource) => ({
        typeUrl: typeUrlOf[type],
        name: resource.name,
        version: resource.version,
        json: resourceJson(type, resource),
      })),
    ),
    nackHistory: known.nacks.map((nack) => ({ ...shownNack(nack), revision: nack.revision })),
    capabilities: { can: [], cannot: {} },
  }
}
