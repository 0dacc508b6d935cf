import type { PeerView } from '../request/peer-view.ts'
import type { RequestView } from '../request/request-view.ts'
import type { HashPolicy } from './hash-policy.ts'
import { type Hash64, xxHash64 } from './xx-hash64.ts'

/** What a request is kept together with others by. One object is used again for request after request. */
export type RequestHash = Hash64 & {
  isSet: boolean
  /** A `set-cookie` value that the client must get, so that its next requests hash alike; "" for none. */
  cookie: string
}

export type HashedRequest = RequestView & {
  readonly peer: PeerView
  /** As it is sent on; pseudo headers too. */
  requestHeader(name: string): string | undefined
}

/**
 * Combines what the policies find, each turned by one bit so that equal values do not cancel out (Envoy's order). Nothing
 * found leaves it unset, and the request goes anywhere.
 */
export function hashRequest(policies: readonly HashPolicy[], request: HashedRequest, out: RequestHash): void {
  out.isSet = false
  out.cookie = ''
  let hi = 0
  let lo = 0
  for (let index = 0; index < policies.length; index++) {
    const policy = policies[index] as HashPolicy // in range
    if (hashOne(policy, request, out)) {
      const turnedHi = (hi << 1) | (lo >>> 31)
      const turnedLo = (lo << 1) | (hi >>> 31)
      hi = turnedHi ^ out.hi
      lo = turnedLo ^ out.lo
      out.isSet = true
    }
    if (policy.terminal && out.isSet) break
  }
  out.hi = hi >>> 0
  out.lo = lo >>> 0
}

/** The hash of one policy's value into `out`; false when the request has none. */
function hashOne(policy: HashPolicy, request: HashedRequest, out: RequestHash): boolean {
  switch (policy.kind) {
    case 'header':
      return hashHeader(policy, request, out)
    case 'source-ip':
      xxHash64(request.peer.remoteAddress, out)
      return request.peer.remoteAddress !== ''
    case 'query-parameter': {
      const value = queryValue(request.query, policy.name)
      if (value !== undefined) xxHash64(value, out)
      return value !== undefined
    }
    case 'cookie': {
      const value = cookieValue(request.header('cookie'), policy.name) ?? newCookie(policy, request, out)
      if (value !== undefined) xxHash64(value, out)
      return value !== undefined
    }
  }
}

function hashHeader(
  { name, rewrite }: Extract<HashPolicy, { kind: 'header' }>,
  request: HashedRequest,
  out: RequestHash,
): boolean {
  const isPseudo = name.charCodeAt(0) === colon
  const lines = isPseudo ? none : request.headerValues(name)
  const first = isPseudo ? request.requestHeader(name) : lines[0]
  if (first === undefined) return false
  if (lines.length < 2) {
    xxHash64(rewrite === undefined ? first : rewrite.regex.replaceAll(first, rewrite.substitution), out)
    return true
  }
  // Several lines in any order are the same: each hash seeds the next.
  let hi = 0
  let lo = 0
  for (const line of [...lines].sort()) {
    xxHash64(rewrite === undefined ? line : rewrite.regex.replaceAll(line, rewrite.substitution), out, hi, lo)
    hi = out.hi
    lo = out.lo
  }
  return true
}

const colon = 0x3a
const none: readonly string[] = []

function queryValue(query: string, name: string): string | undefined {
  if (query === '') return undefined
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=')
    if ((equals < 0 ? pair : pair.slice(0, equals)) === name) return equals < 0 ? '' : pair.slice(equals + 1)
  }
  return undefined
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  for (const pair of header.split(/[;,]/)) {
    const equals = pair.indexOf('=')
    // There is no space at the end of a name (RFC 6265 §4.1.1).
    if (equals < 0 || pair.slice(0, equals).trimStart() !== name) continue
    const value = pair.slice(equals + 1)
    const bare = value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value
    return bare === '' ? undefined : bare
  }
  return undefined
}

/** The same for all requests of a connection: several that are on their way at once get the same one. */
function newCookie(
  { name, path, ttlS, attributes }: Extract<HashPolicy, { kind: 'cookie' }>,
  { peer }: HashedRequest,
  out: RequestHash,
): string | undefined {
  if (ttlS === undefined) return undefined
  xxHash64(`${peer.remoteAddress}:${peer.port}${peer.destinationAddress}:${peer.destinationPort}`, out)
  const value = out.hi.toString(16).padStart(8, '0') + out.lo.toString(16).padStart(8, '0')
  const age = ttlS > 0 ? `; Max-Age=${ttlS}` : ''
  const where = path === '' ? '' : `; Path=${path}`
  const more = attributes
    .map((each) => (each.value === '' ? `; ${each.name}` : `; ${each.name}=${each.value}`))
    .join('')
  out.cookie = `${name}="${value}"${age}${where}${more}; HttpOnly`
  return value
}
