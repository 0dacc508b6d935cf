import type { Any } from '@bufbuild/protobuf/wkt'
import type { Metadata } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { joinCorsPolicies } from '../cors/cors-policy.ts'
import type { FilterOverride } from './filter-override.ts'

/**
 * Reads one `typed_per_filter_config` entry; undefined for a type that is not known and may be left out. Throws
 * `ResourceRejected` for one that may not.
 */
export type DecodeOverride = (config: Any, metadata: Metadata | undefined, path: string) => FilterOverride | undefined

export function compileFilterOverrides(
  configs: Readonly<Record<string, Any>>,
  metadata: Metadata | undefined,
  decode: DecodeOverride,
  path: string,
): ReadonlyMap<string, FilterOverride> {
  const overrides = new Map<string, FilterOverride>()
  for (const [name, config] of Object.entries(configs)) {
    const override = decode(config, metadata, `${path}["${name}"]`)
    if (override !== undefined) overrides.set(name, override)
  }
  return overrides
}

/** The more specific level wins, filter by filter; CORS policies are joined field by field, and mutations of headers all act. */
export function overrideWith(
  general: ReadonlyMap<string, FilterOverride>,
  specific: ReadonlyMap<string, FilterOverride>,
): ReadonlyMap<string, FilterOverride> {
  if (specific.size === 0) return general
  if (general.size === 0) return specific
  const joined = new Map(general)
  for (const [name, override] of specific) {
    const wider = general.get(name)
    joined.set(name, wider === undefined ? override : joinOverrides(wider, override))
  }
  return joined
}

/** Whether it runs, and what it runs with, are two questions: the most specific level that answers each of them counts. */
function joinOverrides(wider: FilterOverride, override: FilterOverride): FilterOverride {
  if (override.kind === 'disabled')
    return { kind: 'disabled', covers: wider.kind === 'disabled' ? wider.covers : wider }
  if (wider.kind === 'disabled') return wider.covers === undefined ? override : joinOverrides(wider.covers, override)
  if (override.kind === 'enabled') return wider
  if (wider.kind === 'cors' && override.kind === 'cors') {
    return { kind: 'cors', policy: joinCorsPolicies(wider.policy, override.policy) }
  }
  if (wider.kind === 'header-mutation' && override.kind === 'header-mutation') {
    return { kind: 'header-mutation', levels: [...override.levels, ...wider.levels] }
  }
  return override
}
