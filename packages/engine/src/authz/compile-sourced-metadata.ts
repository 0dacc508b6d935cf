import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  RBAC_MetadataSource as Source,
  type RBAC_SourcedMetadata as SourcedMetadata,
  RBAC_SourcedMetadataSchema as SourcedMetadataSchema,
} from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileMetadataMatcher } from '../match/compile-metadata-matcher.ts'
import type { MetadataMatcher } from '../match/metadata-matcher.ts'
import type { MetadataSource } from '../request/metadata-source.ts'

const supported = new Set(['metadata_matcher', 'metadata_source'])

export function compileSourcedMetadata(
  message: SourcedMetadata,
  path: string,
): { readonly kind: 'metadata'; readonly matcher: MetadataMatcher; readonly source: MetadataSource } {
  refuseUnsupported(SourcedMetadataSchema, message, supported, path)
  const { metadataMatcher, metadataSource } = message
  if (metadataMatcher === undefined) throw new ResourceRejected(`${path}.metadata_matcher`, 'is required')
  return {
    kind: 'metadata',
    matcher: compileMetadataMatcher(metadataMatcher, `${path}.metadata_matcher`),
    source: sourceOf(metadataSource, `${path}.metadata_source`),
  }
}

function sourceOf(source: Source, path: string): MetadataSource {
  switch (source) {
    case Source.DYNAMIC:
      return 'dynamic'
    case Source.ROUTE:
      return 'route'
  }
  // An enum value from a newer sender is kept as a number by the decoder.
  throw new ResourceRejected(path, `unknown value ${String(source)}`)
}
