import type { ListenerConfig } from '../config/listener-config.ts'

/** The `stat_prefix` of each of a listener's chains of a kind, once; `routes`: of those that have these routes. */
export function chainPrefixes(
  { chains, defaultChain }: ListenerConfig,
  kind: 'http' | 'tcp',
  routes?: string,
): readonly string[] {
  const all = defaultChain === undefined ? chains : [...chains, defaultChain]
  const prefixes = all.flatMap(({ network }) => {
    if (network.kind !== kind) return []
    const isMeant = routes === undefined || (network.kind === 'http' && network.routeName === routes)
    return isMeant ? [network.statPrefix] : []
  })
  return [...new Set(prefixes)]
}
