import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { AccessLog } from '@heddle/shared/xds/generated/envoy/config/accesslog/v3/accesslog_pb'
import { HttpGrpcAccessLogConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/grpc/v3/als_pb'
import type { LogFilter } from '../format/log-filter.ts'
import type { AccessLogConfig } from './access-log-config.ts'
import { decodeAccessLogs } from './decode-access-log.ts'

/**
 * `access_log` of a listener. An Envoy writes a line there for every connection that ends; here only those have one that no
 * filter chain takes, so a log that would have others is refused. It says so by a filter that nothing but the flag NR passes,
 * as control planes write it.
 */
export function decodeUnservedLogs(logs: readonly AccessLog[]): readonly AccessLogConfig[] {
  const decoded = decodeAccessLogs(logs, '')
  for (const [index, { filter }] of decoded.entries()) {
    if (!passesOnlyUnserved(filter)) {
      throw new ResourceRejected(`access_log[${index}].filter`, 'only a response_flag_filter of NR is supported yet')
    }
    // What nobody serves is no request.
    if (logs[index]?.configType.value?.typeUrl.endsWith(`/${HttpGrpcAccessLogConfigSchema.typeName}`)) {
      throw new ResourceRejected(`access_log[${index}].typed_config`, 'is about requests: use tcp_grpc')
    }
  }
  return decoded
}

function passesOnlyUnserved(filter: LogFilter | undefined): boolean {
  switch (filter?.kind) {
    case 'flags':
      return filter.flags.size === 1 && filter.flags.has('NR')
    case 'and':
      return filter.filters.some(passesOnlyUnserved)
    case 'or':
      return filter.filters.every(passesOnlyUnserved)
    default:
      return false
  }
}
