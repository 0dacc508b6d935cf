import type { BasicUsers } from '../authn/basic-auth.ts'
import type { AuthzPolicySet } from '../authz/authz-policy-set.ts'
import type { CompressorOverride } from '../compress/compressor-policy.ts'
import type { CorsPolicy } from '../cors/cors-policy.ts'
import type { CsrfPolicy } from '../csrf/csrf-policy.ts'
import type { FaultPolicy } from '../fault/fault-policy.ts'
import type { GlobalRateLimitOverride } from '../limit/global-rate-limit.ts'
import type { LocalRateLimit } from '../limit/local-rate-limit.ts'
import type { HeaderToMetadata } from '../metadata/header-to-metadata.ts'
import type { HeaderMutations } from '../mutate/header-mutations.ts'
import type { SessionPolicy } from '../session/session-policy.ts'

/** What a route (or virtual host, or weighted cluster) says about one HTTP filter, in place of the filter's own setting. */
export type FilterOverride =
  /** `covers` is what a wider level says of it, for a narrower one that turns it on again. */
  | { readonly kind: 'disabled'; readonly covers: FilterOverride | undefined }
  /** Runs with the filter's own setting, also where the filter is off by itself. */
  | { readonly kind: 'enabled' }
  | { readonly kind: 'fault'; readonly policy: FaultPolicy }
  | { readonly kind: 'cors'; readonly policy: CorsPolicy }
  | { readonly kind: 'basic-auth'; readonly users: BasicUsers }
  | { readonly kind: 'csrf'; readonly policy: CsrfPolicy }
  /** Undefined keeps no request. */
  | { readonly kind: 'buffer'; readonly bytesMax: number | undefined }
  | { readonly kind: 'header-to-metadata'; readonly rules: HeaderToMetadata }
  | { readonly kind: 'session'; readonly policy: SessionPolicy | undefined }
  | { readonly kind: 'rate-limit'; readonly limit: GlobalRateLimitOverride }
  /** Of every level that says something, the most specific one first. */
  | { readonly kind: 'header-mutation'; readonly levels: readonly HeaderMutations[] }
  | { readonly kind: 'compressor'; readonly override: CompressorOverride }
  | { readonly kind: 'local-rate-limit'; readonly limit: LocalRateLimit }
  | {
      readonly kind: 'rbac'
      /** Undefined enforces nothing on this route. */
      readonly policies: AuthzPolicySet | undefined
      readonly shadow: AuthzPolicySet | undefined
    }
