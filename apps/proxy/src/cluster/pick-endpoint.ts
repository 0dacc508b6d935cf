import type { BalancerConfig } from '../config/proxy-config.ts'
import type { EndpointState } from './endpoint-state.ts'

/** Endpoints that may be picked now, by what is known of their health. */
export type Candidates = readonly EndpointState[]

/**
 * Those of the highest priority that are healthy and not ejected. When fewer than the panic threshold are, all of them:
 * a wrong idea of everybody's health must not stop the traffic (Envoy's panic mode).
 */
export function candidatesOf(endpoints: readonly EndpointState[], panicPercent: number, nowMs: number): Candidates {
  const usable = endpoints.filter(({ config }) => config.health !== 'draining')
  const priorities = [...new Set(usable.map(({ config }) => config.priority))].sort((a, b) => a - b)
  for (const priority of priorities) {
    const level = usable.filter(({ config }) => config.priority === priority)
    const healthy = level.filter((endpoint) => isHealthy(endpoint, nowMs))
    if (healthy.length > 0 && (healthy.length / level.length) * 100 >= panicPercent) return healthy
    const isLast = priority === priorities.at(-1)
    if (isLast) return panicPercent > 0 ? level : healthy
    if (healthy.length > 0) return healthy
  }
  return []
}

function isHealthy({ config, ejectedUntilMs }: EndpointState, nowMs: number): boolean {
  return config.health !== 'unhealthy' && ejectedUntilMs <= nowMs
}

/** One of the candidates; undefined when there is none. Pure but for the balancer's own credit. */
export function pickEndpoint(
  balancer: BalancerConfig,
  candidates: Candidates,
  random: () => number,
): EndpointState | undefined {
  if (candidates.length <= 1) return candidates[0]
  switch (balancer.kind) {
    case 'round-robin':
      return smoothRoundRobin(candidates)
    case 'least-request':
      return leastRequest(candidates, balancer.choices, random)
    case 'random':
      return candidates[Math.floor(random() * candidates.length)]
  }
}

/** Each saves up its weight, the richest is picked and pays the total: weights are kept without bursts. */
function smoothRoundRobin(candidates: Candidates): EndpointState | undefined {
  let best: EndpointState | undefined
  let total = 0
  for (let index = 0; index < candidates.length; index++) {
    const endpoint = candidates[index] as EndpointState // in range
    endpoint.credit += endpoint.config.weight
    total += endpoint.config.weight
    if (best === undefined || endpoint.credit > best.credit) best = endpoint
  }
  if (best !== undefined) best.credit -= total
  return best
}

/** Power of two (or more) choices by requests under way, seen against the weight. */
function leastRequest(candidates: Candidates, choices: number, random: () => number): EndpointState | undefined {
  let best: EndpointState | undefined
  for (let draw = 0; draw < choices; draw++) {
    const endpoint = candidates[Math.floor(random() * candidates.length)] as EndpointState // random is below 1
    if (best === undefined || loadOf(endpoint) < loadOf(best)) best = endpoint
  }
  return best
}

function loadOf({ active, config }: EndpointState): number {
  return (active + 1) / config.weight
}
