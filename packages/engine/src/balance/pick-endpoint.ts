import type { Random } from '../request/random.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'

export type BalancerPolicy =
  | { readonly kind: 'round-robin' }
  | { readonly kind: 'least-request'; readonly choices: number }
  | { readonly kind: 'random' }

/** One of the candidates; undefined when there is none. Allocates nothing; changes nothing but the balancer's credit. */
export function pickEndpoint<Endpoint extends BalancedEndpoint>(
  policy: BalancerPolicy,
  candidates: readonly Endpoint[],
  random: Random,
): Endpoint | undefined {
  if (candidates.length <= 1) return candidates[0]
  switch (policy.kind) {
    case 'round-robin':
      return smoothRoundRobin(candidates)
    case 'least-request':
      return leastRequest(candidates, policy.choices, random)
    case 'random':
      return candidates[Math.floor(random() * candidates.length)]
  }
}

/** Each saves up its weight, the richest is picked and pays the total: weights are kept without bursts. */
function smoothRoundRobin<Endpoint extends BalancedEndpoint>(candidates: readonly Endpoint[]): Endpoint | undefined {
  let best: Endpoint | undefined
  let total = 0
  for (let index = 0; index < candidates.length; index++) {
    const endpoint = candidates[index] as Endpoint // in range
    endpoint.credit += endpoint.config.weight
    total += endpoint.config.weight
    if (best === undefined || endpoint.credit > best.credit) best = endpoint
  }
  if (best !== undefined) best.credit -= total
  return best
}

/** Power of two (or more) choices by requests under way, seen against the weight. */
function leastRequest<Endpoint extends BalancedEndpoint>(
  candidates: readonly Endpoint[],
  choices: number,
  random: Random,
): Endpoint | undefined {
  let best: Endpoint | undefined
  for (let draw = 0; draw < choices; draw++) {
    const endpoint = candidates[Math.floor(random() * candidates.length)] as Endpoint // random is below 1
    if (best === undefined || loadOf(endpoint) < loadOf(best)) best = endpoint
  }
  return best
}

function loadOf({ active, config }: BalancedEndpoint): number {
  return (active + 1) / config.weight
}
