/** The system's words for why there is no connection; a name as `ECONNREFUSED` says it to programs. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset by peer',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ETIMEDOUT: 'Connection timed out',
}

/** `%UPSTREAM_TRANSPORT_FAILURE_REASON%`: as Envoy says it of a connection, and in the same form what our TLS says. */
export function transportFailure(code: string): string {
  if (code === '') return ''
  // EPROTO is what TLS says of a peer that speaks something else.
  const isOfSystem = /^E[A-Z0-9]+$/.test(code) && code !== 'EPROTO'
  return isOfSystem ? `delayed connect error: ${words[code] ?? code}` : `TLS_error:|${code}:TLS_error_end`
}
