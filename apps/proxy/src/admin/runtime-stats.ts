import type { RuntimeLayers } from '../runtime/runtime-layers.ts'
import { plainScope, type Stat, sharedCounters, sharedGauges } from './stat.ts'

/** `runtime`: every worker has the same. */
export function runtimeStats({ present, values, counts, hasOverrides }: RuntimeLayers): Stat[] {
  const scope = plainScope('runtime')
  return [
    ...sharedGauges(scope, {
      num_keys: values.size,
      num_layers: present.length,
      admin_overrides_active: hasOverrides ? 1 : 0,
      // Envoy's own deprecated fields; those that are not read here are refused.
      deprecated_feature_seen_since_process_start: 0,
    }),
    ...sharedCounters(scope, {
      load_success: counts.loadSuccess,
      load_error: counts.loadError,
      override_dir_exists: counts.overrideDirExists,
      override_dir_not_exists: counts.overrideDirNotExists,
      deprecated_feature_use: 0,
    }),
  ]
}
