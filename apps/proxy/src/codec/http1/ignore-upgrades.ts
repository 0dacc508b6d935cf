import { matchesString, type StringMatcher } from '@heddle/engine/match/string-matcher'
import type { RequestHead } from './request-head.ts'

/**
 * Takes the protocols that a listener ignores out of those that a request asks to be upgraded to: a server may go on as it was
 * asked (RFC 9110 §7.8). Some clients ask with every request, as Apache's for Java does for TLS (RFC 2817).
 */
export function ignoreUpgrades(head: RequestHead, ignored: readonly StringMatcher[]): void {
  const asked = head.headers.get('upgrade')?.split(',') ?? []
  const left = asked.map((protocol) => protocol.trim()).filter((protocol) => !isIgnored(protocol, ignored))
  if (left.length === 0) head.headers.remove('upgrade')
  else head.headers.set('upgrade', left.join(','))
  head.upgrade = left.join(',').toLowerCase()
}

function isIgnored(protocol: string, ignored: readonly StringMatcher[]): boolean {
  return ignored.some((matcher) => matchesString(matcher, protocol))
}
