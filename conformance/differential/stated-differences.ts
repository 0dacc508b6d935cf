import type { Outcome, SeenFields } from '../runner/outcome.ts'

/**
 * What both sides are made equal in before they are compared, each with its reason. Everything here is a difference on
 * purpose; a difference that is none does not belong here, but is mended.
 */
export function withoutStated(outcome: Outcome): Outcome {
  const responses = outcome.responses.map((response) => {
    if (typeof response === 'string' || !('status' in response)) return response
    const headers = comparable(response.headers)
    return {
      ...response,
      headers: isRefusal(response.status)
        ? headers.filter(([name]) => name !== 'connection' && name !== 'x-request-id')
        : headers,
    }
  })
  const upstream = Object.fromEntries(
    Object.entries(outcome.upstream).map(([name, seen]) => [
      name,
      {
        ...seen,
        requests: seen.requests.map((request) => ({
          ...request,
          target: upperEscapes(request.target),
          // A hop's own (RFC 9110 §10.1.4).
          headers: comparable(request.headers).filter(([name]) => name !== 'te'),
          // Trailers are part of the message (RFC 9110 §6.5); Envoy drops them on HTTP/1.1 unless it is told not to.
          trailers: [],
        })),
      },
    ]),
  )
  const log = outcome.log.map((line) => {
    if (typeof line === 'string') return line
    // A redirect is logged with the path that was asked for, in Envoy with the one that it leads to.
    const { path, ...rest } = line
    // A refused path is logged as it came, in Envoy half normalised.
    const isUnlike =
      line.details === 'direct_response'
        ? String(line.code).startsWith('3')
        : line.details === 'path_normalization_failed'
    const kept = isUnlike ? rest : line
    return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, upperText(value)]))
  })
  const hasRefusal = responses.some((each) => typeof each !== 'string' && 'status' in each && isRefusal(each.status))
  const connections = hasRefusal ? {} : outcome.connections
  return { ...outcome, responses, upstream, log, connections }
}

/** The message was framed well, so its connection can go on (RFC 9112 §9.3); Envoy closes it. */
function isRefusal(status: number): boolean {
  return status === 400 || status === 403
}

/** The digits of an escape are the same in both cases; ours writes the normal one (RFC 3986 §6.2.2.1). What is nothing but
 * slashes stays two of them when Envoy merges. */
function upperEscapes(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (written) => written.toUpperCase()).replace(/^\/{2,}(?=\?|$)/, '/')
}

function upperText(value: unknown): unknown {
  return typeof value === 'string' ? upperEscapes(value) : value
}

/**
 * Several lines of a field are one list (RFC 9110 §5.3), in which empty entries count for nothing (§5.6.1): Envoy joins those
 * of the names that it knows. Cookies of an answer are no list.
 */
function comparable(fields: SeenFields): SeenFields {
  const joined = new Map<string, string>()
  const cookies: (readonly [string, string])[] = []
  for (const [written, value] of fields) {
    const name = written.toLowerCase()
    if (name === 'set-cookie') {
      cookies.push([name, value])
      continue
    }
    const before = joined.get(name)
    joined.set(name, upperEscapes(before === undefined ? value : `${before},${value}`))
  }
  // For a client on its own machine Envoy tells the address of its network.
  const forwardedFor = joined.get('x-forwarded-for')
  if (forwardedFor !== undefined) joined.set('x-forwarded-for', forwardedFor.replace(ownAddress, '<client>'))
  // What an answer to HEAD would have been framed by: Envoy says chunked where it does not know, ours nothing.
  if (joined.get('transfer-encoding') === 'chunked') joined.delete('transfer-encoding')
  return [
    ...[...joined].map(([name, value]) => [name, value.replace(/^,+|,+$/g, '').replace(/,{2,}/g, ',')] as const),
    ...cookies,
  ]
}

const ownAddress = /(?<=^|,)(?:127\.0\.0\.1|192\.0\.2\.2)$/
