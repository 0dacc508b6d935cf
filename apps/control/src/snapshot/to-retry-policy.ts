import type { MessageInitShape } from '@bufbuild/protobuf'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import type { RetryPolicySchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { PreviousHostsPredicateSchema } from '@heddle/shared/xds/generated/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb'
import { pack } from './encode-resource.ts'
import type { RouteSettings } from './route-settings.ts'
import { duration } from './xds-values.ts'

/** The retries of a route; undefined when there are none, because gRPC clients refuse `num_retries: 0`. */
export function toRetryPolicy(
  settings: RouteSettings,
  dialect: 'envoy' | 'grpc',
): MessageInitShape<typeof RetryPolicySchema> | undefined {
  const attempts = settings.retryAttempts.value
  if (attempts === 0) return undefined
  const baseMs = settings.backoffBaseMs.value
  const attemptMs = settings.attemptTimeoutMs.value
  return {
    retryOn: settings.retryOn.value.join(','),
    numRetries: attempts,
    retriableStatusCodes: [...settings.retryCodes.value],
    retryBackOff: {
      baseInterval: duration(baseMs),
      maxInterval: duration(baseMs * meshDefaults.retry.backoffFactorMax),
    },
    ...(attemptMs === undefined ? {} : { perTryTimeout: duration(attemptMs) }),
    ...(dialect === 'envoy' ? elsewhere : {}),
  }
}

/**
 * A retry goes to an instance that was not tried: the one that has just gone has the fewest requests under way, and would be
 * picked again.
 */
const elsewhere = {
  retryHostPredicate: [
    {
      name: 'envoy.retry_host_predicates.previous_hosts',
      configType: { case: 'typedConfig' as const, value: pack(PreviousHostsPredicateSchema, {}) },
    },
  ],
  hostSelectionRetryMaxAttempts: 5n,
}
