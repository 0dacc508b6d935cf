/** `overload_manager` of a bootstrap (envoy.config.overload.v3.OverloadManager). */
export type OverloadConfig = {
  readonly refreshMs: number
  readonly monitors: readonly OverloadMonitor[]
  readonly actions: readonly OverloadAction[]
}

/** What is looked at every `refreshMs`, as a pressure: 0 is nothing, 1 all that there is. */
export type OverloadMonitor = { readonly name: string } & (
  | { readonly kind: 'heap'; readonly bytesMax: number }
  /** The pressure stands in a file: for tests of how a mesh behaves under it. */
  | { readonly kind: 'file'; readonly path: string }
)

export const overloadActions = [
  'stop_accepting_requests',
  'disable_http_keepalive',
  'stop_accepting_connections',
  'reject_incoming_connections',
  'shrink_heap',
] as const

export type OverloadActionName = (typeof overloadActions)[number]

export type OverloadAction = {
  readonly name: OverloadActionName
  /** The strongest of them counts. */
  readonly triggers: readonly OverloadTrigger[]
}

/** Of a monitor's pressure: nothing up to `scaling`, everything from `saturation` on, and its share in between. */
export type OverloadTrigger = { readonly monitor: string; readonly scaling: number; readonly saturation: number }
