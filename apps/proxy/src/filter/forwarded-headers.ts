import { inRange } from '@heddle/engine/match/ip-range'
import { overrideHeaders } from '@heddle/engine/route/request-overrides'
import type { HttpEdge } from '../config/http-edge.ts'
import type { RequestStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { localReply } from '../exchange/local-reply.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter, RESPONDED } from '../exchange/verdict.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import { headerName } from '../message/header-name.ts'
import { stripHopByHop } from '../message/hop-by-hop.ts'
import { detectClient } from './detect-client.ts'
import { trustedAddress } from './trusted-address.ts'

/** Who we are, for the next hop. */
export type OwnNames = { readonly cluster: string; readonly node: string }

const forwardedProto = headerName('x-forwarded-proto')

/**
 * Takes out what concerns this connection alone and what a client may not claim, finds out who the client is, and says who
 * we are and whom we speak for.
 */
export function forwardedHeaders(edge: HttpEdge, own: OwnNames, counts: Runtime['counts']): Filter<RequestStage> {
  const detect = edge.detections.length === 0 ? undefined : detectClient(edge)
  return (exchange) => {
    const { headers, peer, chain } = exchange
    stripHopByHop(headers)
    const detected = detect?.(exchange)
    if (detected !== undefined && detected.rejection > 0) {
      counts.httpChain(chain.statPrefix).undetectedClients++
      localReply(exchange, detected.rejection, 'rejecting_because_detection_failed', '')
      return RESPONDED
    }
    const forwardedFor = headers.get('x-forwarded-for')
    const isInternal =
      detected?.isInside ?? (edge.internalRanges.length > 0 && comesFromInside(edge, peer.address, forwardedFor))
    removeClaims(headers, edge, isInternal)
    if (isInternal) headers.append('x-envoy-internal', 'true')
    if (edge.isEdge) {
      if (edge.trustedHops > 0) peer.remoteAddress = trustedAddress(forwardedFor, edge.trustedHops - 1) ?? peer.address
      // Without a space, as Envoy writes it.
      if (edge.appendsForwardedFor) {
        headers.set('x-forwarded-for', forwardedFor === undefined ? peer.address : `${forwardedFor},${peer.address}`)
      }
      if (!isInternal) headers.set('x-envoy-external-address', peer.remoteAddress)
    } else if (detected === undefined && forwardedFor !== undefined) {
      peer.remoteAddress = trustedAddress(forwardedFor, edge.trustedHops) ?? peer.address
    }
    setScheme(exchange, edge)
    // At the edge nobody else may say it, unless a proxy that is trusted stands before.
    if (edge.appendsForwardedPort && ((edge.isEdge && edge.trustedHops === 0) || !headers.has('x-forwarded-port'))) {
      headers.set('x-forwarded-port', String(peer.destinationPort))
    }
    if (edge.via !== '') headers.set('via', joined(headers.get('via'), edge.via))
    if (chain.addUserAgent) {
      headers.set('x-envoy-downstream-service-cluster', own.cluster)
      headers.set('x-envoy-downstream-service-node', own.node)
      if ((headers.get('user-agent') ?? '') === '') headers.set('user-agent', own.cluster)
    }
    return CONTINUE
  }
}

/** Behind a proxy that is trusted the scheme is the one that it tells; else that of the connection. */
function setScheme(exchange: HttpExchange, { isEdge, trustedHops, scheme }: HttpEdge): void {
  const { headers } = exchange
  const told = isEdge && trustedHops === 0 ? undefined : headers.get('x-forwarded-proto')
  const is = scheme ?? (told === 'http' || told === 'https' ? told : exchange.scheme)
  exchange.scheme = is
  // What it tells goes on as it is, also where it is no scheme that counts.
  if (scheme !== undefined || told === undefined) headers.setKnown(forwardedProto, is)
}

function removeClaims(headers: HeaderBlock, { isEdge, clientCertificate }: HttpEdge, isInternal: boolean): void {
  const keepsCertificate = clientCertificate.mode !== 'sanitize' && clientCertificate.mode !== 'set'
  const isOutside = isEdge && !isInternal
  const { names, count } = headers
  for (let index = 0; index < count; index++) {
    const name = names[index] as string // in range
    if (name.charCodeAt(0) !== 0x78 /* x */ || name.charCodeAt(1) !== 0x2d /* - */) continue
    if (keepsCertificate && name === 'x-forwarded-client-cert') continue
    if (claimed.has(name) ? !isInternal || !allowedInside.has(name) : isOutside && claimedAtEdge.has(name))
      names[index] = ''
  }
}

/** What proxies say to each other about a request, and a client may not; the list is Envoy's. */
const claimed = new Set([
  // Only we say this, from a verified certificate.
  'x-forwarded-client-cert',
  'x-envoy-internal',
  'x-envoy-force-trace',
  'x-envoy-ip-tags',
  'x-envoy-retry-on',
  'x-envoy-retry-grpc-on',
  'x-envoy-max-retries',
  'x-envoy-retriable-status-codes',
  'x-envoy-retriable-header-names',
  'x-envoy-hedge-on-per-try-timeout',
  'x-envoy-upstream-alt-stat-name',
  'x-envoy-upstream-rq-timeout-ms',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-upstream-rq-timeout-alt-response',
  'x-envoy-upstream-stream-duration-ms',
  'x-envoy-expected-rq-timeout-ms',
])

/** What an internal request may ask for. */
const allowedInside = new Set<string>(overrideHeaders)

/** From one of the internal addresses, and through nobody else: a list means that somebody was there before. */
function comesFromInside(
  { isEdge, internalRanges, trustedHops }: HttpEdge,
  connected: string,
  forwarded: string | undefined,
): boolean {
  if (isEdge ? forwarded !== undefined : forwarded === undefined || forwarded.includes(',')) return false
  // The one address is that of a proxy of ours, and who was before it is not said.
  if (!isEdge && trustedHops > 0) return false
  const address = isEdge ? connected : (forwarded ?? '').trim()
  return internalRanges.some((range) => inRange(range, address))
}

/** What a proxy of the mesh may have said, and nobody outside of it. */
const claimedAtEdge = new Set([
  'x-envoy-decorator-operation',
  'x-envoy-downstream-service-cluster',
  'x-envoy-downstream-service-node',
  'x-envoy-original-path',
  'x-envoy-original-host',
  'x-envoy-attempt-count',
  'x-envoy-external-address',
])

function joined(list: string | undefined, entry: string): string {
  return list === undefined ? entry : `${list}, ${entry}`
}
