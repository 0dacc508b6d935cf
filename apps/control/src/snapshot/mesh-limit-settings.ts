import type { MessageInitShape } from '@bufbuild/protobuf'
import type { RateLimit, RateLimitKey } from '@heddle/shared/model/rate-limit'
import { ApiVersion } from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import type { RateLimitSchema as RouteRateLimitSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import {
  RateLimit_XRateLimitHeadersRFCVersion as Headers,
  RateLimitSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/ratelimit/v3/rate_limit_pb'
import type { HttpFilterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { pack } from './encode-resource.ts'
import { callerHeader } from './fault-routes.ts'
import { countKey, limitDomain, limitVersion, versionKey } from './limit-descriptor.ts'
import { type LimitActionInit, limitEntries } from './limit-entries.ts'
import { duration } from './xds-values.ts'

/**
 * Whether requests pass while the service is away is a matter of the filter, not of the limit: there is one of each, and
 * limits tell which one they mean by their stage. Stage 0 is that of limits which instances keep by themselves.
 */
const stages = { pass: 1, deny: 2 } as const

/** Longer than the service takes by far: what it costs a request when the service hangs. */
const timeoutMs = 100

/** Always in the chain, so that a virtual host can ask without a change of the listener. */
export function meshLimitFilters(cluster: string | undefined): MessageInitShape<typeof HttpFilterSchema>[] {
  if (cluster === undefined) return []
  return (['pass', 'deny'] as const).map((failure) => ({
    name: `heddle.rate_limit.${failure}`,
    configType: {
      case: 'typedConfig' as const,
      value: pack(RateLimitSchema, {
        domain: limitDomain,
        stage: stages[failure],
        timeout: duration(timeoutMs),
        failureModeDeny: failure === 'deny',
        enableXRatelimitHeaders: Headers.DRAFT_VERSION_03,
        // A gRPC caller is to see that it asks too much, not that somebody is away.
        rateLimitedAsResourceExhausted: true,
        rateLimitService: {
          transportApiVersion: ApiVersion.V3,
          grpcService: { targetSpecifier: { case: 'envoyGrpc', value: { clusterName: cluster } } },
        },
      }),
    },
  }))
}

/** How a limit of the whole mesh has requests described to the service that counts them. */
export function meshLimitRules(limit: RateLimit): MessageInitShape<typeof RouteRateLimitSchema>[] {
  const { scope, countBy = [], failureModeDeny = false } = limit.spec
  if (scope !== 'Mesh') return []
  const version: LimitActionInit = {
    actionSpecifier: {
      case: 'genericKey',
      value: { descriptorKey: versionKey, descriptorValue: limitVersion(limit) },
    },
  }
  return limitEntries(limit).map(({ actions }) => ({
    stage: failureModeDeny ? stages.deny : stages.pass,
    actions: [...actions, version, ...countBy.map(countAction)],
  }))
}

function countAction(key: RateLimitKey): LimitActionInit {
  switch (key.type) {
    case 'Header':
    case 'Caller':
      return {
        actionSpecifier: {
          case: 'requestHeaders',
          value: {
            headerName: key.type === 'Caller' ? callerHeader : (key.name ?? ''),
            descriptorKey: countKey(key),
            // Those without a value share one count; otherwise leaving the header out would be the way around the limit.
            skipIfAbsent: true,
          },
        },
      }
    case 'ClientAddress':
      return { actionSpecifier: { case: 'remoteAddress', value: {} } }
  }
}
