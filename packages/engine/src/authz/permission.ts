import { type HeaderMatcher, matchesHeader } from '../match/header-matcher.ts'
import { type IpRange, inRange } from '../match/ip-range.ts'
import { type IpSet, inIpSet } from '../match/ip-set.ts'
import { type MetadataMatcher, matchesMetadata } from '../match/metadata-matcher.ts'
import { matchesString, type StringMatcher } from '../match/string-matcher.ts'
import { type MetadataSource, metadataOf } from '../request/metadata-source.ts'
import type { PeerView } from '../request/peer-view.ts'
import type { RequestView } from '../request/request-view.ts'
import { matchesInput, type TextInput } from './text-input.ts'

/** What may be done: one node of an RBAC permission tree. */
export type Permission =
  | { readonly kind: 'any' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and'; readonly rules: readonly Permission[] }
  | { readonly kind: 'or'; readonly rules: readonly Permission[] }
  | { readonly kind: 'not'; readonly rule: Permission }
  | { readonly kind: 'header'; readonly matcher: HeaderMatcher }
  | { readonly kind: 'url-path'; readonly matcher: StringMatcher }
  | { readonly kind: 'destination-ip'; readonly range: IpRange }
  /** `from` to `to`, both included. */
  | { readonly kind: 'destination-port'; readonly from: number; readonly to: number }
  | { readonly kind: 'server-name'; readonly matcher: StringMatcher }
  /** Conditions of matchers. */
  | {
      readonly kind: 'text'
      readonly input: TextInput
      readonly matcher: StringMatcher
      /** One of several values is enough. */
      readonly anyOfMany: boolean
    }
  | {
      readonly kind: 'ip'
      readonly of: 'source-ip' | 'direct-source-ip' | 'destination-ip'
      readonly addresses: IpSet
    }
  | { readonly kind: 'metadata'; readonly matcher: MetadataMatcher; readonly source: MetadataSource }

export function permits(permission: Permission, request: RequestView, peer: PeerView): boolean {
  switch (permission.kind) {
    case 'any':
      return true
    case 'none':
      return false
    case 'and':
      return allPermit(permission.rules, request, peer)
    case 'or':
      return somePermits(permission.rules, request, peer)
    case 'not':
      return !permits(permission.rule, request, peer)
    case 'header':
      return matchesHeader(permission.matcher, request)
    case 'url-path':
      return matchesString(permission.matcher, request.path)
    case 'destination-ip':
      return inRange(permission.range, peer.destinationAddress)
    case 'destination-port':
      return peer.destinationPort >= permission.from && peer.destinationPort <= permission.to
    case 'metadata':
      return matchesMetadata(permission.matcher, metadataOf(request, permission.source))
    case 'text':
      return matchesInput(permission.input, permission.matcher, permission.anyOfMany, request, peer)
    case 'ip':
      return inIpSet(permission.addresses, addressOf(permission.of, peer))
    case 'server-name':
      return matchesString(permission.matcher, peer.sni ?? '')
  }
}

/** Whether anything in the tree is of that kind; for those who compile. */
export function someNode(permission: Permission, is: (node: Permission) => boolean): boolean {
  switch (permission.kind) {
    case 'and':
    case 'or':
      return permission.rules.some((rule) => someNode(rule, is))
    case 'not':
      return someNode(permission.rule, is)
    default:
      return is(permission)
  }
}

function addressOf(of: Extract<Permission, { kind: 'ip' }>['of'], peer: PeerView): string {
  if (of === 'source-ip') return peer.remoteAddress
  return of === 'direct-source-ip' ? peer.directAddress : peer.destinationAddress
}

function allPermit(rules: readonly Permission[], request: RequestView, peer: PeerView): boolean {
  for (let index = 0; index < rules.length; index++) {
    if (!permits(rules[index] as Permission, request, peer)) return false // in range
  }
  return true
}

function somePermits(rules: readonly Permission[], request: RequestView, peer: PeerView): boolean {
  for (let index = 0; index < rules.length; index++) {
    if (permits(rules[index] as Permission, request, peer)) return true // in range
  }
  return false
}
