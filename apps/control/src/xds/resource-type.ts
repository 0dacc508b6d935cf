/** The resource types that the server knows, by the short name used in code, metrics and logs. */
export type ResourceType = 'cluster' | 'endpoint' | 'listener' | 'route'

export const resourceTypes = ['cluster', 'endpoint', 'listener', 'route'] as const satisfies readonly ResourceType[]

export const typeUrlOf: Readonly<Record<ResourceType, string>> = {
  cluster: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  endpoint: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  listener: 'type.googleapis.com/envoy.config.listener.v3.Listener',
  route: 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
}

const typeByUrl = new Map<string, ResourceType>(resourceTypes.map((type) => [typeUrlOf[type], type]))

/** Undefined: a type that we do not serve. */
export function resourceTypeOf(typeUrl: string): ResourceType | undefined {
  return typeByUrl.get(typeUrl)
}

/**
 * In state of the world, a response of these types is everything there is: what it leaves out is deleted.
 * Endpoints and routes may come a few at a time; they go when what names them goes.
 */
export function isWholeStateType(type: ResourceType): boolean {
  return type === 'cluster' || type === 'listener'
}
