import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  RedirectAction_RedirectResponseCode as Code,
  type RedirectAction as RedirectMessage,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { compileSubstitution } from '../match/compile-substitution.ts'
import { compileLinearRegex } from '../match/linear-regex.ts'
import type { PathMatcher } from '../match/path-matcher.ts'
import { wireText } from '../mutate/wire-text.ts'
import { matchedLength } from './matched-length.ts'
import type { RedirectAction, RedirectPath } from './redirect-action.ts'

export function compileRedirectAction(message: RedirectMessage, matcher: PathMatcher, path: string): RedirectAction {
  const scheme = message.schemeRewriteSpecifier
  return {
    kind: 'redirect',
    status: statusOf(message.responseCode, path),
    scheme:
      scheme.case === 'schemeRedirect'
        ? scheme.value
        : scheme.case === 'httpsRedirect' && scheme.value
          ? 'https'
          : undefined,
    host: message.hostRedirect === '' ? undefined : wireText(message.hostRedirect, `${path}.host_redirect`),
    keepsPort: false,
    port: message.portRedirect,
    path: pathOf(message, matcher, path),
    stripQuery: message.stripQuery,
  }
}

function pathOf({ pathRewriteSpecifier }: RedirectMessage, matcher: PathMatcher, path: string): RedirectPath {
  // As Envoy has it; a location without a path could name another host.
  if (pathRewriteSpecifier.value === '') return { kind: 'keep' }
  switch (pathRewriteSpecifier.case) {
    case 'pathRedirect':
      return { kind: 'replace', path: wireText(pathRewriteSpecifier.value, `${path}.path_redirect`) }
    case 'prefixRewrite':
      return {
        kind: 'rewrite',
        rewrite: {
          kind: 'prefix',
          matchedLength: matchedLength(matcher, `${path}.prefix_rewrite`),
          replacement: wireText(pathRewriteSpecifier.value, `${path}.prefix_rewrite`),
        },
      }
    case 'regexRewrite': {
      const { pattern, substitution } = pathRewriteSpecifier.value
      const at = `${path}.regex_rewrite.substitution`
      const regex = compileLinearRegex(pattern?.regex ?? '', `${path}.regex_rewrite.pattern`)
      const rewritten = compileSubstitution(wireText(substitution, at), regex, at)
      return { kind: 'rewrite', rewrite: { kind: 'regex', regex, substitution: rewritten } }
    }
    default:
      return { kind: 'keep' }
  }
}

function statusOf(code: Code, path: string): RedirectAction['status'] {
  switch (code) {
    case Code.MOVED_PERMANENTLY:
      return 301
    case Code.FOUND:
      return 302
    case Code.SEE_OTHER:
      return 303
    case Code.TEMPORARY_REDIRECT:
      return 307
    case Code.PERMANENT_REDIRECT:
      return 308
  }
  throw new ResourceRejected(`${path}.response_code`, `unknown value ${String(code)}`)
}
