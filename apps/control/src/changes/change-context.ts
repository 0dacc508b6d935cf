import type { ActiveState } from '../active/active-state.ts'
import type { ProxyRegistry } from '../proxies/proxy-registry.ts'
import type { Telemetry } from '../signals/telemetry.ts'
import type { Store } from '../store/open-store.ts'

/** What work on changes needs. */
export type ChangeContext = {
  readonly store: Store
  readonly state: ActiveState
  readonly proxies: ProxyRegistry
  /** Recorded requests, which changes are rehearsed on. */
  readonly telemetry: Pick<Telemetry, 'records'>
  readonly soakSeconds: number
}
