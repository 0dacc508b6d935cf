import type { ProxyConfig } from '../config/proxy-config.ts'
import type { ListKind } from './fixed-wants.ts'
import type { HeldResources } from './held-resources.ts'
import { type FetchedKind, type Wanted, wantedNames } from './wanted-names.ts'

/** One resource that a control plane was asked for and has not sent yet, or the first of a list. */
export type Awaited = {
  readonly kind: FetchedKind | ListKind
  readonly name: string
  /** 0 for as long as it takes. */
  readonly timeoutMs: number
}

/**
 * What is missing of all that control planes are asked for: the layers of the runtime, the endpoints of each cluster (none is
 * an answer too), and the routes of each listener. What a file did not say is not waited for; nor, without `hasAds`, what nobody is asked for.
 */
export function awaitedNames(
  held: HeldResources,
  config: ProxyConfig,
  { fixed, hasAds }: { readonly fixed?: Wanted; readonly hasAds: boolean },
): readonly Awaited[] {
  const { ads, streams, fetchTimeoutsMs } = wantedNames(held, fixed)
  const missing = (kind: FetchedKind, here: ReadonlyMap<string, unknown>): Awaited[] => {
    const ofStreams = [...streams].flatMap(([key, { of }]) => (of === kind ? [key] : []))
    return [...(hasAds ? ads[kind] : []), ...ofStreams]
      .filter((name) => !here.has(name))
      .map((name) => ({ kind, name, timeoutMs: fetchTimeoutsMs[kind].get(name) ?? 0 }))
  }
  return [
    ...missing('runtime', config.runtimes),
    ...missing('assignment', config.assignments),
    ...missing('route', config.routes),
  ]
}
