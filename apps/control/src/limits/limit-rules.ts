import type { TokenBucketRate } from '@heddle/engine/limit/token-bucket'
import { limitId } from '@heddle/shared/model/limit-id'
import { parseDuration } from '@heddle/shared/model/parse-duration'
import type { RateLimit } from '@heddle/shared/model/rate-limit'
import { countKey, limitVersion, queryKey, versionKey } from '../snapshot/limit-descriptor.ts'
import type { PolicyVersion } from '../snapshot/mesh-config.ts'

/** How much one match and caller of a `RateLimit` of the whole mesh lets through. */
export type LimitRule = {
  /** Names its counters: the id and the version. */
  readonly key: string
  /** "shop/charges", as people know it. */
  readonly name: string
  readonly rate: TokenBucketRate
  readonly requests: number
  readonly intervalMs: number
  readonly isShadow: boolean
  /** What a descriptor may say besides which limit it means. */
  readonly keys: ReadonlySet<string>
}

/** By id and by version. `current` is that of the newest revision: for proxies whose version is none of those in force. */
export type LimitRules = ReadonlyMap<
  string,
  { readonly current: LimitRule; readonly byVersion: ReadonlyMap<string, LimitRule> }
>

/**
 * The rules of the revisions in force, the newest first: while a change rolls out there are two. A limit that the newest
 * lacks stands until no proxy is told of it any more.
 */
export function limitRules(revisions: readonly (readonly PolicyVersion[])[]): LimitRules {
  const rules = new Map<string, { current: LimitRule; byVersion: Map<string, LimitRule> }>()
  for (const policies of revisions) {
    for (const { object } of policies) {
      if (object.kind !== 'RateLimit' || object.spec.scope !== 'Mesh') continue
      const version = limitVersion(object)
      for (const id of idsOf(object)) {
        const rule = ruleOf(object, id, version)
        const known = rules.get(id)
        if (known !== undefined) known.byVersion.set(version, known.byVersion.get(version) ?? rule)
        else rules.set(id, { current: rule, byVersion: new Map([[version, rule]]) })
      }
    }
  }
  return rules
}

function* idsOf(limit: RateLimit): Iterable<string> {
  const matches = limit.spec.match?.length ?? 1
  const sources = limit.spec.from?.length ?? 1
  for (let match = 0; match < matches; match++) {
    for (let source = 0; source < sources; source++) yield limitId(limit.metadata, match, source)
  }
}

function ruleOf({ metadata, spec }: RateLimit, id: string, version: string): LimitRule {
  const { requests, interval, burst = requests } = spec.limit
  // The model has read it already.
  const intervalMs = parseDuration(interval) ?? 1000
  return {
    key: `${id}@${version}`,
    name: `${metadata.namespace}/${metadata.name}`,
    rate: { tokensMax: burst, tokensPerMs: requests / intervalMs },
    requests,
    intervalMs,
    isShadow: spec.shadowMode === true,
    keys: new Set([queryKey, versionKey, ...(spec.countBy ?? []).map(countKey)]),
  }
}
