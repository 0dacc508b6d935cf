import type { Outcome, SeenFields, SeenRequest } from '../runner/outcome.ts'
import type { Scenario } from '../runner/scenario.ts'

/**
 * What both sides are made equal in before they are compared, each with its reason. Everything here is a difference on
 * purpose; a difference that is none does not belong here, but is mended.
 */
export function withoutStated(outcome: Outcome, { steps, upstreams }: Scenario): Outcome {
  const areHttp1 = Object.values(upstreams).every((each) => typeof each === 'string' || !('h2' in each))
  // Only there bytes are sent as they stand.
  const isTunnel = steps.some((step) => 'send' in step)
  const isAskedInHttp2 = steps.flatMap((step) =>
    'h2' in step ? step.h2.map(() => true) : 'request' in step || 'receive' in step ? [false] : [],
  )
  const inOrder = steps.some((step) => 'h2' in step && step.h2.length > 1) ? sorted : asTheyCame
  const responses = outcome.responses.map((response, index) => {
    if (typeof response === 'string' || !('status' in response)) return response
    const headers = comparable(response.headers)
    return {
      ...response,
      // Likewise where either side speaks HTTP/1.1.
      trailers: areHttp1 || isAskedInHttp2[index] !== true ? [] : response.trailers,
      headers: isTunnel
        ? headers.filter(([name]) => !ofUpgrades.has(name)).map(lowerUpgrade)
        : isRefused(response, outcome)
          ? headers.filter(([name]) => name !== 'connection' && name !== 'x-request-id')
          : headers,
    }
  })
  const upstream = Object.fromEntries(
    Object.entries(outcome.upstream).map(([name, seen]) => [
      name,
      {
        ...seen,
        requests: (isCopy(name) ? sorted : inOrder)(seen.requests).map((request) => ({
          ...request,
          target: upperEscapes(request.target),
          headers: comparable(request.headers)
            .filter(([header]) => !(isTunnel && header === 'connection') && !(isCopy(name) && ofCopies.has(header)))
            .map(lowerUpgrade),
          // Trailers are part of the message (RFC 9110 §6.5); Envoy drops them on HTTP/1.1 unless it is told not to.
          trailers: [],
        })),
      },
    ]),
  )
  const log = outcome.log.map((line) => {
    if (typeof line === 'string') return line
    return Object.fromEntries(
      Object.entries(comparableLine(line, isTunnel)).map(([name, value]) => [name, plain(value)]),
    )
  })
  const hasRefusal = responses.some((each) => typeof each !== 'string' && 'status' in each && isRefused(each, outcome))
  const connections = hasRefusal || isTunnel ? {} : outcome.connections
  return { ...outcome, responses, upstream, log: (isTunnel ? sorted : inOrder)(log), connections }
}

type Line = Readonly<Record<string, unknown>>

function comparableLine(line: Line, isTunnel: boolean): Line {
  // How a tunnel ends is no failure; one that is refused is refused before it is known where it would go.
  if (isTunnel) return { path: line.path, code: line.code, protocol: line.protocol }
  const withoutPath = Object.fromEntries(Object.entries(line).filter(([name]) => !name.startsWith('path')))
  const { cluster: _cluster, route: _route, ...unrouted } = withoutPath
  switch (line.details) {
    // A redirect is logged with the path that was asked for, in Envoy with the one that it leads to.
    case 'direct_response':
      return String(line.code).startsWith('3') ? withoutPath : line
    // Likewise one that the proxy follows, in Envoy with all of the request that it leads to.
    case 'internal_redirect': {
      const { method: _method, authority: _authority, ...ofAnswer } = unrouted
      return ofAnswer
    }
    // A refused path is logged as it came, in Envoy half normalised; it has gone nowhere, but where the client says that it came
    // by https, Envoy has looked for a route by then.
    case 'path_normalization_failed':
      return unrouted
    default:
      return line
  }
}

/** Of requests that are under way at once nobody knows which is first. */
function sorted<Value>(list: readonly Value[]): Value[] {
  return [...list].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function keyOf(seen: unknown): string {
  const { target, method, body, path, code } = seen as Partial<SeenRequest> & { path?: string; code?: number } // that, or a line
  return `${target} ${method} ${body} ${path} ${code}`
}

function asTheyCame<Value>(list: readonly Value[]): Value[] {
  return [...list]
}

/** Whether the connection goes on; how long an answer took that is none. */
const ofUpgrades = new Set(['connection', 'x-envoy-upstream-service-time'])

/** Which protocol is meant is the same in both cases. */
function lowerUpgrade([name, value]: SeenFields[number]): SeenFields[number] {
  return [name, name === 'upgrade' ? value.toLowerCase() : value]
}

/** A copy is the client's request: Envoy sends it as a call of its own, from its own address. */
const ofCopies = new Set([
  ...['x-forwarded-for', 'x-envoy-internal', 'x-envoy-expected-rq-timeout-ms'],
  // It is sent while the request still comes, in ours when it is whole.
  ...['content-length', 'transfer-encoding'],
])
const isCopy = (upstream: string) => upstream === 'mirrored' || upstream === 'other'

/** The message was framed well, so its connection can go on (RFC 9112 §9.3); Envoy closes it. gRPC has its own statuses for that. */
function isRefused({ status, headers }: { status: number; headers: SeenFields }, { log }: Outcome): boolean {
  if (status === 400 || status === 403) return true
  const grpcStatus = headers.find(([name]) => name.toLowerCase() === 'grpc-status')?.[1]
  if (grpcStatus === grpcInternal) return true
  // `local_reply_config` may have made another status of it.
  return log.some(
    (line) =>
      typeof line !== 'string' &&
      line.details === 'path_normalization_failed' &&
      (grpcStatus !== undefined || Number(line.code) === status),
  )
}

/** What a gRPC client is told instead of 400. */
const grpcInternal = '13'

/** The digits of an escape are the same in both cases; ours writes the normal one (RFC 3986 §6.2.2.1). What is nothing but
 * slashes stays two of them when Envoy merges. */
function upperEscapes(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (written) => written.toUpperCase()).replace(/^\/{2,}(?=\?|$)/, '/')
}

/** Of a value in a log, at any depth. */
function plain(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]))
  }
  if (typeof value !== 'string') return value
  // What a TLS library says of a peer that does not speak TLS.
  return value.startsWith('TLS_error|') ? null : upperEscapes(value)
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
      // When a session ends is a matter of when it began.
      cookies.push([name, value.replace(/^(route=)"[^"]*"(; Max-Age=[1-9])/, '$1<session>$2')])
      continue
    }
    const before = joined.get(name)
    joined.set(name, upperEscapes(before === undefined ? value : `${before},${value}`))
  }
  // For a client on its own machine Envoy tells the address of its network.
  const forwardedFor = joined.get('x-forwarded-for')
  if (forwardedFor !== undefined) joined.set('x-forwarded-for', forwardedFor.replace(ownAddress, '<client>'))
  // Who checks the health of an endpoint says who it is, and ours has a connection of its own for each check.
  const userAgent = joined.get('user-agent')
  if (userAgent !== undefined && checker.test(userAgent)) {
    joined.set('user-agent', userAgent.replace(checker, '<checker>'))
    joined.delete('connection')
  }
  if (joined.get('content-length') === '0') joined.delete('content-length')
  // What an answer to HEAD would have been framed by: Envoy says chunked where it does not know, ours nothing.
  if (joined.get('transfer-encoding') === 'chunked') joined.delete('transfer-encoding')
  return [
    ...[...joined].map(([name, value]) => [name, value.replace(/^,+|,+$/g, '').replace(/,{2,}/g, ',')] as const),
    ...cookies,
  ]
}

const checker = /^(?:Envoy\/HC|heddle-health-check)/
const ownAddress = /(?<=^|,)(?:127\.0\.0\.1|192\.0\.2\.2)$/
