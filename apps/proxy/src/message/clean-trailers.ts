import type { HeaderBlock } from './header-block.ts'

/**
 * Takes out of a request's trailers what nobody may say late (RFC 9110 §6.5.1). A server that joins them to its headers would
 * believe a client what only a proxy may set, and what the policies here have not seen.
 */
export function cleanTrailers(trailers: HeaderBlock | undefined): HeaderBlock | undefined {
  if (trailers === undefined) return undefined
  let left = 0
  for (let index = 0; index < trailers.count; index++) {
    const name = trailers.names[index] as string // in range
    if (headersOnly.has(name) || name.startsWith('x-forwarded-') || name.startsWith('x-envoy-')) {
      trailers.names[index] = ''
    } else if (name !== '') left++
  }
  return left > 0 ? trailers : undefined
}

const headersOnly = new Set([
  ...['cookie', 'proxy-authorization', 'forwarded', 'x-request-id', 'traceparent', 'tracestate'],
  ...['expect', 'keep-alive', 'proxy-connection'],
])
