import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { RuntimeFractionalPercent } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  type FractionalPercent,
  FractionalPercent_DenominatorType,
} from '@heddle/shared/xds/generated/envoy/type/v3/percent_pb'

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

/** There is no runtime here: what a runtime fraction says is its default value. */
export function runtimeShareOf(
  fraction: RuntimeFractionalPercent | undefined,
  otherwise: number,
  path: string,
): number {
  if (fraction === undefined) return otherwise
  return fraction.defaultValue === undefined ? 0 : shareOf(fraction.defaultValue, `${path}.default_value`)
}
