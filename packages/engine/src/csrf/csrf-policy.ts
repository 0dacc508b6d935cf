import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type CsrfPolicy as CsrfPolicyMessage,
  CsrfPolicySchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/csrf/v3/csrf_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileStringMatcher } from '../match/compile-string-matcher.ts'
import { matchesString, type StringMatcher } from '../match/string-matcher.ts'
import type { RuntimeShare } from '../runtime/runtime-values.ts'
import { runtimeShareOf } from '../runtime/share.ts'

/** Which requests that change something are checked for where they come from (`envoy.filters.http.csrf`). */
export type CsrfPolicy = {
  readonly enabled: RuntimeShare
  /** These are counted, and go on. */
  readonly shadow: RuntimeShare
  readonly additionalOrigins: readonly StringMatcher[]
}

/** What a request says of where it comes from. */
export type OriginVerdict = 'missing' | 'invalid' | 'valid'

const supported = new Set(['filter_enabled', 'shadow_enabled', 'additional_origins'])
const changing = new Set(['POST', 'PUT', 'DELETE', 'PATCH'])

export function compileCsrfPolicy(message: CsrfPolicyMessage, path: string): CsrfPolicy {
  refuseUnsupported(CsrfPolicySchema, message, supported, path)
  if (message.filterEnabled === undefined) throw new ResourceRejected(`${path}.filter_enabled`, 'is required')
  return {
    enabled: runtimeShareOf(message.filterEnabled, 1, `${path}.filter_enabled`),
    shadow: runtimeShareOf(message.shadowEnabled, 0, `${path}.shadow_enabled`),
    additionalOrigins: message.additionalOrigins.map((each, index) =>
      compileStringMatcher(each, `${path}.additional_origins[${index}]`),
    ),
  }
}

export function changesSomething(method: string): boolean {
  return changing.has(method)
}

/** `host` is what the request asks for; where it comes from is its origin, or else who referred to it. */
export function judgeOrigin(
  { additionalOrigins }: CsrfPolicy,
  host: string,
  header: (name: string) => string | undefined,
): OriginVerdict {
  const origin = header('origin') ?? ''
  // "null" is an origin that is kept secret, whatever the referrer says (Fetch standard, "Origin header").
  const source = origin === 'null' ? '' : placeOf(origin || (header('referer') ?? ''))
  if (source === '') return 'missing'
  const isKnown = source === placeOf(host) || additionalOrigins.some((origin) => matchesString(origin, source))
  return isKnown ? 'valid' : 'invalid'
}

/** Host and port of a URL; what is none, as a Host header, is one itself. */
function placeOf(text: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(text)?.[1] ?? text
}
