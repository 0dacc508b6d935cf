import { createRegistry, fromJson, type JsonValue } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { SecretSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { createAuthority } from '@heddle/testkit/certificates'
import { expect, test } from 'vitest'
import { buildConfig } from '../config/build-config.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import { SecretFollower } from './follow-secrets.ts'

const root = (await createAuthority()).certificate

test('of a secret that nothing names any more nothing is told', () => {
  using follower = new SecretFollower(() => undefined)
  const first = configOf('old')

  follower.fill(first, first)
  const before = [...follower.stats.keys()]
  follower.fill(configOf('new'), first)

  expect(before).toEqual(['old'])
  expect([...follower.stats.keys()]).toEqual(['new'])
})

/** One cluster that trusts the roots of this name, which have come. */
function configOf(secret: string): ProxyConfig {
  const sds = { name: secret, sds_config: { ads: {}, resource_api_version: 'V3' } }
  const context = {
    '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
    common_tls_context: { validation_context_sds_secret_config: sds },
  }
  const load_assignment = { cluster_name: 'up' }
  const transport_socket = { name: 'tls', typed_config: context }
  const json = { name: 'up', type: 'STATIC', connect_timeout: '1s', load_assignment, transport_socket }
  const registry = createRegistry(...typedExtensions)
  const cluster = fromJson(ClusterSchema, json as JsonValue, { registry })
  const roots = fromJson(SecretSchema, { name: secret, validation_context: { trusted_ca: { inline_string: root } } })
  const none = new Map()
  const { config, rejected } = buildConfig(
    {
      listeners: none,
      clusters: new Map([['up', cluster]]),
      routes: none,
      assignments: none,
      secrets: new Map([[secret, roots]]),
      runtimes: none,
    },
    { bindAddress: undefined, local: undefined, revision: '1' },
  )
  expect(rejected).toEqual([])
  return config
}
