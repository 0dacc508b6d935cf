import { wireBytes } from '../mutate/wire-text.ts'
import type { MetadataView } from '../request/metadata-view.ts'
import { matchesString, type StringMatcher } from './string-matcher.ts'

/** `envoy.type.matcher.v3.MetadataMatcher`, compiled. */
export type MetadataMatcher = {
  readonly namespace: string
  readonly path: readonly string[]
  readonly value: ValueMatcher
  readonly isInverted: boolean
}

/** `envoy.type.matcher.v3.ValueMatcher`, compiled. A value that is not there is undefined. */
export type ValueMatcher =
  | { readonly kind: 'null' }
  | { readonly kind: 'number'; readonly from: number; readonly before: number }
  | { readonly kind: 'exact-number'; readonly number: number }
  | { readonly kind: 'string'; readonly matcher: StringMatcher }
  | { readonly kind: 'bool'; readonly expected: boolean }
  /** `present_match: false` matches nothing, as in Envoy. */
  | { readonly kind: 'present'; readonly expected: boolean }
  | { readonly kind: 'list'; readonly oneOf: ValueMatcher }
  | { readonly kind: 'or'; readonly any: readonly ValueMatcher[] }

export function matchesMetadata(
  { namespace, path, value, isInverted }: MetadataMatcher,
  metadata: MetadataView,
): boolean {
  return matchesValue(value, metadataValue(metadata, namespace, path)) !== isInverted
}

/** Undefined where there is none. */
export function metadataValue(metadata: MetadataView, namespace: string, path: readonly string[]): unknown {
  let value = own(metadata, namespace)
  for (const key of path) value = own(value, key)
  return value
}

function own(value: unknown, key: string): unknown {
  const isStruct = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isStruct && Object.hasOwn(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined // a struct
}

export function matchesValue(matcher: ValueMatcher, value: unknown): boolean {
  switch (matcher.kind) {
    case 'null':
      return value === null
    case 'number':
      return typeof value === 'number' && value >= matcher.from && value < matcher.before
    case 'exact-number':
      return value === matcher.number
    case 'string':
      return typeof value === 'string' && matchesString(matcher.matcher, wireBytes(value))
    case 'bool':
      return value === matcher.expected
    case 'present':
      return matcher.expected && value !== undefined
    case 'list':
      return Array.isArray(value) && value.some((each) => matchesValue(matcher.oneOf, each))
    case 'or':
      return matcher.any.some((each) => matchesValue(each, value))
  }
}
