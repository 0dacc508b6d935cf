/** How a cluster spreads its requests. Names and defaults are Envoy's. */
export type BalancerSettings = {
  readonly policy: BalancerPolicy
  /** `common_lb_config.healthy_panic_threshold`: below this share of healthy endpoints, all are used. */
  readonly panicPercent: number
  /** `fail_traffic_on_panic`: then none are. */
  readonly failsOnPanic: boolean
  /** Localities are chosen by their weight first. */
  readonly isLocalityWeighted: boolean
  /** What keeps requests in their own locality, where the proxy's own cluster is known. */
  readonly zoneAware: ZoneAwareSettings
  readonly subsets: SubsetSettings | undefined
}

/** `zone_aware_lb_config`. */
export type ZoneAwareSettings = {
  readonly enabledPercent: number
  /** Clusters with fewer healthy endpoints are left alone. */
  readonly clusterSizeMin: number
}

export type BalancerPolicy =
  | { readonly kind: 'round-robin'; readonly slowStart: SlowStart | undefined }
  | {
      readonly kind: 'least-request'
      /** So many are drawn, or every one is looked at. */
      readonly choices: number | 'all'
      /** Exponent of the requests under way, where weights differ: 0 is plain weights. */
      readonly activeBias: number
      /** Where the runtime may say the bias. */
      readonly activeBiasKey?: string
      readonly slowStart: SlowStart | undefined
    }
  | { readonly kind: 'random' }
  | {
      readonly kind: 'ring-hash'
      readonly sizeMin: number
      readonly sizeMax: number
      /** How places on the ring are computed. */
      readonly hashFunction: 'xx-hash' | 'murmur-hash-2'
      readonly hashing: HashingSettings
    }
  | { readonly kind: 'maglev'; readonly tableSize: number; readonly hashing: HashingSettings }
  | { readonly kind: 'peak-ewma'; readonly decayMs: number; readonly defaultMs: number }
  | {
      readonly kind: 'client-weighted'
      /** How long an endpoint must have reported before its weight counts, and after how long of silence it does not. */
      readonly blackoutMs: number
      readonly expirationMs: number
      /** How often weights are looked at. */
      readonly updateMs: number
      readonly errorPenalty: number
      /** By which use is measured where the application does not say it (`named_metrics.queue`). */
      readonly metrics: readonly string[]
    }

/** `consistent_hashing_lb_config`. */
export type HashingSettings = {
  /** Places endpoints by name instead of by address. */
  readonly usesHostname: boolean
  /** So many percent of its share of the requests under way an endpoint takes at most; undefined for any number. */
  readonly balanceFactorPercent: number | undefined
}

/** A new endpoint gets its share little by little. */
export type SlowStart = {
  readonly windowMs: number
  /** 1 is linear; more gives more at the beginning. */
  readonly aggression: number
  readonly aggressionKey?: string
  readonly weightMin: number
}

/** `lb_subset_config`. */
export type SubsetSettings = {
  readonly fallback: SubsetFallback
  /** For the fallback "default": what its endpoints have. */
  readonly defaultValues: ReadonlyMap<string, string>
  readonly selectors: readonly SubsetSelector[]
  /** Where the fallback finds nobody, any endpoint of the cluster. */
  readonly panicAny: boolean
  /** A list in an endpoint's metadata matches by any of its values. */
  readonly listAsAny: boolean
  /** Whether localities have their weights within a subset, or less where it has not all their endpoints. */
  readonly localityWeights: 'ignored' | 'kept' | 'scaled'
  /** `metadata_fallback_policy: FALLBACK_LIST`. */
  readonly usesFallbackList: boolean
  /** A route's keys that are none of a selector do not count. */
  readonly allowsRedundantKeys: boolean
}

export type SubsetFallback = 'none' | 'any' | 'default'

export type SubsetSelector = {
  /** Sorted. */
  readonly keys: readonly string[]
  readonly keySet: ReadonlySet<string>
  /** `keys` asks again, with `fallbackKeys` only. Undefined: as the cluster says. */
  readonly fallback: SubsetFallback | 'keys' | undefined
  readonly fallbackKeys: ReadonlySet<string>
  /** `single_host_per_subset`. */
  readonly isSingle: boolean
}
