import type { Node } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { Reporter } from './party.ts'

/** Who this proxy speaks for, from the node's metadata; node.cluster ("service.namespace") where there is none. */
export function reporterOf({ metadata, cluster, id }: Node): Reporter {
  const text = (key: string) => (typeof metadata?.[key] === 'string' ? (metadata[key] as string) : undefined) // checked
  const [service = 'unknown', namespace = 'default'] = cluster.split('.')
  const labels = metadata?.LABELS
  const version =
    typeof labels === 'object' && labels !== null && 'version' in labels ? String(labels.version) : 'unknown'
  return {
    workload: text('WORKLOAD_NAME') ?? (id || 'unknown'),
    namespace: text('NAMESPACE') ?? namespace,
    service: text('SERVICE') ?? service,
    version,
  }
}
