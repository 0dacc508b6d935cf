import type { Bootstrap } from '../bootstrap/bootstrap.ts'
import type { DiscoveryCounts } from './discovery-counts.ts'
import type { FileSubscription } from './file-subscription.ts'
import { type HeldResources, noResources } from './held-resources.ts'
import type { InitialFetches } from './initial-fetches.ts'
import { type IntakeOptions, ResourceIntake } from './resource-intake.ts'
import { type FetchedKind, wantedNames } from './wanted-names.ts'

export type DiscoveryOptions = Pick<IntakeOptions, 'apply' | 'onApplied'> & {
  readonly bootstrap: Bootstrap
  /** Resources from an earlier life, to begin with. */
  readonly initial?: HeldResources
}

export type Discovery = Disposable & {
  /** Undefined: there is no control plane. */
  readonly counts: DiscoveryCounts | undefined
  files(): readonly FileSubscription[]
  /** Of what the control plane was asked for by name. */
  readonly fetches: Pick<InitialFetches, 'timeoutsOf' | 'awaiting'> & {
    asked(kind: FetchedKind): ReadonlySet<string>
  }
  held(): HeldResources
}

/** Follows the files that the bootstrap and its resources name, and the control plane. Files have been read when it resolves. */
export async function startDiscovery({ bootstrap, initial, ...rest }: DiscoveryOptions): Promise<Discovery> {
  const { ads, node, bindAddress, config: fixed, wants } = bootstrap
  const hasAds = ads !== undefined
  const intake = new ResourceIntake({
    ...rest,
    wants,
    bindAddress,
    fixed,
    initial: initial ?? noResources,
    revision: hasAds ? 'none' : fixed.revision,
    hasAds,
  })
  if (wants.files.size > 0) await intake.begin()
  let client: (Disposable & { readonly counts: DiscoveryCounts }) | undefined
  if (hasAds) {
    // A proxy without a control plane need not hold a client for it.
    const { AdsClient } = await import('./ads-client.ts')
    intake.beginFetches()
    const made = new AdsClient({ ads, node, secrets: fixed.secrets, wants, intake })
    made.connect()
    client = made
  }
  return {
    counts: client?.counts,
    fetches: {
      timeoutsOf: (kind, name) => intake.fetches.timeoutsOf(kind, name),
      awaiting: (kind) => intake.fetches.awaiting(kind),
      asked: (kind) => wantedNames(intake.held(), wants).ads[kind],
    },
    files: () => intake.files.all(),
    held: () => intake.held(),
    [Symbol.dispose]() {
      intake[Symbol.dispose]()
      client?.[Symbol.dispose]()
    },
  }
}
