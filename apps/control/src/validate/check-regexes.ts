import { compileLinearRegex } from '@heddle/engine/match/linear-regex'
import type { Finding } from '@heddle/shared/api/problem'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { PolicyObject } from '@heddle/shared/model/any-object'
import type { FieldPath } from '@heddle/shared/model/field-path'
import type { HttpMatch } from '@heddle/shared/model/http-match'
import { finding } from './finding.ts'
import type { ValidationContext } from './validation-context.ts'

/** Most regular expressions of one revision; each costs every proxy memory and time. */
const regexesMax = 100

/** Compiles every regular expression with the engine that will match it. */
export function* checkRegexes(context: ValidationContext): Iterable<Finding> {
  let count = 0
  for (const { policy, path, pattern } of patternsOf(context)) {
    count++
    const problem = compileProblem(pattern)
    if (problem !== undefined) {
      yield finding('HED-110', policy, path, {
        message: `the regular expression cannot be compiled: ${problem}`,
        why: 'Proxies would refuse all routes for it.',
        fix: 'Write it in RE2 syntax: https://github.com/google/re2/wiki/Syntax',
      })
    }
    if (count === regexesMax + 1) {
      yield finding('HED-413', policy, path, {
        message: `there are more than ${regexesMax} regular expressions in the mesh`,
        why: 'Each is tried by every proxy for many requests.',
        fix: 'Match a prefix or an exact path instead.',
      })
    }
  }
}

type Pattern = { readonly policy: PolicyObject; readonly path: FieldPath; readonly pattern: string }

function* patternsOf(context: ValidationContext): Iterable<Pattern> {
  for (const policy of context.ofKind('HTTPRoute')) {
    for (const [ruleIndex, rule] of policy.spec.rules.entries()) {
      yield* patternsOfMatches(policy, rule.matches ?? [], ['spec', 'rules', ruleIndex, 'matches'])
    }
  }
  for (const policy of context.ofKind('FaultInjection')) {
    yield* patternsOfMatches(policy, policy.spec.match ?? [], ['spec', 'match'])
  }
  for (const policy of context.ofKind('RateLimit')) {
    yield* patternsOfMatches(policy, policy.spec.match ?? [], ['spec', 'match'])
  }
}

function* patternsOfMatches(policy: PolicyObject, matches: readonly HttpMatch[], base: FieldPath): Iterable<Pattern> {
  for (const [index, { path, headers, queryParams }] of matches.entries()) {
    if (path?.type === 'RegularExpression') {
      yield { policy, path: [...base, index, 'path', 'value'], pattern: path.value ?? '/' }
    }
    for (const [field, list] of [
      ['headers', headers],
      ['queryParams', queryParams],
    ] as const) {
      for (const [position, { type, value }] of (list ?? []).entries()) {
        if (type === 'RegularExpression') {
          yield { policy, path: [...base, index, field, position, 'value'], pattern: value }
        }
      }
    }
  }
}

function compileProblem(pattern: string): string | undefined {
  try {
    compileLinearRegex(pattern, '')
    return undefined
  } catch (error) {
    if (error instanceof ResourceRejected) return error.reason
    throw error
  }
}
