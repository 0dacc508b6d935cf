import type { Route } from './route.ts'

/** Stands for the route of a request that has none: the chain's own filters run for it too, as in Envoy, and then nobody answers. */
export const unrouted: Route = {
  name: '',
  virtualHost: '',
  virtualClusters: undefined,
  origin: undefined,
  matcher: {
    path: { kind: 'prefix', prefix: '', ignoreCase: false },
    headers: [],
    query: [],
    isGrpc: false,
    fraction: undefined,
  },
  action: { kind: 'non-forwarding' },
  filters: new Map(),
  responseEdits: [],
  metadata: undefined,
  operation: '',
  statPrefix: '',
}
