import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type BootstrapChoices, type ProxyInstance, proxyBootstrap } from '@heddle/shared/xds/proxy-bootstrap'
import { afterAll, expect, test } from 'vitest'
import { readBootstrap } from '../bootstrap/read-bootstrap.ts'
import { collectorOf } from './collector-of.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'heddle-tracing-'))
afterAll(() => rmSync(folder, { recursive: true }))

const type = (name: string) => `type.googleapis.com/${name}`

test('a tracing provider names the receiver', () => {
  const bootstrap = readBootstrap(fileWith({ provider: provider('envoy.config.trace.v3.OpenTelemetryConfig') }))

  expect(collectorOf(bootstrap, {})?.address).toBe('127.0.0.1:4317')
})

test('tracing without a provider names none', () => {
  expect(collectorOf(readBootstrap(fileWith({})), {})).toBeUndefined()
})

test('the bootstrap that users are given names the control plane, by address or by name', () => {
  const receivers = ['10.0.0.1', 'control', '::1'].map(
    (host) => collectorOf(readBootstrap(written(proxyBootstrap(instance, choices(host)))), {})?.address,
  )

  expect(receivers).toEqual(['10.0.0.1:15010', 'control:15010', '[::1]:15010'])
})

test('a field of tracing that is not supported is refused by name', () => {
  expect(() => readBootstrap(fileWith({ verbose: true }))).toThrow('tracing.verbose: not supported yet')
})

function provider(name: string) {
  const service = { envoy_grpc: { cluster_name: 'spans' } }
  return { name: 'p', typed_config: { '@type': type(name), grpc_service: service, service_name: 's' } }
}

const instance: ProxyInstance = {
  namespace: 'shop',
  service: 'web',
  workload: 'web-v1',
  name: 'web-v1-1',
  serviceAccount: 'web',
  labels: {},
  addresses: ['10.0.0.7'],
  locality: { region: 'r', zone: 'z' },
  inbound: [],
  outbound: undefined,
}

const choices = (host: string): BootstrapChoices => ({
  control: [{ host, port: 15_010 }],
  admin: { host: '127.0.0.1', port: 15_000 },
  apiType: 'DELTA_GRPC',
})

function written(bootstrap: object): string {
  const file = path.join(folder, 'bootstrap.json')
  writeFileSync(file, JSON.stringify(bootstrap))
  return file
}

function fileWith(tracing: Record<string, unknown>): string {
  const address = (port: number) => ({ socket_address: { address: '127.0.0.1', port_value: port } })
  const manager = {
    '@type': type('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'in',
    tracing,
    route_config: { virtual_hosts: [] },
    http_filters: [{ name: 'r', typed_config: { '@type': type('envoy.extensions.filters.http.router.v3.Router') } }],
  }
  const endpoint = { endpoint: { address: address(4317) } }
  const bootstrap = {
    node: { id: 'n', cluster: 'c' },
    static_resources: {
      listeners: [
        { name: 'in', address: address(0), filter_chains: [{ filters: [{ name: 'h', typed_config: manager }] }] },
      ],
      clusters: [
        {
          name: 'spans',
          type: 'STATIC',
          load_assignment: { cluster_name: 'spans', endpoints: [{ lb_endpoints: [endpoint] }] },
        },
      ],
    },
  }
  return written(bootstrap)
}
