import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { AccessLog } from '@heddle/shared/xds/generated/envoy/config/accesslog/v3/accesslog_pb'
import type { SubstitutionFormatString } from '@heddle/shared/xds/generated/envoy/config/core/v3/substitution_format_string_pb'
import {
  type FileAccessLog,
  FileAccessLogSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/file/v3/file_pb'
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

/** Envoy's line where the configuration gives no format, of requests and of TCP connections alike. */
const defaultPattern = `${[
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS%',
  '%BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%',
  '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"',
].join(' ')}\n`
const defaultFormat: LogFormat = { kind: 'text', pattern: defaultPattern, omitsEmpty: false }

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
      return { kind: 'file', path: file.path, format: fileFormatOf(file.accessLogFormat, at) }
    }
    default: {
      const service = decodeLogService(typeName, value, at)
      if (service === undefined) throw new ResourceRejected(at, `${typeUrl} is not supported yet`)
      return service
    }
  }
}

/** `log_format`, or one of the fields from before there was one. */
function fileFormatOf(format: FileAccessLog['accessLogFormat'], path: string): LogFormat {
  switch (format.case) {
    case 'format':
      return format.value === '' ? defaultFormat : { kind: 'text', pattern: format.value, omitsEmpty: false }
    case 'jsonFormat':
    case 'typedJsonFormat':
      return { kind: 'json', template: format.value as LogTemplate, omitsEmpty: false } // a Struct is JSON
    case 'logFormat':
    case undefined:
      return formatOf(format.value, path)
  }
}

function formatOf(format: SubstitutionFormatString | undefined, path: string): LogFormat {
  return format === undefined ? defaultFormat : decodeFormatString(format, `${path}.log_format`)
}
