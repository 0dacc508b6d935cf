import { expect, test } from 'vitest'
import type { KnownProxy } from './known-proxy.ts'
import { proxyWarnings } from './proxy-warnings.ts'

const now = 1_700_000_000_000

function known(proxy: Partial<KnownProxy['proxy']>, more: Partial<KnownProxy> = {}): KnownProxy {
  return {
    proxy: {
      nodeId: 'web-1',
      dialect: 'heddle',
      namespace: 'shop',
      workload: 'web-v1',
      service: 'web',
      serviceAccount: 'web',
      labels: {},
      instanceIps: ['10.0.0.1'],
      inbound: [{ port: 8080, protocol: 'http', app: { address: '127.0.0.1', port: 80 } }],
      outbound: undefined,
      telemetryCluster: 'control',
      rateLimitCluster: 'limits',
      locality: { region: '', zone: '' },
      ...proxy,
    },
    agent: 'heddle',
    streams: 1,
    isElsewhere: false,
    since: new Date(now - 60_000),
    lastSeen: new Date(now),
    target: 1,
    acked: 1,
    nack: undefined,
    nacks: [],
    types: new Map(),
    ...more,
  }
}

const facts = { isReporting: true, meshLimits: [], nowMs: now }
const codes = (...args: Parameters<typeof proxyWarnings>) => proxyWarnings(...args).map(({ code }) => code)
const bare = { telemetryCluster: undefined, rateLimitCluster: undefined }

test('a proxy that names both and reports has nothing to be warned of', () => {
  expect(codes(known({}), facts)).toEqual([])
})

test('a bootstrap that names neither is told, with the limits that do not hold', () => {
  const warnings = proxyWarnings(known(bare), { ...facts, isReporting: false, meshLimits: ['shop/few'] })

  expect(warnings.map(({ code }) => code)).toEqual(['no_telemetry', 'no_mesh_limits'])
  expect(warnings[1]?.message).toMatch(/limits of the mesh do not hold at it: RateLimit shop\/few$/)
})

test('one that reports all the same is not told that it does not, and one without an inbound side needs no limits', () => {
  expect(codes(known(bare), facts)).toEqual(['no_mesh_limits'])
  expect(codes(known({ ...bare, inbound: [] }), facts)).toEqual([])
})

test('a proxy of ours from which nothing comes is told after a while; an Envoy without requests is not', () => {
  const silent = { ...facts, isReporting: false }

  expect(codes(known({}), silent)).toEqual(['silent'])
  expect(codes(known({}, { since: new Date(now - 5000) }), silent)).toEqual([])
  expect(codes(known({}, { streams: 0, isElsewhere: true }), silent)).toEqual([])
  expect(codes(known({ dialect: 'envoy' }), silent)).toEqual([])
})

test('a gRPC client, and a proxy that is gone, are not warned of', () => {
  expect(codes(known({ ...bare, dialect: 'grpc' }), facts)).toEqual([])
  expect(codes(known(bare, { streams: 0 }), facts)).toEqual([])
})
