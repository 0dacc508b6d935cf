import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { TypedExtensionConfig } from '@heddle/shared/xds/generated/envoy/config/core/v3/extension_pb'

/** Which message an extension holds, and its bytes. */
export function typedConfigOf(
  { typedConfig }: TypedExtensionConfig,
  path: string,
): { readonly typeName: string; readonly value: Uint8Array } {
  if (typedConfig === undefined) throw new ResourceRejected(path, 'is required')
  const { typeUrl, value } = typedConfig
  return { typeName: typeUrl.slice(typeUrl.lastIndexOf('/') + 1), value }
}
