import type { Finding } from '@heddle/shared/api/problem'
import type { PolicyObject } from '@heddle/shared/model/any-object'
import type { Catalog } from '../catalog/catalog.ts'
import { checkAuthorization } from './check-authorization.ts'
import { checkDestinationRules } from './check-destination-rules.ts'
import { checkDuplicates } from './check-duplicates.ts'
import { checkFaults } from './check-faults.ts'
import { checkHostnames } from './check-hostnames.ts'
import { checkRateLimits } from './check-rate-limits.ts'
import { checkRedirects } from './check-redirects.ts'
import { checkRegexes } from './check-regexes.ts'
import { checkRouteConflicts } from './check-route-conflicts.ts'
import { checkRouteReferences } from './check-route-references.ts'
import { checkRouteRules } from './check-route-rules.ts'
import { type ValidationContext, validationContext } from './validation-context.ts'

/** One concern over the whole configuration. */
export type Check = (context: ValidationContext) => Iterable<Finding>

const checks: readonly Check[] = [
  // First, because the other checks take every reference to mean one object.
  checkDuplicates,
  checkRouteReferences,
  checkHostnames,
  checkRouteConflicts,
  checkRouteRules,
  checkRedirects,
  checkRegexes,
  checkDestinationRules,
  checkFaults,
  checkRateLimits,
  checkAuthorization,
]

/**
 * What is wrong with a configuration as a whole: references, conflicts, rules that do not do what they say.
 * Pure. Each object has been parsed already; what one object shows alone is the model's matter.
 */
export function validateConfig(policies: readonly PolicyObject[], catalog: Catalog, now: number): Finding[] {
  const context = validationContext(policies, catalog, now)
  const findings = checks.flatMap((check) => [...check(context)])
  // Errors first, then by object and place: the order in which people work them off.
  return findings.sort(
    (a, b) =>
      Number(a.severity === 'warning') - Number(b.severity === 'warning') ||
      compare(a.object ?? '', b.object ?? '') ||
      compare(a.path, b.path) ||
      compare(a.code, b.code),
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
