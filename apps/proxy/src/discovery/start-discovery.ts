import type { Bootstrap } from '../bootstrap/bootstrap.ts'
import type { ListKind } from '../resources/fixed-wants.ts'
import { type HeldResources, noResources } from '../resources/held-resources.ts'
import { type FetchedKind, wantedNames } from '../resources/wanted-names.ts'
import { ControlClients } from './control-clients.ts'
import type { DiscoveryCounts } from './discovery-counts.ts'
import type { FileSubscription } from './file-subscription.ts'
import type { InitialFetches } from './initial-fetches.ts'
import { type IntakeOptions, ResourceIntake } from './resource-intake.ts'
import type { StreamSubscription } from './stream-subscription.ts'

export type DiscoveryOptions = Pick<IntakeOptions, 'apply' | 'onApplied'> & {
  readonly bootstrap: Bootstrap
  /** Resources from an earlier life, to begin with. */
  readonly initial?: HeldResources
}

export type Discovery = Disposable & {
  /** Of ADS; undefined: there is none. */
  readonly counts: DiscoveryCounts | undefined
  files(): readonly FileSubscription[]
  streams(): readonly StreamSubscription[]
  /** The lists that come from a control plane. */
  readonly asksForList: readonly ListKind[]
  /** Of what control planes were asked for. */
  readonly fetches: Pick<InitialFetches, 'timeoutsOf' | 'awaiting'> & {
    asked(kind: FetchedKind): ReadonlySet<string>
  }
  held(): HeldResources
  /** The listeners that the start still waits for. */
  starting(): readonly string[]
  /** What it waits for before them. */
  awaitedFirst(): ReturnType<ResourceIntake['awaitedFirst']>
}

/** Follows the files that the bootstrap and its resources name, and control planes. Files have been read when it resolves. */
export async function startDiscovery({ bootstrap, initial, ...rest }: DiscoveryOptions): Promise<Discovery> {
  const { ads, bindAddress, local, config: fixed, wants } = bootstrap
  const hasAds = ads !== undefined
  const clients = new ControlClients(bootstrap)
  const intake = new ResourceIntake({
    ...rest,
    wants,
    bindAddress,
    local,
    fixed,
    initial: initial ?? noResources,
    revision: hasAds || wants.streams.size > 0 ? 'none' : fixed.revision,
    hasAds,
    onWanted: (wanted) => void clients.follow(wanted, intake),
  })
  intake.beginFetches()
  if (wants.files.size > 0) await intake.begin()
  await clients.begin(intake)
  return {
    get counts() {
      return clients.counts
    },
    asksForList: [...wants.listTimeoutsMs.keys()],
    fetches: {
      timeoutsOf: (kind, name) => intake.fetches.timeoutsOf(kind, name),
      awaiting: (kind) => intake.fetches.awaiting(kind),
      asked: (kind) => wantedNames(intake.held(), wants).ads[kind],
    },
    files: () => intake.files.all(),
    streams: () => clients.streams(),
    held: () => intake.held(),
    starting: () => intake.starting(),
    awaitedFirst: () => intake.awaitedFirst(),
    [Symbol.dispose]() {
      intake[Symbol.dispose]()
      clients[Symbol.dispose]()
    },
  }
}
