import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { FilterConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/grpc_stats/v3/config_pb'
import { expect, test } from 'vitest'
import { compileGrpcStats } from './grpc-stats-policy.ts'

const listing = (service: { name?: string; methodNames?: string[] }): MessageInitShape<typeof FilterConfigSchema> => ({
  perMethodStatSpecifier: { case: 'individualMethodStatsAllowlist', value: { services: [service] } },
})

test.each([
  ['filter.enable_upstream_stats', { enableUpstreamStats: true }],
  ['filter.individual_method_stats_allowlist.services[0].name', listing({ methodNames: ['M'] })],
  ['filter.individual_method_stats_allowlist.services[0].method_names', listing({ name: 'S' })],
] as [string, MessageInitShape<typeof FilterConfigSchema>][])(
  'what cannot be counted is refused at %s',
  (path, fields) => {
    expect(() => compileGrpcStats(create(FilterConfigSchema, fields), 'filter')).toThrow(path)
  },
)
