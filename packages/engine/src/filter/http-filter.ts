import type { BasicAuth, BasicUsers } from '../authn/basic-auth.ts'
import type { AuthzPolicySet } from '../authz/authz-policy-set.ts'
import type { CompressorOverride, CompressorPolicy } from '../compress/compressor-policy.ts'
import type { DecompressorPolicy } from '../compress/decompressor-policy.ts'
import type { CorsPolicy } from '../cors/cors-policy.ts'
import type { CsrfPolicy } from '../csrf/csrf-policy.ts'
import type { FaultPolicy } from '../fault/fault-policy.ts'
import type { GrpcStatsPolicy } from '../grpc/grpc-stats-policy.ts'
import type { HealthAnswer } from '../health/health-answer.ts'
import type { GlobalRateLimit, GlobalRateLimitOverride } from '../limit/global-rate-limit.ts'
import type { LocalRateLimit } from '../limit/local-rate-limit.ts'
import type { HeaderToMetadata } from '../metadata/header-to-metadata.ts'
import type { SetMetadata } from '../metadata/set-metadata.ts'
import type { HeaderMutations } from '../mutate/header-mutations.ts'
import type { FilterOverride } from '../route/filter-override.ts'
import type { ClusterChoice } from '../route/forward-action.ts'
import type { Route } from '../route/route.ts'
import type { SessionPolicy } from '../session/session-policy.ts'

/** One HTTP filter of a chain, compiled. Per-route overrides hang on the route under the filter's name. */
export type HttpFilter = EnabledFilter | DisabledFilter

/** `disabled`: nothing of it happens but where a route turns it on. */
export type DisabledFilter = { readonly kind: 'disabled'; readonly name: string; readonly filter: EnabledFilter }

export type EnabledFilter =
  | { readonly kind: 'fault'; readonly name: string; readonly policy: FaultPolicy | undefined }
  /** Only routes say what it does. */
  | { readonly kind: 'cors'; readonly name: string }
  | { readonly kind: 'session'; readonly name: string; readonly policy: SessionPolicy | undefined }
  | { readonly kind: 'rate-limit'; readonly name: string; readonly limit: GlobalRateLimit }
  | {
      readonly kind: 'header-mutation'
      readonly name: string
      readonly own: HeaderMutations
      /** Of the levels of routes the most specific one comes last, and has the last word. */
      readonly specificLast: boolean
    }
  | { readonly kind: 'grpc-stats'; readonly name: string; readonly policy: GrpcStatsPolicy }
  | { readonly kind: 'basic-auth'; readonly name: string; readonly auth: BasicAuth }
  | { readonly kind: 'grpc-web'; readonly name: string }
  | { readonly kind: 'csrf'; readonly name: string; readonly policy: CsrfPolicy }
  | { readonly kind: 'buffer'; readonly name: string; readonly bytesMax: number }
  | { readonly kind: 'header-to-metadata'; readonly name: string; readonly rules: HeaderToMetadata }
  | { readonly kind: 'set-metadata'; readonly name: string; readonly entries: readonly SetMetadata[] }
  | { readonly kind: 'health-check'; readonly name: string; readonly answer: HealthAnswer }
  | { readonly kind: 'compressor'; readonly name: string; readonly policy: CompressorPolicy }
  | { readonly kind: 'decompressor'; readonly name: string; readonly policy: DecompressorPolicy }
  | { readonly kind: 'local-rate-limit'; readonly name: string; readonly limit: LocalRateLimit }
  | {
      readonly kind: 'rbac'
      readonly name: string
      readonly policies: AuthzPolicySet | undefined
      readonly shadow: AuthzPolicySet | undefined
    }

type FilterOf<Kind extends HttpFilter['kind']> = Extract<HttpFilter, { kind: Kind }>

/** What an RBAC filter enforces on a request that took this route; undefined lets everything pass. */
export function enforcedPolicies(
  filter: FilterOf<'rbac'>,
  route: Route,
  choice: ClusterChoice | undefined,
): AuthzPolicySet | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return filter.policies
  return override.kind === 'rbac' ? override.policies : undefined
}

/** What it only watches. */
export function watchedPolicies(
  filter: FilterOf<'rbac'>,
  route: Route,
  choice: ClusterChoice | undefined,
): AuthzPolicySet | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return filter.shadow
  return override.kind === 'rbac' ? override.shadow : undefined
}

/** The fault that a fault filter holds for a request that took this route. */
export function heldFault(
  filter: FilterOf<'fault'>,
  route: Route,
  choice: ClusterChoice | undefined,
): FaultPolicy | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return filter.policy
  return override.kind === 'fault' ? override.policy : undefined
}

export function heldCors(
  filter: FilterOf<'cors'>,
  route: Route,
  choice: ClusterChoice | undefined,
): CorsPolicy | undefined {
  const override = overrideOf(filter.name, route, choice)
  return override?.kind === 'cors' ? override.policy : undefined
}

export function heldSession(
  filter: FilterOf<'session'>,
  route: Route,
  choice: ClusterChoice | undefined,
): SessionPolicy | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return filter.policy
  return override.kind === 'session' ? override.policy : undefined
}

/** What a route says of a limit that a service keeps; undefined where it is switched off. */
export function heldGlobalLimit(
  filter: FilterOf<'rate-limit'>,
  route: Route,
  choice: ClusterChoice | undefined,
): GlobalRateLimitOverride | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return filter.limit
  return override.kind === 'rate-limit' ? override.limit : undefined
}

export function heldLocalLimit(
  filter: FilterOf<'local-rate-limit'>,
  route: Route,
  choice: ClusterChoice | undefined,
): LocalRateLimit | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return filter.limit
  return override.kind === 'local-rate-limit' ? override.limit : undefined
}

const noLevels: readonly HeaderMutations[] = []

/** What routes say of a filter's mutations, the most specific level first; undefined where it is switched off. */
export function heldMutations(
  filter: FilterOf<'header-mutation'>,
  route: Route,
  choice: ClusterChoice | undefined,
): readonly HeaderMutations[] | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return noLevels
  return override.kind === 'header-mutation' ? override.levels : undefined
}

/** A route may only switch it off. */
export function countsGrpc(filter: FilterOf<'grpc-stats'>, route: Route, choice: ClusterChoice | undefined): boolean {
  return overrideOf(filter.name, route, choice)?.kind !== 'disabled'
}

/** A route may only switch it off. */
export function translatesGrpcWeb(
  filter: FilterOf<'grpc-web'>,
  route: Route,
  choice: ClusterChoice | undefined,
): boolean {
  return overrideOf(filter.name, route, choice)?.kind !== 'disabled'
}

/** Who may ask for what this route is about; undefined where anybody may. */
export function heldUsers(
  filter: FilterOf<'basic-auth'>,
  route: Route,
  choice: ClusterChoice | undefined,
): BasicUsers | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return filter.auth.users
  return override.kind === 'basic-auth' ? override.users : undefined
}

export function heldCsrf(
  filter: FilterOf<'csrf'>,
  route: Route,
  choice: ClusterChoice | undefined,
): CsrfPolicy | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return filter.policy
  return override.kind === 'csrf' ? override.policy : undefined
}

/** How long a request may be that is kept until it is whole; undefined where it is not kept. */
export function heldBuffer(
  filter: FilterOf<'buffer'>,
  route: Route,
  choice: ClusterChoice | undefined,
): number | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return filter.bytesMax
  return override.kind === 'buffer' ? override.bytesMax : undefined
}

export function heldMetadataRules(
  filter: FilterOf<'header-to-metadata'>,
  route: Route,
  choice: ClusterChoice | undefined,
): HeaderToMetadata | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return filter.rules
  return override.kind === 'header-to-metadata' ? override.rules : undefined
}

/** A route may only switch it off. */
export function setsMetadata(
  filter: FilterOf<'set-metadata'>,
  route: Route,
  choice: ClusterChoice | undefined,
): boolean {
  return overrideOf(filter.name, route, choice)?.kind !== 'disabled'
}

/** A route may only switch it off. */
export function answersHealth(
  filter: FilterOf<'health-check'>,
  route: Route,
  choice: ClusterChoice | undefined,
): boolean {
  return overrideOf(filter.name, route, choice)?.kind !== 'disabled'
}

const asConfigured: CompressorOverride = { compressesAnswers: undefined, removesAcceptEncoding: undefined }

/** What a route says of a compressor; undefined where it is switched off as a whole. */
export function heldCompression(
  filter: FilterOf<'compressor'>,
  route: Route,
  choice: ClusterChoice | undefined,
): CompressorOverride | undefined {
  const override = overrideOf(filter.name, route, choice)
  if (override === undefined) return asConfigured
  return override.kind === 'compressor' ? override.override : undefined
}

/** A route may only switch it off. */
export function decompresses(
  filter: FilterOf<'decompressor'>,
  route: Route,
  choice: ClusterChoice | undefined,
): boolean {
  return overrideOf(filter.name, route, choice)?.kind !== 'disabled'
}

/** Whether a route turns a filter on that is off by itself: with a configuration of its own, or with an empty one. */
export function isTurnedOn({ name }: DisabledFilter, route: Route, choice: ClusterChoice | undefined): boolean {
  const said = saidOf(name, route, choice)
  return said !== undefined && said.kind !== 'disabled'
}

/** What a route says in place of a filter's own setting. */
function overrideOf(name: string, route: Route, choice: ClusterChoice | undefined): FilterOverride | undefined {
  const said = saidOf(name, route, choice)
  return said !== undefined && said.kind === 'enabled' ? undefined : said
}

/** A cluster's own setting is more specific than its route's, and holds the latter where it says nothing itself. */
function saidOf(name: string, route: Route, choice: ClusterChoice | undefined): FilterOverride | undefined {
  return choice === undefined ? route.filters.get(name) : choice.filters.get(name)
}
