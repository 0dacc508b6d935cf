import { create } from '@bufbuild/protobuf'
import { anyPack } from '@bufbuild/protobuf/wkt'
import {
  type AccessLogFilter,
  AccessLogFilterSchema,
  AccessLogSchema,
} from '@heddle/shared/xds/generated/envoy/config/accesslog/v3/accesslog_pb'
import { ApiVersion } from '@heddle/shared/xds/generated/envoy/config/core/v3/config_source_pb'
import { HttpGrpcAccessLogConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/grpc/v3/als_pb'
import { StdoutAccessLogSchema } from '@heddle/shared/xds/generated/envoy/extensions/access_loggers/stream/v3/stream_pb'
import { expect, test } from 'vitest'
import { decodeUnservedLogs } from './decode-unserved-logs.ts'

const nr = flags('NR')
const failed = create(AccessLogFilterSchema, {
  filterSpecifier: { case: 'statusCodeFilter', value: { comparison: { value: { defaultValue: 400 } } } },
})

test.each([
  ['the flag NR alone', nr],
  ['the flag NR and something else', all(failed, nr)],
  ['one of two ways to ask for NR', any(nr, all(nr, failed))],
])('a log of a listener may ask for %s', (_, filter) => {
  expect(decodeUnservedLogs([logOf(filter)])).toMatchObject([{ kind: 'file', path: '/dev/stdout' }])
})

test.each([
  ['everything', undefined],
  ['any flag', flags()],
  ['another flag too', flags('NR', 'UF')],
  ['the flag NR or something else', any(nr, failed)],
  ['something else', all(failed, failed)],
])('a log of a listener that asks for %s is refused, because those lines would be missing', (_, filter) => {
  expect(() => decodeUnservedLogs([logOf(nr), logOf(filter)])).toThrow('access_log[1].filter')
})

test('entries about requests are refused: there are none', () => {
  const config = {
    commonConfig: {
      logName: 'log',
      transportApiVersion: ApiVersion.V3,
      grpcService: { targetSpecifier: { case: 'envoyGrpc' as const, value: { clusterName: 'logs' } } },
    },
  }
  const value = anyPack(HttpGrpcAccessLogConfigSchema, create(HttpGrpcAccessLogConfigSchema, config))
  const log = create(AccessLogSchema, { name: 'log', configType: { case: 'typedConfig', value }, filter: nr })

  expect(() => decodeUnservedLogs([log])).toThrow('access_log[0].typed_config')
})

function logOf(filter: AccessLogFilter | undefined) {
  const value = anyPack(StdoutAccessLogSchema, create(StdoutAccessLogSchema))
  return create(AccessLogSchema, { name: 'log', configType: { case: 'typedConfig', value }, ...(filter && { filter }) })
}

function flags(...names: string[]): AccessLogFilter {
  return create(AccessLogFilterSchema, { filterSpecifier: { case: 'responseFlagFilter', value: { flags: names } } })
}

function all(...filters: AccessLogFilter[]): AccessLogFilter {
  return create(AccessLogFilterSchema, { filterSpecifier: { case: 'andFilter', value: { filters } } })
}

function any(...filters: AccessLogFilter[]): AccessLogFilter {
  return create(AccessLogFilterSchema, { filterSpecifier: { case: 'orFilter', value: { filters } } })
}
