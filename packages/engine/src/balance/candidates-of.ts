import type { BalancedEndpoint } from './balanced-endpoint.ts'

/**
 * Those of the highest priority that are healthy and not ejected. When fewer than the panic threshold are, all of them:
 * a wrong idea of everybody's health must not stop the traffic (Envoy's panic mode). A draining endpoint takes nothing
 * new, and counts for nothing.
 */
export function candidatesOf<Endpoint extends BalancedEndpoint>(
  endpoints: readonly Endpoint[],
  panicPercent: number,
  nowMs: number,
): readonly Endpoint[] {
  const usable = endpoints.filter(({ config }) => config.health !== 'draining')
  const priorities = [...new Set(usable.map(({ config }) => config.priority))].sort((a, b) => a - b)
  for (const priority of priorities) {
    const level = usable.filter(({ config }) => config.priority === priority)
    const healthy = level.filter((endpoint) => isHealthy(endpoint, nowMs))
    if (healthy.length > 0 && (healthy.length / level.length) * 100 >= panicPercent) return healthy
    // Another priority is better than a panic.
    if (priority === priorities.at(-1)) return panicPercent > 0 ? level : healthy
    if (healthy.length > 0) return healthy
  }
  return []
}

function isHealthy({ config, ejectedUntilMs }: BalancedEndpoint, nowMs: number): boolean {
  return config.health !== 'unhealthy' && ejectedUntilMs <= nowMs
}
