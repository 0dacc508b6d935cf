import { compileHeaderMatcher } from '@heddle/engine/match/compile-header-matcher'
import { compileMetadataMatcher } from '@heddle/engine/match/compile-metadata-matcher'
import { denominatorOf } from '@heddle/engine/runtime/share'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type AccessLogFilter,
  type ComparisonFilter,
  ComparisonFilter_Op as Op,
} from '@heddle/shared/xds/generated/envoy/config/accesslog/v3/accesslog_pb'
import { AccessLogType } from '@heddle/shared/xds/generated/envoy/data/accesslog/v3/accesslog_pb'
import type { Comparison, LogFilter } from '../format/log-filter.ts'

/** `envoy.config.accesslog.v3.AccessLogFilter`. */
export function decodeLogFilter({ filterSpecifier: filter }: AccessLogFilter, path: string): LogFilter {
  switch (filter.case) {
    case 'statusCodeFilter':
      return { kind: 'status', ...comparison(filter.value.comparison, `${path}.status_code_filter`) }
    case 'durationFilter':
      return { kind: 'duration', ...comparison(filter.value.comparison, `${path}.duration_filter`) }
    case 'responseFlagFilter':
      return { kind: 'flags', flags: new Set(filter.value.flags) }
    case 'headerFilter': {
      if (filter.value.header === undefined) throw new ResourceRejected(`${path}.header_filter.header`, 'is required')
      return { kind: 'header', matcher: compileHeaderMatcher(filter.value.header, `${path}.header_filter.header`) }
    }
    case 'grpcStatusFilter': {
      const { statuses, exclude } = filter.value
      return { kind: 'grpc', statuses: new Set(statuses.map(String)), isExcluding: exclude }
    }
    case 'metadataFilter': {
      const { matcher, matchIfKeyNotFound } = filter.value
      return {
        kind: 'metadata',
        matcher: matcher && compileMetadataMatcher(matcher, `${path}.metadata_filter.matcher`),
        otherwise: matchIfKeyNotFound ?? true,
      }
    }
    case 'traceableFilter':
      return { kind: 'sampled' }
    case 'notHealthCheckFilter':
      return { kind: 'no-health-check' }
    case 'logTypeFilter': {
      const { types, exclude } = filter.value
      return { kind: 'types', types: new Set(types.map((type) => AccessLogType[type])), isExcluding: exclude }
    }
    case 'runtimeFilter': {
      const { percentSampled: sampled, runtimeKey: key } = filter.value
      const denominator = sampled ? denominatorOf(sampled, `${path}.runtime_filter.percent_sampled`) : 100
      return { kind: 'share', key, numerator: sampled?.numerator ?? 0, denominator }
    }
    case 'andFilter':
      return {
        kind: 'and',
        filters: filter.value.filters.map((each, at) => decodeLogFilter(each, `${path}.and_filter[${at}]`)),
      }
    case 'orFilter':
      return {
        kind: 'or',
        filters: filter.value.filters.map((each, at) => decodeLogFilter(each, `${path}.or_filter[${at}]`)),
      }
    default:
      throw new ResourceRejected(`${path}.${filter.case ?? 'filter_specifier'}`, 'not supported yet')
  }
}

function comparison(message: ComparisonFilter | undefined, path: string): Comparison {
  if (message?.value === undefined) throw new ResourceRejected(`${path}.comparison.value`, 'is required')
  const { defaultValue: value, runtimeKey: key } = message.value
  switch (message.op) {
    case Op.EQ:
      return { op: 'eq', key, value }
    case Op.GE:
      return { op: 'ge', key, value }
    case Op.LE:
      return { op: 'le', key, value }
    case Op.NE:
      return { op: 'ne', key, value }
    default:
      throw new ResourceRejected(`${path}.comparison.op`, 'not supported yet')
  }
}
