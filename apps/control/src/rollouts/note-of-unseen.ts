import type { EdgeEvidence } from './stage-signals.ts'
import type { TouchedServices } from './touched-services.ts'

const namesMax = 3

/**
 * Which of the services that a rollout acts on had no request that met it, in words. Undefined: all had one.
 *
 * A stage is not held for them: some services are idle for days. But what passes then passes on the requests that the
 * change is not about, and whoever reads "passed" must know. Sidecars of others, as Envoy, report no revision: of what only they
 * saw nobody knows whether the change met it. Pure.
 */
export function noteOfUnseen(edges: readonly EdgeEvidence[], touched: TouchedServices): string | undefined {
  const seen = new Set(edges.filter(({ stage }) => stage.requests > 0).map(({ destination }) => destination))
  const isUnseen = (names: ReadonlySet<string>) => [...names].every((name) => !seen.has(name))
  const unseen = [...touched].flatMap(([service, names]) => (isUnseen(names) ? [service] : []))
  if (unseen.length === 0) return undefined
  const named = namesOf(unseen)
  const isAll = unseen.length === touched.size
  const start = isAll ? 'Inconclusive, nothing to judge' : 'Only partly judged'
  return `${start}: no proxy that has the change reported a request to ${named}, which it acts on`
}

function namesOf(services: readonly string[]): string {
  const named = [...services].sort().slice(0, namesMax)
  const more = services.length - named.length
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(' or ')
}
