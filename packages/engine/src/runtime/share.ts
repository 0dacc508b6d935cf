import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type {
  RuntimeFeatureFlag,
  RuntimeFractionalPercent,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  type FractionalPercent,
  FractionalPercent_DenominatorType,
} from '@heddle/shared/xds/generated/envoy/type/v3/percent_pb'
import type { RuntimeFlag, RuntimeShare } from './runtime-values.ts'

/** A fractional percentage as a number from 0 to 1. Precise to 0.0001 %. More than all means all, as in Envoy. */
export function shareOf(percent: FractionalPercent, path: string): number {
  return Math.min(1, percent.numerator / denominatorOf(percent, path))
}

export function denominatorOf(percent: FractionalPercent, path: string): number {
  switch (percent.denominator) {
    case FractionalPercent_DenominatorType.HUNDRED:
      return 100
    case FractionalPercent_DenominatorType.TEN_THOUSAND:
      return 10_000
    case FractionalPercent_DenominatorType.MILLION:
      return 1_000_000
  }
  // An enum value from a newer sender is kept as a number by the decoder.
  throw new ResourceRejected(`${path}.denominator`, `unknown value ${String(percent.denominator)}`)
}

/** `otherwise` where nothing is said at all; some have a key of their own for that. */
export function runtimeShareOf(
  fraction: RuntimeFractionalPercent | undefined,
  otherwise: number,
  path: string,
  key = '',
): RuntimeShare {
  if (fraction === undefined) return { key, share: otherwise }
  const { defaultValue, runtimeKey } = fraction
  const share = defaultValue === undefined ? 0 : shareOf(defaultValue, `${path}.default_value`)
  return { key: runtimeKey, share }
}

/** On where nothing is said. */
export function runtimeFlagOf(flag: RuntimeFeatureFlag | undefined): RuntimeFlag {
  return { key: flag?.runtimeKey ?? '', isOn: flag?.defaultValue ?? true }
}
