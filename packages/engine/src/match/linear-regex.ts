import { createRequire } from 'node:module'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { RE2JS } from 're2js'
import { wireBytes } from '../mutate/wire-text.ts'

/** Loaded with the first expression: its Unicode tables are ten megabytes that most proxies never need. */
let library: typeof import('re2js') | undefined

/** Longer expressions are refused (ISTIO-SECURITY-2026-006). */
export const REGEX_LENGTH_MAX = 1024

/** All counted repetitions of an expression together: checked before it is compiled, which takes time by itself. */
const REPETITIONS_MAX = 2000

/** Bounds the memory and the compile time of nested repetitions such as `((a{100}){100})`. */
const PROGRAM_SIZE_MAX = 10_000

/**
 * A regular expression that runs in time linear to the input (RE2 syntax and semantics, as Envoy's),
 * because one from a policy meets text from anyone. As in Envoy, it is one over bytes: "é" is two of them, and "." is one.
 */
export type LinearRegex = {
  readonly source: string
  readonly groupCount: number
  /** Whether the whole text matches. */
  matchesWhole(text: string): boolean
  /** Replaces every match; `substitution` is one of `compile-substitution.ts`. */
  replaceAll(text: string, substitution: string): string
}

export function compileLinearRegex(source: string, path: string): LinearRegex {
  if (source === '') throw new ResourceRejected(path, 'must not be empty')
  if (source.length > REGEX_LENGTH_MAX) {
    throw new ResourceRejected(path, `regular expression is longer than ${REGEX_LENGTH_MAX} characters`)
  }
  if (repetitions(source) > REPETITIONS_MAX) {
    throw new ResourceRejected(path, `regular expression repeats more than ${REPETITIONS_MAX} times in all`)
  }
  const compiled = compile(source, path)
  if (compiled.programSize() > PROGRAM_SIZE_MAX) {
    throw new ResourceRejected(path, `regular expression compiles to more than ${PROGRAM_SIZE_MAX} instructions`)
  }
  return {
    source,
    groupCount: compiled.groupCount(),
    matchesWhole: (text) => compiled.testExact(text),
    replaceAll: (text, substitution) => replaceAll(compiled, text, substitution),
  }
}

/** The sum of all {n}, {n,} and {n,m}; what only looks like one counts too. */
function repetitions(source: string): number {
  let sum = 0
  for (const [, least, most] of source.matchAll(/\{(\d{1,4})(?:,(\d{0,4}))?\}/g)) sum += Number(most || least)
  return sum
}

function compile(source: string, path: string): RE2JS {
  try {
    library ??= createRequire(import.meta.url)('re2js') as typeof import('re2js') // the package's own types
    return library.RE2JS.compile(wireBytes(source))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ResourceRejected(path, `invalid regular expression: ${reason}`)
  }
}

/** As `RE2::GlobalReplace`: an empty match where the last one ended is none, or ".*" would be replaced twice. */
function replaceAll(compiled: RE2JS, text: string, substitution: string): string {
  const matcher = compiled.matcher(text)
  let replaced = ''
  let end = 0
  for (let isFirst = true; matcher.find(); isFirst = false) {
    const [from, to] = [matcher.start(), matcher.end()]
    if (!isFirst && from === to && from === end) continue
    replaced += text.slice(end, from) + substitute(matcher, substitution)
    end = to
  }
  return replaced + text.slice(end)
}

/** RE2 writes groups as \1, the match as \0 and a backslash as \\. */
function substitute(matcher: ReturnType<RE2JS['matcher']>, substitution: string): string {
  if (!substitution.includes('\\')) return substitution
  return substitution.replace(/\\(\d)|\\\\/g, (_written, group: string | undefined) => {
    return group === undefined ? '\\' : (matcher.group(Number(group)) ?? '')
  })
}
