import type { MessageInitShape } from '@bufbuild/protobuf'
import type { DurationSchema } from '@bufbuild/protobuf/wkt'
import type { AddressSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/address_pb'
import { ApiVersion, type ConfigSourceSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import {
  FractionalPercent_DenominatorType,
  type FractionalPercentSchema,
} from '@heddle/shared/xds/generated/envoy/type/v3/percent_pb'

/** Small values that many resources are made of. */

export function duration(ms: number): MessageInitShape<typeof DurationSchema> {
  const seconds = Math.floor(ms / 1000)
  return { seconds: BigInt(seconds), nanos: Math.round((ms - seconds * 1000) * 1e6) }
}

export function socketAddress(address: string, port: number): MessageInitShape<typeof AddressSchema> {
  return {
    address: { case: 'socketAddress', value: { address, portSpecifier: { case: 'portValue', value: port } } },
  }
}

/** "From the stream that this resource came on." gRPC clients accept nothing else that Envoy accepts too. */
export const fromAds: MessageInitShape<typeof ConfigSourceSchema> = {
  configSourceSpecifier: { case: 'ads', value: {} },
  resourceApiVersion: ApiVersion.V3,
}

/** A percentage, in the coarsest denominator that holds it exactly; at most four decimals. */
export function fractionalPercent(percent: number): MessageInitShape<typeof FractionalPercentSchema> {
  if (Number.isInteger(percent)) return { numerator: percent, denominator: FractionalPercent_DenominatorType.HUNDRED }
  const hundredths = percent * 100
  if (Math.abs(hundredths - Math.round(hundredths)) < 1e-9) {
    return { numerator: Math.round(hundredths), denominator: FractionalPercent_DenominatorType.TEN_THOUSAND }
  }
  return { numerator: Math.round(percent * 10_000), denominator: FractionalPercent_DenominatorType.MILLION }
}
