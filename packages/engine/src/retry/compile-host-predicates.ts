import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { RetryPolicy as RetryPolicyMessage } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { OmitCanaryHostsPredicateSchema } from '@heddle/shared/xds/generated/envoy/extensions/retry/host/omit_canary_hosts/v3/omit_canary_hosts_pb'
import {
  type OmitHostMetadataConfig,
  OmitHostMetadataConfigSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/retry/host/omit_host_metadata/v3/omit_host_metadata_config_pb'
import { PreviousHostsPredicateSchema } from '@heddle/shared/xds/generated/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb'
import { PreviousPrioritiesConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/retry/priority/previous_priorities/v3/previous_priorities_config_pb'
import { canary, type OmittedHost } from './omitted-host.ts'
import type { RetryPolicy } from './retry-policy.ts'

/** Their names, for what names no type. */
const typesByName: Readonly<Record<string, string>> = {
  'envoy.retry_host_predicates.previous_hosts': PreviousHostsPredicateSchema.typeName,
  'envoy.retry_host_predicates.omit_canary_hosts': OmitCanaryHostsPredicateSchema.typeName,
}

/** `retry_host_predicate`: where a retry had better not go. */
export function compileHostPredicates(
  predicates: RetryPolicyMessage['retryHostPredicate'],
  path: string,
): Pick<RetryPolicy, 'avoidPreviousHosts' | 'omittedHosts'> {
  let avoidPreviousHosts = false
  const omittedHosts: OmittedHost[] = []
  for (const [index, { name, configType }] of predicates.entries()) {
    const at = `${path}[${index}]`
    const config = configType.case === 'typedConfig' ? configType.value : undefined
    const type = config?.typeUrl.slice(config.typeUrl.lastIndexOf('/') + 1) ?? typesByName[name]
    switch (type) {
      case PreviousHostsPredicateSchema.typeName:
        avoidPreviousHosts = true
        break
      case OmitCanaryHostsPredicateSchema.typeName:
        omittedHosts.push(canary)
        break
      case OmitHostMetadataConfigSchema.typeName: {
        const message = fromBinary(OmitHostMetadataConfigSchema, config?.value ?? new Uint8Array())
        omittedHosts.push(...labelsOf(message, `${at}.typed_config`))
        break
      }
      default:
        throw new ResourceRejected(`${at}.name`, `${name} is not supported yet`)
    }
  }
  return { avoidPreviousHosts, omittedHosts }
}

/** Without labels nobody is meant. */
function labelsOf({ metadataMatch }: OmitHostMetadataConfig, path: string): OmittedHost[] {
  const [other] = Object.keys(metadataMatch?.filterMetadata ?? {}).filter((name) => name !== 'envoy.lb')
  if (other !== undefined || Object.keys(metadataMatch?.typedFilterMetadata ?? {}).length > 0) {
    throw new ResourceRejected(`${path}.metadata_match`, 'endpoints are known by envoy.lb only')
  }
  const labels = Object.entries(metadataMatch?.filterMetadata['envoy.lb'] ?? {})
  return labels.length === 0 ? [] : [new Map(labels.map(([key, value]) => [key, JSON.stringify(value)]))]
}

/** `retry_priority`; 0: a retry goes where any try might. */
export function compileRetryPriority(message: RetryPolicyMessage['retryPriority'], path: string): number {
  if (message === undefined) return 0
  const config = message.configType.case === 'typedConfig' ? message.configType.value : undefined
  if (config?.typeUrl.endsWith(`/${PreviousPrioritiesConfigSchema.typeName}`) !== true) {
    throw new ResourceRejected(`${path}.name`, `${message.name} is not supported yet`)
  }
  const { updateFrequency } = fromBinary(PreviousPrioritiesConfigSchema, config.value)
  if (updateFrequency <= 0) {
    throw new ResourceRejected(`${path}.typed_config.update_frequency`, 'must be more than 0')
  }
  return updateFrequency
}
