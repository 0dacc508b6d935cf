import path from 'node:path'
import type { Json, ProxyTls } from './scenario-values.ts'

const contexts = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3'

/** The `transport_socket` of a filter chain. It shows the certificate `server` unless it says which. */
export function serverTls(tls: Partial<ProxyTls>, folder: string): Json {
  return transportSocket('DownstreamTlsContext', { certificate: 'server', ...tls }, folder)
}

/** The `transport_socket` of a cluster. It trusts the mesh's authority unless it says which. */
export function clientTls(tls: Partial<ProxyTls>, folder: string): Json {
  return transportSocket('UpstreamTlsContext', { ca: 'mesh', ...tls }, folder)
}

function transportSocket(kind: string, tls: Partial<ProxyTls>, folder: string): Json {
  const { certificate, others = [], ca, names, validation = {}, alpn, params, context = {} } = tls
  const file = (name: string) => ({ filename: path.join(folder, name) })
  const common = {
    ...(params === undefined ? {} : { tls_params: params }),
    ...(certificate === undefined
      ? {}
      : {
          tls_certificates: [certificate, ...others].map((name) => ({
            certificate_chain: file(`${name}.pem`),
            private_key: file(`${name}.key`),
          })),
        }),
    ...(ca === undefined
      ? {}
      : {
          validation_context: {
            trusted_ca: file(`${ca}.ca`),
            ...(names === undefined ? {} : { match_typed_subject_alt_names: names }),
            ...validation,
          },
        }),
    ...(alpn === undefined ? {} : { alpn_protocols: alpn }),
  }
  return {
    name: 'tls',
    typed_config: { '@type': `${contexts}.${kind}`, common_tls_context: common, ...context },
  }
}
