import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { HeaderMatcher as HeaderMatcherMessage } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { wireBytes } from '../mutate/wire-text.ts'
import { lowerAscii } from './ascii-case.ts'
import { compileStringMatcher } from './compile-string-matcher.ts'
import type { HeaderMatcher, HeaderSource, HeaderTest } from './header-matcher.ts'
import { compileLinearRegex } from './linear-regex.ts'
import type { StringMatcher } from './string-matcher.ts'

export function compileHeaderMatcher(message: HeaderMatcherMessage, path: string): HeaderMatcher {
  const name = lowerAscii(message.name)
  if (name === '') throw new ResourceRejected(`${path}.name`, 'must not be empty')
  const test = compileTest(message, path)
  const source = sourceOf(name, test, path)
  return {
    name,
    source,
    test: source === 'host' || source === 'host-port' ? overCanonicalHost(test) : test,
    isInverted: message.invertMatch,
    missingIsEmpty: message.treatMissingHeaderAsEmpty,
  }
}

/** The same for a text that is looked at as it is: what of a request it is, and the match over that. */
export function compileHeaderText(
  name: string,
  matcher: StringMatcher,
  path: string,
): Pick<HeaderMatcher, 'name' | 'source'> & { readonly matcher: StringMatcher } {
  const test: HeaderTest = { kind: 'string', matcher }
  const source = sourceOf(name, test, path)
  const canonical = source === 'host' || source === 'host-port' ? overCanonicalHost(test) : test
  return { name, source, matcher: canonical.kind === 'string' ? canonical.matcher : matcher }
}

function compileTest(message: HeaderMatcherMessage, path: string): HeaderTest {
  const specifier = message.headerMatchSpecifier
  switch (specifier.case) {
    case 'stringMatch':
      return { kind: 'string', matcher: compileStringMatcher(specifier.value, `${path}.string_match`) }
    case 'exactMatch':
      return { kind: 'string', matcher: { kind: 'exact', value: wireBytes(specifier.value), ignoreCase: false } }
    case 'prefixMatch':
      return literal('prefix', specifier.value, `${path}.prefix_match`)
    case 'suffixMatch':
      return literal('suffix', specifier.value, `${path}.suffix_match`)
    case 'containsMatch':
      return literal('contains', specifier.value, `${path}.contains_match`)
    case 'safeRegexMatch': {
      const regex = compileLinearRegex(specifier.value.regex, `${path}.safe_regex_match`)
      return { kind: 'string', matcher: { kind: 'regex', regex } }
    }
    case 'rangeMatch':
      return { kind: 'range', from: specifier.value.start, before: specifier.value.end }
    case 'presentMatch':
      return { kind: 'present', expected: specifier.value }
    case undefined:
      return { kind: 'present', expected: true }
  }
}

function literal(kind: 'prefix' | 'suffix' | 'contains', value: string, path: string): HeaderTest {
  if (value === '') throw new ResourceRejected(path, 'must not be empty')
  return { kind: 'string', matcher: { kind, value: wireBytes(value), ignoreCase: false } }
}

function sourceOf(name: string, test: HeaderTest, path: string): HeaderSource {
  switch (name) {
    case ':method':
      return 'method'
    case ':path':
      return 'path'
    case ':scheme':
      return 'scheme'
    case ':authority':
    case 'host':
      return namesPort(test) ? 'host-port' : 'host'
    default:
      if (name.startsWith(':')) throw new ResourceRejected(`${path}.name`, `unknown pseudo header ${name}`)
      return 'header'
  }
}

/** Only a pattern that speaks of a port sees one: "secret.com:8443" must not slip past a rule on "secret.com". */
function namesPort(test: HeaderTest): boolean {
  if (test.kind !== 'string') return false
  return (test.matcher.kind === 'regex' ? test.matcher.regex.source : test.matcher.value).includes(':')
}

/** The authority is already in lower case, so a literal must be, whatever it says about case. */
function overCanonicalHost(test: HeaderTest): HeaderTest {
  if (test.kind !== 'string' || test.matcher.kind === 'regex') return test
  const matcher: StringMatcher = { kind: test.matcher.kind, value: lowerAscii(test.matcher.value), ignoreCase: false }
  return { kind: 'string', matcher }
}
