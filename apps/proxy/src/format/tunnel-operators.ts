import type { FormatOperator } from './format-operator.ts'
import type { LoggedFields, LoggedSession } from './logged-session.ts'

const none = () => ''

/** Envoy's names for what a proxy in between has answered, and how it is written there. */
function told(session: LoggedSession, args: string): string {
  switch (args) {
    case 'envoy.tcp_proxy.propagate_response_headers':
    case 'envoy.tcp_proxy.propagate_response_headers:TYPED':
      return json(session.tunnelHeaders)
    case 'envoy.tcp_proxy.propagate_response_trailers':
    case 'envoy.tcp_proxy.propagate_response_trailers:TYPED':
      return json(session.tunnelTrailers)
    default:
      return ''
  }
}

/** `envoy.config.core.v3.HeaderMap`. */
function json(fields: LoggedFields | undefined): string {
  if (fields === undefined) return ''
  const headers = []
  for (let index = 0; index < fields.count; index++) {
    headers.push({ key: fields.names[index], value: fields.values[index] })
  }
  return JSON.stringify({ headers: headers.filter(({ key }) => key !== '') })
}

/** The only state that filters of ours keep under a name of Envoy's. */
export const tunnelOperators = {
  FILTER_STATE: { http: none, tcp: told, tcpJson: (session, args) => told(session, args) || 'null' },
} as const satisfies Record<string, FormatOperator>
