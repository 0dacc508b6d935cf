import { createRequire } from 'node:module'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { RE2JS } from 're2js'

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
 * because one from a policy meets text from anyone.
 */
export type LinearRegex = {
  readonly source: string
  /** Whether the whole text matches. */
  matchesWhole(text: string): boolean
  /** Replaces every match; `substitution` names groups as \1 and the match as \0, in RE2's way. */
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
    matchesWhole: (text) => compiled.testExact(text),
    replaceAll: (text, substitution) => compiled.matcher(text).replaceAll(toReplacement(substitution)),
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
    return library.RE2JS.compile(source)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ResourceRejected(path, `invalid regular expression: ${reason}`)
  }
}

/** RE2 writes groups as \1 and a backslash as \\; the library writes them as $1 and takes "$" for itself. */
function toReplacement(substitution: string): string {
  return substitution.replace(/\\(\d)|\\\\|\$/g, (matched, group: string | undefined) => {
    if (group !== undefined) return group === '0' ? '$&' : `$${group}`
    return matched === '$' ? '$$' : '\\'
  })
}
