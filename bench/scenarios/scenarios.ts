import { benchCertificate } from './bench-certificate.ts'
import { type BootstrapParts, envoyBootstrap, http2Options, type Json, typeUrl } from './envoy-bootstrap.ts'
import { collector, everyFilter, traced, watched } from './every-feature.ts'
import { type HaproxyParts, haproxyConfig } from './haproxy-config.ts'
import { type NginxParts, nginxConfig } from './nginx-config.ts'
import type { PeerSetup, Scenario } from './scenario.ts'

const shape = {
  load: 'http1',
  upstream: 'http1',
  bodyBytes: 128,
  connections: 32,
  streams: 1,
  // Seconds of work for each round: CPU time is counted in ticks of 10 ms, and in its first second V8 is still compiling.
  requests: 120_000,
} as const
const envoy = (parts: (setup: PeerSetup) => BootstrapParts) => (setup: PeerSetup) => envoyBootstrap(setup, parts(setup))
const haproxy = (parts: HaproxyParts) => (setup: PeerSetup) => haproxyConfig(setup, parts)
const nginx = (parts: NginxParts) => (setup: PeerSetup) => nginxConfig(setup, parts)
const overHttp2 = {
  bootstrap: envoy(() => ({ cluster: http2Options })),
  haproxy: haproxy({ bind: 'proto h2', server: 'proto h2' }),
  nginx: undefined,
}
const manyStreams = { connections: 8, streams: 16, requests: 300_000 }

/** What is measured, in the order of the tables. */
export const scenarios: readonly Scenario[] = [
  {
    ...shape,
    name: 'http1',
    title: 'HTTP/1.1: a route by host, a request id, metrics',
    bootstrap: envoy(() => ({})),
    haproxy: haproxy({}),
    nginx: nginx({}),
  },
  {
    ...shape,
    name: 'http1-traced',
    title: 'HTTP/1.1 with trace headers on every request, one in a hundred sampled',
    bootstrap: envoy((setup) => ({ manager: traced(1), clusters: [collector(setup)] })),
    haproxy: undefined,
    nginx: undefined,
  },
  {
    ...shape,
    name: 'http1-every-feature',
    title: 'HTTP/1.1 with a JSON access log, 1 % traced, fault, CORS and twenty RBAC policies',
    bootstrap: envoy((setup) => ({ filters: everyFilter(), manager: watched(setup), clusters: [collector(setup)] })),
    haproxy: undefined,
    nginx: undefined,
  },
  {
    ...shape,
    name: 'http1-64k',
    title: 'HTTP/1.1 with bodies of 64 KiB',
    bodyBytes: 65_536,
    requests: 40_000,
    bootstrap: envoy(() => ({})),
    haproxy: haproxy({}),
    nginx: nginx({}),
  },
  {
    ...shape,
    name: 'tls',
    title: 'TLS in (1.3, ECDSA P-256), HTTP/1.1 on',
    load: 'http1-tls',
    bootstrap: envoy((setup) => ({ chain: downstreamTls(setup) })),
    haproxy: (setup) => haproxyConfig(setup, { bind: `ssl crt ${benchCertificate(setup.folder).both}` }),
    nginx: (setup) => {
      const { certificate, key } = benchCertificate(setup.folder)
      const tls = `    ssl_certificate ${certificate};\n    ssl_certificate_key ${key};\n`
      return nginxConfig(setup, { listen: 'ssl', tls })
    },
  },
  {
    ...shape,
    name: 'tcp',
    title: 'Plain TCP passed on',
    bootstrap: envoy(() => ({ network: tcpProxy(), cluster: roomForAll })),
    haproxy: haproxy({ mode: 'tcp' }),
    nginx: undefined,
  },
  {
    ...shape,
    name: 'http2',
    title: 'HTTP/2 on both sides, 8 connections with 16 requests each at a time',
    ...overHttp2,
    ...manyStreams,
    load: 'http2',
    upstream: 'http2',
  },
  {
    ...shape,
    name: 'http2-single',
    title: 'HTTP/2 on both sides, 32 connections with one request at a time',
    requests: 200_000,
    ...overHttp2,
    load: 'http2',
    upstream: 'http2',
  },
  {
    ...shape,
    name: 'grpc',
    title: 'gRPC: unary calls, 8 connections with 16 calls each at a time',
    ...overHttp2,
    ...manyStreams,
    load: 'grpc',
    upstream: 'grpc',
  },
]

/** By itself a cluster has 1,024 connections, and whoever comes then is refused. */
const roomForAll: Json = { circuit_breakers: { thresholds: [{ max_connections: 100_000 }] } }

function tcpProxy(): Json {
  return {
    name: 'envoy.filters.network.tcp_proxy',
    typed_config: {
      '@type': typeUrl('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy'),
      stat_prefix: 'in',
      cluster: 'out',
    },
  }
}

function downstreamTls({ folder }: PeerSetup): Json {
  const { certificate, key } = benchCertificate(folder)
  return {
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: {
        '@type': typeUrl('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext'),
        common_tls_context: {
          tls_certificates: [{ certificate_chain: { filename: certificate }, private_key: { filename: key } }],
        },
      },
    },
  }
}
