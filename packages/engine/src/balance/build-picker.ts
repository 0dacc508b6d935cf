import type { Random } from '../request/random.ts'
import { type BalanceCounts, countPlaces } from './balance-counts.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { BalancerPolicy, HashingSettings } from './balancer-settings.ts'
import { BoundedLoadPicker } from './bounded-load-picker.ts'
import { ClientWeightedPicker } from './client-weighted-picker.ts'
import { HashRing } from './hash-ring.ts'
import { LeastRequestPicker } from './least-request-picker.ts'
import { MaglevTable } from './maglev-table.ts'
import { PeakEwmaPicker } from './peak-ewma-picker.ts'
import type { Picker, Weighted } from './picker.ts'
import { RoundRobinPicker } from './round-robin-picker.ts'

export type PickerOptions = {
  readonly random: Random
  readonly nowMs: number
  /** Requests under way in the whole cluster. */
  readonly requestsActive: () => number
  readonly counts: BalanceCounts
}

export function buildPicker<Endpoint extends BalancedEndpoint>(
  policy: BalancerPolicy,
  all: readonly Weighted<Endpoint>[],
  { random, nowMs, requestsActive, counts }: PickerOptions,
): Picker<Endpoint> {
  const endpoints = all.map(({ endpoint }) => endpoint)
  const [only] = endpoints
  if (only !== undefined && endpoints.length === 1) {
    if (policy.kind === 'ring-hash') countPlaces(counts, [Math.min(policy.sizeMin, policy.sizeMax)])
    if (policy.kind === 'maglev') countPlaces(counts, [policy.tableSize])
    return { pick: () => only }
  }
  const bounded = (table: Picker<Endpoint>, { balanceFactorPercent }: HashingSettings) =>
    balanceFactorPercent === undefined
      ? table
      : new BoundedLoadPicker(table, all, balanceFactorPercent, requestsActive, random)
  switch (policy.kind) {
    case 'round-robin':
      return new RoundRobinPicker(endpoints, policy.slowStart, random, nowMs)
    case 'least-request':
      return new LeastRequestPicker(endpoints, policy, random, nowMs)
    case 'random':
      return { pick: () => endpoints[Math.floor(random() * endpoints.length)] as Endpoint } // random is below 1
    case 'peak-ewma':
      return new PeakEwmaPicker(endpoints, policy, random)
    case 'client-weighted':
      return new ClientWeightedPicker(endpoints, policy, random, nowMs)
    case 'ring-hash':
      return bounded(counted(new HashRing(all, policy, random), counts), policy.hashing)
    case 'maglev':
      return bounded(counted(new MaglevTable(all, policy, random), counts), policy.hashing)
  }
}

function counted<Table extends { placesOwned(): readonly number[] }>(table: Table, counts: BalanceCounts): Table {
  countPlaces(counts, table.placesOwned())
  return table
}
