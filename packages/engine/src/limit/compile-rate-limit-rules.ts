import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type RateLimit,
  type RateLimit_Action,
  RateLimitSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileHeaderMatcher } from '../match/compile-header-matcher.ts'
import { compileQueryMatcher } from '../match/compile-query-matcher.ts'
import type { RateLimitAction, RateLimitRule } from './rate-limit-rule.ts'

const supported = new Set([
  'stage',
  'actions',
  // There is no runtime here that could disable it.
  'disable_key',
])

/** `rate_limits` of a route or a virtual host. */
export function compileRateLimitRules(messages: readonly RateLimit[], path: string): RateLimitRule[] {
  return messages.map((message, index) => {
    const at = `${path}[${index}]`
    refuseUnsupported(RateLimitSchema, message, supported, at)
    const stage = message.stage ?? 0
    if (stage > 10) throw new ResourceRejected(`${at}.stage`, 'must be at most 10')
    if (message.actions.length === 0) throw new ResourceRejected(`${at}.actions`, 'must not be empty')
    return { stage, actions: message.actions.map((action, each) => compileAction(action, `${at}.actions[${each}]`)) }
  })
}

function compileAction({ actionSpecifier: action }: RateLimit_Action, path: string): RateLimitAction {
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
    case undefined:
      throw new ResourceRejected(path, 'has no action that is supported')
    default:
      throw new ResourceRejected(`${path}.${action.case}`, 'not supported yet')
  }
}

function required(text: string, path: string): string {
  if (text === '') throw new ResourceRejected(path, 'must not be empty')
  return text
}
