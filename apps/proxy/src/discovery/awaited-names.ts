import type { ProxyConfig } from '../config/proxy-config.ts'
import type { HeldResources } from './held-resources.ts'
import { type FetchedKind, type Wanted, wantedNames } from './wanted-names.ts'

/** One resource that the control plane was asked for and has not sent yet. */
export type Awaited = {
  readonly kind: FetchedKind
  readonly name: string
  /** 0 for as long as it takes. */
  readonly timeoutMs: number
}

/**
 * What is missing of all that the control plane is asked for: the endpoints of each cluster (none is an answer too), and the
 * routes of each listener. What a file did not say is not waited for.
 */
export function awaitedNames(held: HeldResources, config: ProxyConfig, fixed?: Wanted): readonly Awaited[] {
  const { ads, fetchTimeoutsMs } = wantedNames(held, fixed)
  const missing = (kind: FetchedKind, here: ReadonlyMap<string, unknown>): Awaited[] =>
    [...ads[kind]]
      .filter((name) => !here.has(name))
      .map((name) => ({ kind, name, timeoutMs: fetchTimeoutsMs[kind].get(name) ?? 0 }))
  return [...missing('assignment', config.assignments), ...missing('route', config.routes)]
}
