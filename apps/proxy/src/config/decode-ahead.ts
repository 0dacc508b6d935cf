import { routeTableSteps } from '@heddle/engine/route/compile-route-table'
import { decodeOverride } from '@heddle/engine/route/decode-override'
import {
  type ClusterLoadAssignment,
  ClusterLoadAssignmentSchema,
} from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import {
  type RouteConfiguration,
  RouteConfigurationSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { refuseUnknownSteps } from '@heddle/shared/xds/refuse-unknown'
import type { ResourceKind } from './build-config.ts'
import { decodeAssignment } from './decode-assignment.ts'
import { decodedOnce, keepDecoded } from './decoded-once.ts'
import { readDirectBodies } from './read-direct-bodies.ts'

/** Traffic waits no longer than this for a configuration. */
const sliceMs = 8

/**
 * Decodes resources a bit at a time, with traffic in between, and keeps the results for `buildConfig`: thousands of routes
 * or endpoints at once would hold up every request. What cannot be decoded is left to it too; it says why.
 */
export async function decodeAhead(kind: ResourceKind, messages: Iterable<unknown>): Promise<void> {
  let until = performance.now() + sliceMs
  for (const message of messages) {
    try {
      for (const _step of stepsOf(kind, message)) {
        if (performance.now() < until) continue
        await new Promise((resolve) => setImmediate(resolve))
        until = performance.now() + sliceMs
      }
    } catch {
      // Said when the configuration is built.
    }
  }
}

/** Those of the kinds that grow large; listeners, clusters and secrets are small each. */
function* stepsOf(kind: ResourceKind, message: unknown): Generator<undefined> {
  switch (kind) {
    case 'route': {
      const routes = message as RouteConfiguration // the kind decides the message type
      yield* refuseUnknownSteps(RouteConfigurationSchema, routes)
      keepDecoded(routes, yield* routeTableSteps(readDirectBodies(routes), decodeOverride))
      return
    }
    case 'assignment': {
      const assignment = message as ClusterLoadAssignment // likewise
      yield* refuseUnknownSteps(ClusterLoadAssignmentSchema, assignment)
      decodedOnce(assignment, decodeAssignment)
      yield
      return
    }
    case 'cluster':
    case 'listener':
    case 'secret':
      return
  }
}
