import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  RateLimit_Action_MetaData_Source as MetadataSource,
  type RateLimit_Action,
  type RateLimit_Action_RemoteAddressMatch,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import type { MetadataKey } from '@heddle/shared/xds/generated/envoy/type/metadata/v3/metadata_pb'
import { compileHeaderMatcher } from '../match/compile-header-matcher.ts'
import { compileQueryMatcher } from '../match/compile-query-matcher.ts'
import { compileIpRange } from '../match/ip-range.ts'
import { ipSetOf } from '../match/ip-set.ts'
import { compileHeaderFormat } from '../mutate/compile-header-format.ts'
import { wireBytes } from '../mutate/wire-text.ts'
import type { RateLimitAction } from './rate-limit-action.ts'

/** Envoy's values are texts; operators in them are for a feature that is off unless the runtime says otherwise. */
export function compileRateLimitAction({ actionSpecifier: action }: RateLimit_Action, path: string): RateLimitAction {
  switch (action.case) {
    case 'genericKey': {
      const { descriptorKey, descriptorValue } = action.value
      const value = required(descriptorValue, `${path}.generic_key.descriptor_value`)
      return { kind: 'generic-key', entry: { key: descriptorKey || 'generic_key', value } }
    }
    case 'sourceCluster':
      return { kind: 'source-cluster' }
    case 'destinationCluster':
      return { kind: 'destination-cluster' }
    case 'remoteAddress':
      return { kind: 'remote-address' }
    case 'maskedRemoteAddress': {
      const { v4PrefixMaskLen: bits4 = 32, v6PrefixMaskLen: bits6 = 128 } = action.value
      if (bits4 > 32 || bits6 > 128) throw new ResourceRejected(`${path}.masked_remote_address`, 'mask is too long')
      return { kind: 'masked-remote-address', bits4, bits6 }
    }
    case 'remoteAddressMatch':
      return compileAddressMatch(action.value, `${path}.remote_address_match`)
    case 'requestHeaders': {
      const { headerName, descriptorKey, skipIfAbsent } = action.value
      return {
        kind: 'header',
        name: required(headerName, `${path}.request_headers.header_name`).toLowerCase(),
        key: required(descriptorKey, `${path}.request_headers.descriptor_key`),
        skipsAbsent: skipIfAbsent,
      }
    }
    case 'headerValueMatch': {
      const { descriptorKey, descriptorValue, expectMatch = true, headers } = action.value
      const at = `${path}.header_value_match`
      if (headers.length === 0) throw new ResourceRejected(`${at}.headers`, 'must not be empty')
      return {
        kind: 'header-match',
        entry: { key: descriptorKey || 'header_match', value: required(descriptorValue, `${at}.descriptor_value`) },
        expected: expectMatch,
        headers: headers.map((header, index) => compileHeaderMatcher(header, `${at}.headers[${index}]`)),
      }
    }
    case 'queryParameters': {
      const { queryParameterName, descriptorKey, skipIfAbsent } = action.value
      return {
        kind: 'query',
        name: required(queryParameterName, `${path}.query_parameters.query_parameter_name`),
        key: required(descriptorKey, `${path}.query_parameters.descriptor_key`),
        skipsAbsent: skipIfAbsent,
      }
    }
    case 'queryParameterValueMatch': {
      const { descriptorKey, descriptorValue, expectMatch = true, queryParameters } = action.value
      const at = `${path}.query_parameter_value_match`
      if (queryParameters.length === 0) throw new ResourceRejected(`${at}.query_parameters`, 'must not be empty')
      return {
        kind: 'query-match',
        entry: { key: descriptorKey || 'query_match', value: required(descriptorValue, `${at}.descriptor_value`) },
        expected: expectMatch,
        query: queryParameters.map((query, index) => compileQueryMatcher(query, `${at}.query_parameters[${index}]`)),
      }
    }
    case 'metadata': {
      const { source, skipIfAbsent } = action.value
      const at = `${path}.metadata`
      if (source !== MetadataSource.DYNAMIC && source !== MetadataSource.ROUTE_ENTRY) {
        throw new ResourceRejected(`${at}.source`, 'only DYNAMIC and ROUTE_ENTRY are supported')
      }
      return compileMetadata(action.value, source === MetadataSource.ROUTE_ENTRY, skipIfAbsent, at)
    }
    case 'dynamicMetadata':
      return compileMetadata(action.value, false, false, `${path}.dynamic_metadata`)
    case 'extension':
      throw new ResourceRejected(`${path}.extension`, 'not supported yet: no input of a matcher is compiled here')
    case undefined:
      throw new ResourceRejected(path, 'has no action that is supported')
  }
}

function compileAddressMatch(message: RateLimit_Action_RemoteAddressMatch, path: string): RateLimitAction {
  const { descriptorKey, descriptorValue, defaultValue, addressMatcher } = message
  const ranges = addressMatcher?.ranges ?? []
  if (ranges.length === 0) throw new ResourceRejected(`${path}.address_matcher.ranges`, 'must not be empty')
  const value = required(descriptorValue, `${path}.descriptor_value`)
  return {
    kind: 'address-match',
    key: descriptorKey || 'remote_address_match',
    value: compileHeaderFormat(wireBytes(value), `${path}.descriptor_value`),
    otherwise: defaultValue,
    networks: ipSetOf(ranges.map((range, index) => compileIpRange(range, `${path}.address_matcher.ranges[${index}]`))),
    expected: addressMatcher?.invertMatch !== true,
  }
}

type Metadata = {
  readonly descriptorKey: string
  readonly metadataKey?: MetadataKey | undefined
  readonly defaultValue: string
}

function compileMetadata(message: Metadata, isOfRoute: boolean, skipsAbsent: boolean, path: string): RateLimitAction {
  const { descriptorKey, metadataKey, defaultValue } = message
  const at = `${path}.metadata_key`
  const namespace = required(metadataKey?.key ?? '', `${at}.key`)
  const keys = (metadataKey?.path ?? []).map(({ segment }, index) =>
    required(segment.case === 'key' ? segment.value : '', `${at}.path[${index}].key`),
  )
  if (keys.length === 0) throw new ResourceRejected(`${at}.path`, 'must not be empty')
  return {
    kind: 'metadata',
    key: required(descriptorKey, `${path}.descriptor_key`),
    source: isOfRoute ? 'route' : 'dynamic',
    namespace,
    path: keys,
    otherwise: defaultValue,
    skipsAbsent,
  }
}

function required(text: string, path: string): string {
  if (text === '') throw new ResourceRejected(path, 'must not be empty')
  return text
}
