import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type RateLimit,
  type RateLimit_HitsAddend,
  RateLimit_HitsAddendSchema,
  RateLimitSchema,
  RateLimit_XRateLimitOption as Telling,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileHeaderFormat } from '../mutate/compile-header-format.ts'
import { compileRateLimitAction } from './compile-rate-limit-actions.ts'
import type { RateLimitRule } from './rate-limit-rule.ts'

const supported = new Set(['stage', 'actions', 'disable_key', 'limit'])
/** The filter knows its stage, and asks for what it was told (Envoy). */
const supportedInFilter = new Set(['actions', 'hits_addend', 'x_ratelimit_option'])

/** `rate_limits` of a route or a virtual host. */
export function compileRateLimitRules(messages: readonly RateLimit[], path: string): RateLimitRule[] {
  return messages.map((message, index) => compileRule(message, supported, `${path}[${index}]`))
}

/** `rate_limits` of a filter, or of a route's settings of it: they hold instead of those of routes and virtual hosts. */
export function compileFilterRules(messages: readonly RateLimit[], path: string): RateLimitRule[] | undefined {
  if (messages.length === 0) return undefined
  return messages.map((message, index) => compileRule(message, supportedInFilter, `${path}[${index}]`))
}

function compileRule(message: RateLimit, fields: ReadonlySet<string>, path: string): RateLimitRule {
  refuseUnsupported(RateLimitSchema, message, fields, path)
  const stage = message.stage ?? 0
  if (stage > 10) throw new ResourceRejected(`${path}.stage`, 'must be at most 10')
  if (message.actions.length === 0) throw new ResourceRejected(`${path}.actions`, 'must not be empty')
  return {
    stage,
    actions: message.actions.map((action, each) => compileRateLimitAction(action, `${path}.actions[${each}]`)),
    override: compileOverride(message.limit, `${path}.limit`),
    hits: message.hitsAddend && compileHits(message.hitsAddend, `${path}.hits_addend`),
    tellsLimit: compileTelling(message.xRatelimitOption, `${path}.x_ratelimit_option`),
    percentKey: message.disableKey === '' ? '' : `ratelimit.${message.disableKey}.http_filter_enabled`,
  }
}

function compileOverride(limit: RateLimit['limit'], path: string): RateLimitRule['override'] {
  if (limit === undefined) return undefined
  const { overrideSpecifier: given } = limit
  if (given.case !== 'rateLimit') {
    throw new ResourceRejected(`${path}.dynamic_metadata`, 'not supported yet: a limit in the metadata of a request')
  }
  return { requestsPerUnit: given.value.requestsPerUnit, unit: given.value.unit }
}

const hitsMax = 1_000_000_000n

function compileHits(message: RateLimit_HitsAddend, path: string): RateLimitRule['hits'] {
  refuseUnsupported(RateLimit_HitsAddendSchema, message, new Set(['number', 'format', 'is_negative_hits']), path)
  const { number, format, isNegativeHits: isNegative } = message
  if ((number === undefined) === (format === '')) {
    throw new ResourceRejected(path, 'needs number or format, and only one of them')
  }
  if (number !== undefined) {
    if (number > hitsMax) throw new ResourceRejected(`${path}.number`, `must be at most ${hitsMax}`)
    return { count: Number(number), isNegative }
  }
  const compiled = compileHeaderFormat(format, `${path}.format`)
  const isOne = compiled.kind === 'parts' && compiled.parts.length === 1
  if (!isOne) throw new ResourceRejected(`${path}.format`, 'must be one operator and nothing else')
  return { count: compiled, isNegative }
}

function compileTelling(option: Telling, path: string): boolean | undefined {
  switch (option) {
    case Telling.UNSPECIFIED:
      return undefined
    case Telling.OFF:
      return false
    case Telling.DRAFT_VERSION_03:
      return true
  }
  throw new ResourceRejected(path, `unknown value ${String(option)}`)
}
