import type { MessageInitShape } from '@bufbuild/protobuf'
import type { HeaderMatcherSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import type { StringMatcherSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/string_pb'

/** A text with "*" at one end, as Envoy's matcher. Nothing is ever spliced into a regular expression. */
export function stringPattern(pattern: string, ignoreCase = false): MessageInitShape<typeof StringMatcherSchema> {
  if (pattern.endsWith('*')) return { matchPattern: { case: 'prefix', value: pattern.slice(0, -1) }, ignoreCase }
  if (pattern.startsWith('*')) return { matchPattern: { case: 'suffix', value: pattern.slice(1) }, ignoreCase }
  return { matchPattern: { case: 'exact', value: pattern }, ignoreCase }
}

/** The same for a header; "*" alone means that it is there. */
export function headerPattern(
  name: string,
  pattern: string,
  ignoreCase = false,
): MessageInitShape<typeof HeaderMatcherSchema> {
  if (pattern === '*') return { name, headerMatchSpecifier: { case: 'presentMatch', value: true } }
  return { name, headerMatchSpecifier: { case: 'stringMatch', value: stringPattern(pattern, ignoreCase) } }
}
