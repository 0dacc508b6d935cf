import { compileRateLimitService } from '@heddle/engine/limit/rate-limit-service'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type RateLimitDescriptor,
  RateLimitDescriptorSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/common/ratelimit/v3/ratelimit_pb'
import {
  type RateLimit,
  RateLimitSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/ratelimit/v3/rate_limit_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileLogText } from '../format/compile-log-text.ts'
import type { AskedConnectionLimit } from './network-filter.ts'

const supported = new Set([
  'stat_prefix',
  'domain',
  'descriptors',
  'timeout',
  'failure_mode_deny',
  'rate_limit_service',
])

/** `envoy.extensions.filters.network.ratelimit.v3.RateLimit`. */
export function decodeAskedConnectionLimit(message: RateLimit, path: string): AskedConnectionLimit {
  refuseUnsupported(RateLimitSchema, message, supported, path)
  if (message.statPrefix === '') throw new ResourceRejected(`${path}.stat_prefix`, 'must not be empty')
  if (message.domain === '') throw new ResourceRejected(`${path}.domain`, 'must not be empty')
  if (message.descriptors.length === 0) throw new ResourceRejected(`${path}.descriptors`, 'must not be empty')
  return {
    kind: 'rate-limit',
    statPrefix: message.statPrefix,
    domain: message.domain,
    service: compileRateLimitService(message, path),
    descriptors: message.descriptors.map((each, index) => decodeDescriptor(each, `${path}.descriptors[${index}]`)),
    failsClosed: message.failureModeDeny,
  }
}

function decodeDescriptor(message: RateLimitDescriptor, path: string): AskedConnectionLimit['descriptors'][number] {
  // A limit and a count of its own, Envoy takes and does not pass on.
  refuseUnsupported(RateLimitDescriptorSchema, message, new Set(['entries']), path)
  if (message.entries.length === 0) throw new ResourceRejected(`${path}.entries`, 'must not be empty')
  return message.entries.map(({ key, value }, index) => {
    const at = `${path}.entries[${index}]`
    if (key === '') throw new ResourceRejected(`${at}.key`, 'must not be empty')
    return { key, value: compileLogText(value, `${at}.value`) }
  })
}
