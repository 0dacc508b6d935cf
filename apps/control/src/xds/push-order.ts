import type { ResourceType } from './resource-type.ts'

/**
 * `make`: what is new or changed. `break`: what is removed. `both`: at once.
 * A step that waits is not begun before every earlier step has been acknowledged.
 */
export type PushStep = {
  readonly type: ResourceType
  readonly part: 'make' | 'break' | 'both'
  readonly waits: boolean
}

/** In which order one stream learns of a change: make before break, read from top to bottom. */
export const pushOrder: readonly PushStep[] = [
  // First, because nothing may name a cluster that the proxy does not have.
  { type: 'cluster', part: 'make', waits: false },
  // Directly behind, without waiting: Envoy warms a changed cluster until endpoints come, and holds back the
  // acknowledgement of its clusters for so long (15 s when they never come).
  { type: 'endpoint', part: 'make', waits: false },
  // Listeners carry inline routes and TCP clusters, so the clusters must stand. Listeners that go, go here: they are
  // what still names routes and clusters.
  { type: 'listener', part: 'both', waits: true },
  // Proxies do not warm routes: a route that names an unacknowledged cluster answers 503.
  { type: 'route', part: 'both', waits: true },
  // Nothing names them any more. Not before the routes are acknowledged, however long that takes: a proxy that
  // refuses its new routes still runs the old ones over the old clusters.
  { type: 'cluster', part: 'break', waits: true },
  // Last, and seldom: a proxy lets go of the endpoints of a removed cluster by itself.
  { type: 'endpoint', part: 'break', waits: true },
]
