import type { Route } from '@heddle/engine/route/route'
import type { HttpExchange } from './http-exchange.ts'

/** A route says it for itself, or leaves it to the chain. */
export function allowsUpgrade({ chain, upgrade }: HttpExchange, route: Route): boolean {
  const own = route.action.kind === 'forward' ? route.action.upgrades.get(upgrade) : undefined
  return own ?? chain.upgrades.has(upgrade)
}
