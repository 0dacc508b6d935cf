import type { Json } from '../runner/scenario-values.ts'

/**
 * TLS in front of a listener, with the inspector that tells Envoy the name that a client asks for; ours knows it from the
 * handshake all the same.
 */
export function inspectedTls(tls: Json): Json {
  const typed_config = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector',
  }
  return { tls, listener: { listener_filters: [{ name: 'tls', typed_config }] } }
}
