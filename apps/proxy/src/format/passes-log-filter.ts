import { matchesHeader } from '@heddle/engine/match/header-matcher'
import { matchesValue, metadataValue } from '@heddle/engine/match/metadata-matcher'
import type { MetadataView } from '@heddle/engine/request/metadata-view'
import { countIn, type RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import { grpcStatuses, grpcStatusOf } from '../message/grpc-status.ts'
import type { Comparison, LogFilter } from './log-filter.ts'
import type { LoggedExchange } from './logged-exchange.ts'
import type { LoggedSession } from './logged-session.ts'
import { loggedTimes } from './logged-times.ts'

/** Whether a request's line is written, or which mapper takes an answer of our own, which is no entry of a log yet. */
export function passesLogFilter(
  filter: LogFilter,
  exchange: LoggedExchange,
  values: RuntimeValues,
  random: () => number,
): boolean {
  switch (filter.kind) {
    case 'status':
      return compare(filter, exchange.status, values)
    case 'duration':
      return compare(filter, loggedTimes.durationMs(exchange), values)
    case 'flags':
      return hasFlag(filter.flags, exchange.flags)
    case 'header':
      return matchesHeader(filter.matcher, exchange)
    case 'share':
      return random() < numeratorOf(filter, values) / filter.denominator
    case 'grpc':
      return filter.statuses.has(exchange.grpcStatus || grpcStatusOf(exchange.status)) !== filter.isExcluding
    case 'types':
      return filter.types.has(exchange.isEnded ? 'DownstreamEnd' : 'NotSet') !== filter.isExcluding
    case 'metadata':
      return passesMetadata(filter, exchange.dynamicMetadata)
    case 'sampled':
      return exchange.isSampled
    case 'no-health-check':
      return !exchange.isHealthCheck
    case 'and':
      return filter.filters.every((each) => passesLogFilter(each, exchange, values, random))
    case 'or':
      return filter.filters.some((each) => passesLogFilter(each, exchange, values, random))
  }
}

/** Whether a connection's line is written: it has no status, no headers, and flags. */
export function passesTcpFilter(
  filter: LogFilter,
  session: LoggedSession,
  values: RuntimeValues,
  random: () => number,
): boolean {
  switch (filter.kind) {
    case 'status':
      return compare(filter, 0, values)
    case 'duration':
      return compare(filter, performance.now() - session.startedMs, values)
    case 'flags':
      return hasFlag(filter.flags, session.flags)
    case 'header':
      return false
    case 'share':
      return random() < numeratorOf(filter, values) / filter.denominator
    case 'grpc':
      return filter.statuses.has(grpcStatuses.unknown) !== filter.isExcluding
    case 'types':
      return filter.types.has(session.logType) !== filter.isExcluding
    case 'metadata':
      return passesMetadata(filter, undefined)
    case 'sampled':
      return false
    case 'no-health-check':
      return true
    case 'and':
      return filter.filters.every((each) => passesTcpFilter(each, session, values, random))
    case 'or':
      return filter.filters.some((each) => passesTcpFilter(each, session, values, random))
  }
}

/** The value alone decides, inverted or not (Envoy). */
function passesMetadata(
  { matcher, otherwise }: Extract<LogFilter, { kind: 'metadata' }>,
  metadata: MetadataView,
): boolean {
  const value = matcher && metadataValue(metadata, matcher.namespace, matcher.path)
  return matcher === undefined || value === undefined ? otherwise : matchesValue(matcher.value, value)
}

/** A number stands for so many of the denominator, whatever that is (Envoy). */
function numeratorOf({ key, numerator }: Extract<LogFilter, { kind: 'share' }>, values: RuntimeValues): number {
  return countIn(values, key, numerator)
}

function compare({ op, key, value: otherwise }: Comparison, came: number, values: RuntimeValues): boolean {
  const value = countIn(values, key, otherwise)
  switch (op) {
    case 'eq':
      return came === value
    case 'ge':
      return came >= value
    case 'le':
      return came <= value
    case 'ne':
      return came !== value
  }
}

/** Without names any flag will do. */
function hasFlag(wanted: ReadonlySet<string>, flags: string): boolean {
  if (flags === '') return false
  return wanted.size === 0 || flags.split(',').some((flag) => wanted.has(flag))
}
