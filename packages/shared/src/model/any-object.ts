import type { z } from 'zod'
import { AuthorizationPolicy } from './authorization-policy.ts'
import { DestinationRule } from './destination-rule.ts'
import { FaultInjection } from './fault-injection.ts'
import { HttpRoute } from './http-route.ts'
import { RateLimit } from './rate-limit.ts'
import { Service } from './service.ts'
import { WorkloadEntry } from './workload-entry.ts'

/** Every kind of object. Policies are revisioned; catalog objects come and go with the instances. */
export const kinds = {
  HTTPRoute: { kind: 'HTTPRoute', belongsTo: 'policy', schema: HttpRoute, was: ['gateway.networking.k8s.io/v1beta1'] },
  DestinationRule: {
    kind: 'DestinationRule',
    belongsTo: 'policy',
    schema: DestinationRule,
    was: ['networking.istio.io/v1beta1', 'networking.istio.io/v1alpha3'],
  },
  FaultInjection: { kind: 'FaultInjection', belongsTo: 'policy', schema: FaultInjection, was: [] },
  RateLimit: { kind: 'RateLimit', belongsTo: 'policy', schema: RateLimit, was: [] },
  AuthorizationPolicy: {
    kind: 'AuthorizationPolicy',
    belongsTo: 'policy',
    schema: AuthorizationPolicy,
    was: ['security.istio.io/v1beta1'],
  },
  Service: { kind: 'Service', belongsTo: 'catalog', schema: Service, was: [] },
  WorkloadEntry: {
    kind: 'WorkloadEntry',
    belongsTo: 'catalog',
    schema: WorkloadEntry,
    was: ['networking.istio.io/v1beta1', 'networking.istio.io/v1alpha3'],
  },
} as const satisfies Record<string, KindEntry>

type KindEntry = {
  readonly kind: string
  readonly belongsTo: 'policy' | 'catalog'
  readonly schema: z.ZodObject
  /** Older versions of the same kind: refused, with the version to write. */
  readonly was: readonly string[]
}

export type Kind = keyof typeof kinds
export type PolicyObject = HttpRoute | DestinationRule | FaultInjection | RateLimit | AuthorizationPolicy
export type CatalogObject = Service | WorkloadEntry
export type AnyObject = PolicyObject | CatalogObject

export function isKind(name: string): name is Kind {
  return Object.hasOwn(kinds, name)
}

export function isPolicy(object: AnyObject): object is PolicyObject {
  return kinds[object.kind].belongsTo === 'policy'
}

/** The version that objects of the kind are written in. */
export function apiVersionOf(kind: Kind): string {
  return kinds[kind].schema.shape.apiVersion.value
}
