import { create } from '@bufbuild/protobuf'
import {
  HeaderMatcherSchema,
  VirtualClusterSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { expect, test } from 'vitest'
import { compileVirtualClusters } from './virtual-cluster.ts'

const headers = [
  create(HeaderMatcherSchema, { name: 'x-a', headerMatchSpecifier: { case: 'presentMatch', value: true } }),
]

test.each([
  ['host.virtual_clusters[0].name', { headers }],
  ['host.virtual_clusters[0].headers', { name: 'all' }],
  ['host.virtual_clusters[0].headers[0]', { name: 'bad', headers: [create(HeaderMatcherSchema, {})] }],
])('what makes no sense is refused at %s', (path, fields) => {
  const compile = () => compileVirtualClusters([create(VirtualClusterSchema, fields)], 'h', 'host.virtual_clusters')

  expect(compile).toThrow(path)
})
