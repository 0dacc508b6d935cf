import type { Route } from '@heddle/engine/route/route'
import type { HttpExchange } from './http-exchange.ts'

/** Before a route is known. */
export type RequestStage = HttpExchange & Unknown<'route' | 'choice' | 'cluster' | 'endpoint'>

/** After the route is matched, before a cluster's endpoint is picked. */
export type RoutedStage = HttpExchange & { readonly route: Route } & Unknown<'cluster' | 'endpoint'>

/** There is nothing to be read yet. */
type Unknown<Field extends keyof HttpExchange> = { readonly [name in Field]: undefined }
