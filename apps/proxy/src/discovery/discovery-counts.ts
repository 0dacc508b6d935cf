import type { ResourceKind } from '../config/build-config.ts'
import type { RequestCounts } from './request-queue.ts'

export type KindCounts = { attempts: number; successes: number; rejected: number }

/** What came from the control plane, and what became of it. */
export type DiscoveryCounts = Readonly<Record<ResourceKind, KindCounts>> & {
  isConnected: boolean
  requests: RequestCounts
}

export function newDiscoveryCounts(): DiscoveryCounts {
  const none = (): KindCounts => ({ attempts: 0, successes: 0, rejected: 0 })
  return {
    cluster: none(),
    assignment: none(),
    listener: none(),
    route: none(),
    secret: none(),
    runtime: none(),
    isConnected: false,
    requests: { enforced: 0, pending: 0 },
  }
}
