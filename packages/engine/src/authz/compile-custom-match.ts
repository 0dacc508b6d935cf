import { create, fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { DynamicMetadataInputSchema } from '@heddle/shared/xds/generated/envoy/extensions/matching/common_inputs/network/v3/dynamic_metadata_input_pb'
import { IpSchema } from '@heddle/shared/xds/generated/envoy/extensions/matching/input_matchers/ip/v3/ip_pb'
import { MetadataSchema } from '@heddle/shared/xds/generated/envoy/extensions/matching/input_matchers/metadata/v3/metadata_pb'
import { MetadataMatcherSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/metadata_pb'
import type { TypedExtensionConfig } from '@heddle/shared/xds/generated/xds/core/v3/extension_pb'
import { compileMetadataMatcher } from '../match/compile-metadata-matcher.ts'
import { compileIpRange } from '../match/ip-range.ts'
import { ipSetOf } from '../match/ip-set.ts'
import { compileConnectionInput, inputType } from './compile-text-input.ts'
import type { Permission } from './permission.ts'

/** `custom_match` of a condition: ranges of addresses, and values of metadata. */
export function compileCustomMatch(
  input: TypedExtensionConfig | undefined,
  custom: TypedExtensionConfig,
  path: string,
): Permission {
  const value = custom.typedConfig?.value ?? new Uint8Array()
  const at = `${path}.custom_match.typed_config`
  switch (inputType(custom)) {
    case IpSchema.typeName: {
      const { cidrRanges } = fromBinary(IpSchema, value)
      if (cidrRanges.length === 0) throw new ResourceRejected(`${at}.cidr_ranges`, 'must not be empty')
      const ranges = cidrRanges.map((range, index) => compileIpRange(range, `${at}.cidr_ranges[${index}]`))
      return { kind: 'ip', of: addressInput(input, `${path}.input`), addresses: ipSetOf(ranges) }
    }
    case MetadataSchema.typeName: {
      const from = `${path}.input.typed_config`
      if (inputType(input) !== DynamicMetadataInputSchema.typeName) {
        throw new ResourceRejected(from, `${inputType(input) || 'none'} is not supported yet for metadata`)
      }
      const { filter, path: keys } = fromBinary(
        DynamicMetadataInputSchema,
        input?.typedConfig?.value ?? new Uint8Array(),
      )
      const { value: wanted, invert } = fromBinary(MetadataSchema, value)
      const segments = keys.map(({ segment }) => ({ segment }))
      const matcher = create(MetadataMatcherSchema, {
        filter,
        path: segments,
        invert,
        ...(wanted === undefined ? {} : { value: wanted }),
      })
      return { kind: 'metadata', matcher: compileMetadataMatcher(matcher, at), source: 'dynamic' }
    }
    default:
      throw new ResourceRejected(at, `${inputType(custom) || 'none'} is not supported yet`)
  }
}

export type AddressInput = Extract<Permission, { kind: 'ip' }>['of']

export function addressInput(input: TypedExtensionConfig | undefined, path: string): AddressInput {
  const { kind } = compileConnectionInput(input, path)
  if (kind === 'source-ip' || kind === 'direct-source-ip' || kind === 'destination-ip') return kind
  throw new ResourceRejected(`${path}.typed_config`, `${inputType(input)} is no address`)
}
