import { equalsIgnoreCase, lowerAscii } from '../match/ascii-case.ts'
import { matchesString, type StringMatcher } from '../match/string-matcher.ts'
import type { RuntimeFlag } from '../runtime/runtime-values.ts'
import { type Coding, type CompressionLibrary, statNames } from './compression-library.ts'

/** `envoy.filters.http.compressor`, compiled. */
export type CompressorPolicy = {
  readonly library: CompressionLibrary
  /** "text_optimized.gzip": where its statistics stand. */
  readonly statName: string
  /** Those of answers stand under a name of their own where the configuration has a part for them. */
  readonly hasResponseScope: boolean
  readonly request: CompressedDirection
  readonly response: CompressedDirection & {
    readonly leavesTagged: boolean
    readonly weakensTags: boolean
    readonly removesAcceptEncoding: boolean
    readonly statusesLeft: ReadonlySet<number>
  }
  /** Among codings that a client likes as much. */
  readonly choosesFirst: boolean
}

export type CompressedDirection = {
  readonly enabled: RuntimeFlag
  /** Bodies that are shorter are not worth it. */
  readonly bytesMin: number
  readonly types: ContentTypes
}

/** Which media types are compressed: a set of names in lower case, or matchers. */
export type ContentTypes = { readonly names: ReadonlySet<string>; readonly matchers: readonly StringMatcher[] }

/** What a route says instead. */
export type CompressorOverride = {
  /** Undefined: as the filter says. */
  readonly compressesAnswers: boolean | undefined
  readonly removesAcceptEncoding: boolean | undefined
}

export function statNameOf(library: string, coding: Coding): string {
  return `${library}.${statNames[coding]}`
}

/** A message that says nothing of its type may have any. */
export function isTypeCompressed({ names, matchers }: ContentTypes, contentType: string | undefined): boolean {
  if (contentType === undefined) return true
  const type = mediaTypeOf(contentType)
  if (matchers.length > 0) return matchers.some((matcher) => matchesString(matcher, type))
  return names.has(lowerAscii(type))
}

export function mediaTypeOf(contentType: string): string {
  const end = contentType.indexOf(';')
  return (end < 0 ? contentType : contentType.slice(0, end)).trim()
}

/** Whoever sent it wants nobody to write it another way (RFC 9111 §5.2.2.6). */
export function forbidsTransform(cacheControl: string | undefined): boolean {
  if (cacheControl === undefined) return false
  return cacheControl.split(',').some((each) => equalsIgnoreCase(each.trim(), 'no-transform'))
}

/** The tag of a body that is written another way: a strong one is no longer true (RFC 9110 §8.8.1). */
export function tagOfCompressed(tag: string, weakens: boolean): string | undefined {
  if (/^w\//i.test(tag)) return tag
  return weakens ? `W/${tag}` : undefined
}

/** `vary` with what the coding depends on (RFC 9110 §12.5.5), in Envoy's spelling. */
export function varyWithEncoding(vary: string | undefined): string {
  if (vary === undefined) return 'Accept-Encoding'
  const isNamed = vary.split(',').some((each) => each.trim() === 'Accept-Encoding')
  return isNamed ? vary : `${vary}, Accept-Encoding`
}
