import { fromBinary, type JsonObject } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Config,
  ConfigSchema,
  type Metadata,
  MetadataSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/set_metadata/v3/set_metadata_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { type DynamicMetadata, mergeStruct } from './dynamic-metadata.ts'

/** One entry of a `set_metadata` filter. */
export type SetMetadata = { readonly namespace: string; readonly value: JsonObject; readonly mayOverwrite: boolean }

const supported = new Set(['metadata_namespace', 'value', 'metadata'])
const supportedEntry = new Set(['metadata_namespace', 'allow_overwrite', 'value'])

export function compileSetMetadata(bytes: Uint8Array, path: string): readonly SetMetadata[] {
  const message: Config = fromBinary(ConfigSchema, bytes)
  refuseUnsupported(ConfigSchema, message, supported, path)
  const entries = message.metadata.map((each, index) => compileEntry(each, `${path}.metadata[${index}]`))
  // The older way to say it comes last.
  if (message.value === undefined) return entries
  if (message.metadataNamespace === '') throw new ResourceRejected(`${path}.metadata_namespace`, 'must not be empty')
  return [...entries, { namespace: message.metadataNamespace, value: message.value, mayOverwrite: true }]
}

function compileEntry(message: Metadata, path: string): SetMetadata {
  refuseUnsupported(MetadataSchema, message, supportedEntry, path)
  const { metadataNamespace: namespace, value, allowOverwrite } = message
  if (namespace === '') throw new ResourceRejected(`${path}.metadata_namespace`, 'must not be empty')
  if (value === undefined) throw new ResourceRejected(`${path}.value`, 'is required')
  return { namespace, value, mayOverwrite: allowOverwrite }
}

/** How many entries were not allowed to add to what there was. */
export function setMetadata(entries: readonly SetMetadata[], metadata: DynamicMetadata): number {
  let denied = 0
  for (const { namespace, value, mayOverwrite } of entries) {
    const before = metadata[namespace]
    if (before === undefined) metadata[namespace] = value
    else if (mayOverwrite) metadata[namespace] = mergeStruct(before, value)
    else denied++
  }
  return denied
}
