import { type HeaderSource, sourceValue } from '../match/header-matcher.ts'
import { matchesString, type StringMatcher } from '../match/string-matcher.ts'
import type { CertificateNames, PeerView } from '../request/peer-view.ts'
import type { RequestView } from '../request/request-view.ts'

/** What a matcher looks at. */
export type TextInput =
  | { readonly kind: 'header'; readonly name: string; readonly source: HeaderSource }
  | { readonly kind: 'uri-san' | 'dns-san' | 'subject' }
  | { readonly kind: 'source-ip' | 'direct-source-ip' | 'destination-ip' }
  | { readonly kind: 'source-port' | 'destination-port' | 'server-name' }

/** What is not there matches nothing. With `anyOfMany` one of several values is enough, beside all of them joined. */
export function matchesInput(
  input: TextInput,
  matcher: StringMatcher,
  anyOfMany: boolean,
  request: RequestView,
  peer: PeerView,
): boolean {
  switch (input.kind) {
    case 'header': {
      const value = sourceValue(input, request)
      if (value === undefined) return false
      if (matchesString(matcher, value)) return true
      // Only a value with a comma can be several lines.
      const isMany = anyOfMany && input.source === 'header' && value.includes(',')
      return isMany && someMatches(matcher, request.headerValues(input.name))
    }
    case 'uri-san':
    case 'dns-san':
      return matchesNames(namesOf(input.kind, peer.certificate), matcher, anyOfMany)
    default: {
      const value = singleOf(input.kind, peer)
      return value !== '' && matchesString(matcher, value)
    }
  }
}

const none: readonly string[] = []

function namesOf(kind: 'uri-san' | 'dns-san', certificate: CertificateNames | undefined): readonly string[] {
  return (kind === 'uri-san' ? certificate?.uris : certificate?.dnsNames) ?? none
}

function matchesNames(names: readonly string[], matcher: StringMatcher, anyOfMany: boolean): boolean {
  if (names.length < 2) return names[0] !== undefined && matchesString(matcher, names[0])
  return matchesString(matcher, names.join()) || (anyOfMany && someMatches(matcher, names))
}

function someMatches(matcher: StringMatcher, values: readonly string[]): boolean {
  for (let index = 0; index < values.length; index++) {
    if (matchesString(matcher, values[index] as string)) return true // in range
  }
  return false
}

/** "" where there is none. */
function singleOf(kind: Exclude<TextInput['kind'], 'header' | 'uri-san' | 'dns-san'>, peer: PeerView): string {
  switch (kind) {
    case 'subject':
      return peer.certificate?.subject ?? ''
    case 'source-ip':
      return peer.remoteAddress
    case 'direct-source-ip':
      return peer.directAddress
    case 'destination-ip':
      return peer.destinationAddress
    case 'source-port':
      return String(peer.port)
    case 'destination-port':
      return String(peer.destinationPort)
    case 'server-name':
      return peer.sni ?? ''
  }
}
