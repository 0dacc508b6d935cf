import type { MetadataView } from './metadata-view.ts'
import type { RequestView } from './request-view.ts'

/** Whose metadata a rule reads: what filters have said of the request, or what stands in its route. */
export type MetadataSource = 'dynamic' | 'route'

export function metadataOf(request: RequestView, source: MetadataSource): MetadataView {
  return source === 'dynamic' ? request.dynamicMetadata : request.routeMetadata
}
