import { hasPortTooHigh } from '@heddle/engine/path/has-port-too-high'
import { normaliseAuthority } from '@heddle/engine/path/normalise-authority'
import { normalisePath } from '@heddle/engine/path/normalise-path'
import { NO_BODY } from '../message/body-framing.ts'
import type { HttpExchange } from './http-exchange.ts'

/** What is wrong with a request target; undefined when the exchange now has path, query and authority. */
export type TargetRefusal = {
  readonly status: number
  readonly details: string
  readonly body?: string
  /** Where the client is sent instead. */
  readonly location?: string
  /** The message is broken, and not only its path. */
  readonly isProtocolError?: true
}

const malformed: TargetRefusal = { status: 400, details: 'path_normalization_failed', isProtocolError: true }
const unusable: TargetRefusal = { status: 400, details: 'path_normalization_failed' }
const wrongScheme: TargetRefusal = {
  status: 403,
  details: 'http1.https_url_on_plaintext_connection',
  body: 'Forbidden',
  isProtocolError: true,
}
const notAllowed: TargetRefusal = { status: 405, details: 'method_not_allowed' }
const notImplemented: TargetRefusal = { status: 501, details: 'method_not_implemented' }

/**
 * Reads the request target (RFC 9112 §3.2) without a URL parser, which would take "//admin" for a host.
 * In absolute form the target's authority replaces the Host header.
 */
export function readTarget(exchange: HttpExchange, target: string): TargetRefusal | undefined {
  const { method } = exchange
  if (method === 'CONNECT') return readAuthority(exchange, target)
  // Most are one of these two, and looking for them in the set costs more.
  if (method !== 'GET' && method !== 'POST' && !methods.has(method)) {
    return method === 'TRACE' ? notAllowed : notImplemented
  }
  let origin = target
  if (target.charCodeAt(0) !== 0x2f) {
    const absolute = absoluteForm.exec(target)
    if (absolute === null) return target === '*' ? notAllowed : malformed
    exchange.host = absolute[2] as string // this group and the last take part in every match
    if (hasPortTooHigh(exchange.host)) return malformed
    if (absolute[1] !== undefined && isUnproxied(exchange)) return wrongScheme
    origin = absolute[3] as string
    if (origin === '' || origin.startsWith('?')) origin = `/${origin}`
  }
  const mark = origin.indexOf('?')
  const { pathMode, escapedSlashes } = exchange.chain
  const written = mark < 0 ? origin : origin.slice(0, mark)
  exchange.query = mark < 0 ? '' : origin.slice(mark + 1)
  exchange.endsInMark = mark === origin.length - 1
  const path = normalisePath(written, pathMode)
  // A refused one is logged as it came.
  exchange.path = path ?? written
  if (path === undefined) return unusable
  if (exchange.query.includes('#')) return malformed
  if (escapedSlashes !== undefined && escapedSlash.test(written)) {
    // A gRPC client follows no redirect.
    if (escapedSlashes === 'reject' || exchange.isGrpc) {
      exchange.path = written
      return unusable
    }
    return { status: 307, details: malformed.details, location: exchange.target }
  }
  const { host, port } = normaliseAuthority(exchange.host)
  exchange.authority = host
  exchange.authorityPort = port
  return undefined
}

/** In plain text, from a client: nobody can have taken the TLS off. */
function isUnproxied({ chain, connection }: HttpExchange): boolean {
  return chain.edge.isEdge && chain.edge.trustedHops === 0 && !connection.isSecure
}

/** CONNECT names a host and a port and nothing else (RFC 9112 §3.2.3), and has no body. */
function readAuthority(exchange: HttpExchange, target: string): TargetRefusal | undefined {
  const { host, port } = normaliseAuthority(target)
  if (!authorityForm.test(target) || port === 0 || exchange.requestFraming !== NO_BODY) return malformed
  exchange.host = target
  exchange.authority = host
  exchange.authorityPort = port
  exchange.upgrade = 'connect'
  return undefined
}

const authorityForm = /^[A-Za-z0-9\-._~[\]:]+:\d{1,5}$/
const escapedSlash = /%2f|%5c/i
/** The authority is as strict as a Host header: it becomes one. */
const absoluteForm = /^http(s)?:\/\/((?:\[[0-9a-f:.]+\]|[a-z0-9\-._~]+)(?::\d{1,5})?)((?:[/?].*)?)$/i

/** Those of the IANA registry that carry a request from end to end, and those that caches, UPnP and Icecast are used with. */
const methods = new Set(
  [
    'GET HEAD POST PUT DELETE OPTIONS PATCH QUERY ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK LOCK MERGE',
    'MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE ORDERPATCH PROPFIND PROPPATCH REBIND REPORT SEARCH UNBIND',
    'UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL PURGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE SOURCE',
  ].flatMap((line) => line.split(' ')),
)
