import type { Metadata } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'

/** A text or number of `filter_metadata[namespace][key]`; undefined when it is not there. */
export function metadataText(metadata: Metadata | undefined, namespace: string, key: string): string | undefined {
  const value = metadata?.filterMetadata[namespace]?.[key]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
