import { type HeaderMatcher, matchesHeader } from '../match/header-matcher.ts'
import { type IpSet, inIpSet } from '../match/ip-set.ts'
import { type MetadataMatcher, matchesMetadata } from '../match/metadata-matcher.ts'
import { matchesString, type StringMatcher } from '../match/string-matcher.ts'
import { type MetadataSource, metadataOf } from '../request/metadata-source.ts'
import type { PeerView } from '../request/peer-view.ts'
import type { RequestView } from '../request/request-view.ts'

/** Who calls: one node of an RBAC principal tree. */
export type Principal =
  | { readonly kind: 'any' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and'; readonly ids: readonly Principal[] }
  | { readonly kind: 'or'; readonly ids: readonly Principal[] }
  | { readonly kind: 'not'; readonly id: Principal }
  /** Who comes by TLS; with a matcher, only by one of the names in a certificate that is trusted. */
  | { readonly kind: 'authenticated'; readonly name: StringMatcher | undefined }
  /** The other end of the socket: what no header can change, PROXY's included. */
  | { readonly kind: 'direct-address'; readonly addresses: IpSet }
  /** Who is connected, as a PROXY header tells too. */
  | { readonly kind: 'connection-address'; readonly addresses: IpSet }
  /** The client as trusted forwarding headers tell. */
  | { readonly kind: 'remote-address'; readonly addresses: IpSet }
  | { readonly kind: 'header'; readonly matcher: HeaderMatcher }
  | { readonly kind: 'url-path'; readonly matcher: StringMatcher }
  | { readonly kind: 'metadata'; readonly matcher: MetadataMatcher; readonly source: MetadataSource }

export function identifies(principal: Principal, request: RequestView, peer: PeerView): boolean {
  switch (principal.kind) {
    case 'any':
      return true
    case 'none':
      return false
    case 'and':
      return allIdentify(principal.ids, request, peer)
    case 'or':
      return someIdentifies(principal.ids, request, peer)
    case 'not':
      return !identifies(principal.id, request, peer)
    case 'authenticated':
      if (peer.names === undefined) return false
      return principal.name === undefined || someMatches(principal.name, peer.names)
    case 'direct-address':
      return inIpSet(principal.addresses, peer.directAddress)
    case 'connection-address':
      return inIpSet(principal.addresses, peer.address)
    case 'remote-address':
      return inIpSet(principal.addresses, peer.remoteAddress)
    case 'header':
      return matchesHeader(principal.matcher, request)
    case 'metadata':
      return matchesMetadata(principal.matcher, metadataOf(request, principal.source))
    case 'url-path':
      return matchesString(principal.matcher, request.path)
  }
}

function someMatches(matcher: StringMatcher, names: readonly string[]): boolean {
  for (let index = 0; index < names.length; index++) {
    if (matchesString(matcher, names[index] as string)) return true // in range
  }
  return false
}

function allIdentify(ids: readonly Principal[], request: RequestView, peer: PeerView): boolean {
  for (let index = 0; index < ids.length; index++) {
    if (!identifies(ids[index] as Principal, request, peer)) return false // in range
  }
  return true
}

function someIdentifies(ids: readonly Principal[], request: RequestView, peer: PeerView): boolean {
  for (let index = 0; index < ids.length; index++) {
    if (identifies(ids[index] as Principal, request, peer)) return true // in range
  }
  return false
}
