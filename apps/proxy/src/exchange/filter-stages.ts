import type { Route } from '@heddle/engine/route/route'
import type { HttpExchange } from './http-exchange.ts'

/** Before a route is known. */
export type RequestStage = Omit<HttpExchange, 'route' | 'choice' | 'cluster' | 'endpoint'>

/** After the route is matched, before a cluster's endpoint is picked. */
export type RoutedStage = Omit<HttpExchange, 'route' | 'endpoint'> & { readonly route: Route }
