import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { HealthCheck } from '@heddle/shared/xds/generated/envoy/config/core/v3/health_check_pb'
import { HealthCheckEventFileSinkSchema } from '@heddle/shared/xds/generated/envoy/extensions/health_check/event_sinks/file/v3/file_pb'
import type { HealthEventLog } from './health-check-config.ts'
import { typedConfigOf } from './typed-config-of.ts'

/** `event_logger`, of which there is one kind, and the older `event_log_path`. */
export function decodeHealthEvents(message: HealthCheck, path: string): HealthEventLog | undefined {
  const paths = message.eventLogger.map((extension, index) => {
    const at = `${path}.event_logger[${index}].typed_config`
    const { typeName, value } = typedConfigOf(extension, at)
    if (typeName !== HealthCheckEventFileSinkSchema.typeName) {
      throw new ResourceRejected(at, `${typeName} is not supported yet`)
    }
    const { eventLogPath } = fromBinary(HealthCheckEventFileSinkSchema, value)
    if (eventLogPath === '') throw new ResourceRejected(`${at}.event_log_path`, 'must not be empty')
    return eventLogPath
  })
  if (message.eventLogPath !== '') paths.unshift(message.eventLogPath)
  if (paths.length === 0) return undefined
  return {
    paths,
    tellsFailures: message.alwaysLogHealthCheckFailures,
    tellsSuccesses: message.alwaysLogHealthCheckSuccess,
  }
}
