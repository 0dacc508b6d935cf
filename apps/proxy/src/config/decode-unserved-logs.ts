import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { AccessLog } from '@heddle/shared/xds/generated/envoy/config/accesslog/v3/accesslog_pb'
import type { LogFilter } from '../format/log-filter.ts'
import type { AccessLogConfig } from './access-log-config.ts'
import { decodeAccessLogs } from './decode-access-log.ts'

/**
 * `access_log` of a listener. An Envoy writes a line there for every connection that ends; here only those have one that no
 * filter chain takes, so a log that would have others is refused. It says so by a filter that nothing but the flag NR passes,
 * as control planes write it.
 */
export function decodeUnservedLogs(logs: readonly AccessLog[]): readonly UnservedLogConfig[] {
  return decodeAccessLogs(logs, '').map((log, index) => {
    if (!passesOnlyUnserved(log.filter)) {
      throw new ResourceRejected(`access_log[${index}].filter`, 'only a response_flag_filter of NR is supported yet')
    }
    if (log.kind === 'file') return log
    throw new ResourceRejected(`access_log[${index}].typed_config`, 'a service is not supported yet for a listener')
  })
}

export type UnservedLogConfig = Extract<AccessLogConfig, { kind: 'file' }>

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
