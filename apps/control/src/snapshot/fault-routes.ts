import { create, type JsonObject, type MessageInitShape, toJson } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import { heddleFaultType } from '@heddle/engine/fault/compile-heddle-fault'
import type { FaultInjection, FaultSource } from '@heddle/shared/model/fault-injection'
import { grpcStatusCode } from '@heddle/shared/model/grpc-status'
import type { HttpMatch } from '@heddle/shared/model/http-match'
import { formatRef, refOf } from '@heddle/shared/model/object-ref'
import { parseDuration } from '@heddle/shared/model/parse-duration'
import { FilterConfigSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import type {
  FaultDelaySchema,
  FaultRateLimitSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/common/fault/v3/fault_pb'
import {
  type FaultAbortSchema,
  HTTPFaultSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { FractionalPercentSchema } from '@heddle/shared/xds/generated/envoy/type/v3/percent_pb'
import { TypedStructSchema } from '@heddle/shared/xds/generated/xds/type/v3/typed_struct_pb'
import { pack } from './encode-resource.ts'
import { faultExpiry } from './fault-window.ts'
import { compareMatches } from './match-precedence.ts'
import type { PolicyVersion } from './mesh-config.ts'
import { exactHeader, type HeaderMatcherInit, toRouteMatches } from './to-route-match.ts'
import type { RouteInit } from './to-routes.ts'
import { duration, fractionalPercent } from './xds-values.ts'

/** The filter whose setting a route overrides. */
export const faultFilter = 'envoy.filters.http.fault'

/** Ours, for what Envoy's fault filter lacks; optional, so that an Envoy passes over it. */
export const heddleFaultFilter = 'heddle.filters.http.fault'

/** Written by the caller's sidecar: `<service>.<namespace>` of the caller. */
export const callerHeader = 'x-envoy-downstream-service-cluster'

type FaultEntry = {
  readonly fault: PolicyVersion<FaultInjection>
  readonly match: HttpMatch
  readonly matchIndex: number
  readonly source: FaultSource | undefined
}

/**
 * Copies of a route, one for each match and caller of the faults, most specific first; to be tried before the route.
 *
 * The caller is part of the route's match and of the fault's own headers. In the match, so that two faults on one path
 * for different callers both act; in the fault, so that whoever reads the fault alone sees whom it is for.
 */
export function faultRoutes(faults: readonly PolicyVersion<FaultInjection>[], route: RouteInit): RouteInit[] {
  const entries = faults.flatMap((fault) =>
    (fault.object.spec.match ?? [{}]).flatMap((match, matchIndex) =>
      (fault.object.spec.from ?? [undefined]).map((source): FaultEntry => ({ fault, match, matchIndex, source })),
    ),
  )
  // Stable: equally specific ones stay in the order of age and name.
  entries.sort((a, b) => compareMatches(a.match, b.match) || Number(!a.source) - Number(!b.source))
  return entries.flatMap(({ fault, match, matchIndex, source }) => {
    const caller = source && callerMatch(source, fault.object.metadata.namespace)
    return toRouteMatches(match, 'envoy').map((routeMatch) => ({
      ...withReset(withFault(route, fault, caller ? [caller] : []), fault.object),
      name: `${formatRef(refOf(fault.object))}/0/${matchIndex}`,
      match: caller ? { ...routeMatch, headers: [...(routeMatch.headers ?? []), caller] } : routeMatch,
    }))
  })
}

/** The route with the fault on it. */
export function withFault(
  route: RouteInit,
  fault: PolicyVersion<FaultInjection>,
  headers: readonly HeaderMatcherInit[],
): RouteInit {
  const { metadata } = fault.object
  const revision = String(fault.revision)
  return {
    ...route,
    metadata: {
      filterMetadata: {
        ...route.metadata?.filterMetadata,
        'heddle.fault': {
          expires_at: new Date(faultExpiry(fault)).toISOString(),
          object: `${metadata.namespace}/${metadata.name}`,
          revision,
        },
      },
    },
    typedPerFilterConfig: { [faultFilter]: httpFault(fault.object, headers) },
  }
}

function withReset(route: RouteInit, { spec }: FaultInjection): RouteInit {
  if (spec.reset === undefined) return route
  const percentage = toJson(
    FractionalPercentSchema,
    create(FractionalPercentSchema, fractionalPercent(spec.reset.percentage)),
  )
  const { maxActiveFaults } = spec
  const value = { reset: { percentage }, ...(maxActiveFaults === undefined ? {} : { maxActiveFaults }) }
  const config = pack(FilterConfigSchema, { isOptional: true, config: heddleFault(value) })
  return { ...route, typedPerFilterConfig: { ...route.typedPerFilterConfig, [heddleFaultFilter]: config } }
}

export function heddleFault(value: JsonObject): Any {
  return pack(TypedStructSchema, { typeUrl: `type.googleapis.com/${heddleFaultType}`, value })
}

function callerMatch(source: FaultSource, ownNamespace: string): HeaderMatcherInit {
  return exactHeader(callerHeader, `${source.service}.${source.namespace ?? ownNamespace}`)
}

function httpFault({ spec }: FaultInjection, headers: readonly HeaderMatcherInit[]): Any {
  const { delay, abort, responseBandwidth, maxActiveFaults } = spec
  return pack(HTTPFaultSchema, {
    headers: [...headers],
    ...(delay === undefined ? {} : { delay: faultDelay(delay) }),
    ...(abort === undefined ? {} : { abort: faultAbort(abort) }),
    ...(responseBandwidth === undefined ? {} : { responseRateLimit: faultRateLimit(responseBandwidth) }),
    ...(maxActiveFaults === undefined ? {} : { maxActiveFaults }),
  })
}

function faultRateLimit(
  bandwidth: NonNullable<FaultInjection['spec']['responseBandwidth']>,
): MessageInitShape<typeof FaultRateLimitSchema> {
  return {
    // The field's name says kilobits; it counts KiB.
    limitType: { case: 'fixedLimit', value: { limitKbps: BigInt(bandwidth.kibPerSecond) } },
    percentage: fractionalPercent(bandwidth.percentage),
  }
}

function faultDelay(delay: NonNullable<FaultInjection['spec']['delay']>): MessageInitShape<typeof FaultDelaySchema> {
  return {
    faultDelaySecifier: { case: 'fixedDelay', value: duration(parseDuration(delay.fixedDelay) ?? 0) },
    percentage: fractionalPercent(delay.percentage),
  }
}

function faultAbort(abort: NonNullable<FaultInjection['spec']['abort']>): MessageInitShape<typeof FaultAbortSchema> {
  return {
    errorType:
      abort.grpcStatus === undefined
        ? // The model demands one of the two.
          { case: 'httpStatus', value: abort.httpStatus ?? 503 }
        : { case: 'grpcStatus', value: grpcStatusCode(abort.grpcStatus) },
    percentage: fractionalPercent(abort.percentage),
  }
}
