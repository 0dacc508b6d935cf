import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { AccessLog } from '@heddle/shared/xds/generated/envoy/config/accesslog/v3/accesslog_pb'
import type { SubstitutionFormatString } from '@heddle/shared/xds/generated/envoy/config/core/v3/substitution_format_string_pb'
import { FileAccessLogSchema } from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/file/v3/file_pb'
import {
  StderrAccessLogSchema,
  StdoutAccessLogSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/stream/v3/stream_pb'
import { compileLogLine } from '../format/compile-log-line.ts'
import type { LogFormat, LogTemplate } from '../format/log-format.ts'
import type { AccessLogConfig, FileLogConfig, ServiceLogConfig } from './access-log-config.ts'
import { decodeFormatString } from './decode-format-string.ts'
import { decodeLogFilter } from './decode-log-filter.ts'
import { decodeLogService } from './decode-log-service.ts'

/** Istio's fields, one JSON object a line, where the configuration gives no format. */
const defaultTemplate: LogTemplate = {
  start_time: '%START_TIME%',
  method: '%REQ(:METHOD)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  protocol: '%PROTOCOL%',
  response_code: '%RESPONSE_CODE%',
  response_flags: '%RESPONSE_FLAGS%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  duration: '%DURATION%',
  user_agent: '%REQ(USER-AGENT)%',
  request_id: '%REQ(X-REQUEST-ID)%',
  authority: '%REQ(:AUTHORITY)%',
  upstream_host: '%UPSTREAM_HOST%',
  upstream_cluster: '%UPSTREAM_CLUSTER%',
  downstream_remote_address: '%DOWNSTREAM_REMOTE_ADDRESS%',
  route_name: '%ROUTE_NAME%',
}

/** A line is written to each of them. An operator that is not known is refused here, not when a request ends. */
export function decodeAccessLogs(logs: readonly AccessLog[], path: string): readonly AccessLogConfig[] {
  return logs.map((log, index) => {
    const at = `${path === '' ? '' : `${path}.`}access_log[${index}]`
    if (log.configType.case !== 'typedConfig') throw new ResourceRejected(`${at}.typed_config`, 'is required')
    const { typeUrl, value } = log.configType.value
    const decoded = decodeSink(typeUrl, value, `${at}.typed_config`)
    if (decoded.kind === 'file') compileLogLine(decoded.format, `${at}.typed_config.log_format`)
    return { ...decoded, filter: log.filter && decodeLogFilter(log.filter, `${at}.filter`) }
  })
}

function decodeSink(typeUrl: string, value: Uint8Array, at: string): FileLogConfig | ServiceLogConfig {
  const typeName = typeUrl.slice(typeUrl.lastIndexOf('/') + 1)
  switch (typeName) {
    case StdoutAccessLogSchema.typeName: {
      const { accessLogFormat } = fromBinary(StdoutAccessLogSchema, value)
      return {
        kind: 'file',
        path: '/dev/stdout',
        format: formatOf(accessLogFormat.case === 'logFormat' ? accessLogFormat.value : undefined, at),
      }
    }
    case StderrAccessLogSchema.typeName: {
      const { accessLogFormat } = fromBinary(StderrAccessLogSchema, value)
      return {
        kind: 'file',
        path: '/dev/stderr',
        format: formatOf(accessLogFormat.case === 'logFormat' ? accessLogFormat.value : undefined, at),
      }
    }
    case FileAccessLogSchema.typeName: {
      const file = fromBinary(FileAccessLogSchema, value)
      if (file.accessLogFormat.case !== undefined && file.accessLogFormat.case !== 'logFormat') {
        throw new ResourceRejected(`${at}.${file.accessLogFormat.case}`, 'use log_format')
      }
      return { kind: 'file', path: file.path, format: formatOf(file.accessLogFormat.value, at) }
    }
    default: {
      const service = decodeLogService(typeName, value, at)
      if (service === undefined) throw new ResourceRejected(at, `${typeUrl} is not supported yet`)
      return service
    }
  }
}

function formatOf(format: SubstitutionFormatString | undefined, path: string): LogFormat {
  if (format === undefined) return { kind: 'json', template: defaultTemplate, omitsEmpty: false }
  return decodeFormatString(format, `${path}.log_format`)
}
