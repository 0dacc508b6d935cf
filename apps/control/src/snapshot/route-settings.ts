import type { HttpRoute } from '@heddle/shared/model/http-route'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { refOf } from '@heddle/shared/model/object-ref'
import { parseDuration } from '@heddle/shared/model/parse-duration'
import type { PolicyVersion } from './mesh-config.ts'
import { meshDefault, type Sourced } from './origin.ts'

/** Time and retries of the requests that one rule routes; every value with its origin. */
export type RouteSettings = {
  /** 0: no limit. */
  readonly requestTimeoutMs: Sourced<number>
  readonly attemptTimeoutMs: Sourced<number | undefined>
  /** Further attempts after the first; 0: none. */
  readonly retryAttempts: Sourced<number>
  readonly retryOn: Sourced<readonly string[]>
  readonly retryCodes: Sourced<readonly number[]>
  readonly backoffBaseMs: Sourced<number>
}

export type RuleRef = { readonly policy: PolicyVersion<HttpRoute>; readonly ruleIndex: number }

/** Joins a rule, if there is one, with the mesh defaults. */
export function routeSettings(ref: RuleRef | undefined): RouteSettings {
  const rule = ref?.policy.object.spec.rules[ref.ruleIndex]
  function sourced<Value>(found: Value | undefined, field: string, fallback: Value): Sourced<Value> {
    if (found === undefined || ref === undefined) return { value: fallback, origin: meshDefault }
    const path = `/spec/rules/${ref.ruleIndex}/${field}`
    const { object, revision } = ref.policy
    return { value: found, origin: { kind: 'policy', object: refOf(object), revision, path } }
  }
  const ms = (text: string | undefined) => (text === undefined ? undefined : parseDuration(text))
  const { timeouts, retry } = rule ?? {}
  // Naming statuses asks for more than the default set; losing the connection is then worth another try as well.
  const on = retry?.codes === undefined ? undefined : [...meshDefaults.retry.on, 'reset', 'retriable-status-codes']
  return {
    requestTimeoutMs: sourced(ms(timeouts?.request), 'timeouts/request', meshDefaults.requestTimeoutMs),
    // 0s is "no limit", which is what leaving it out means.
    attemptTimeoutMs: sourced<number | undefined>(
      ms(timeouts?.backendRequest) || undefined,
      'timeouts/backendRequest',
      undefined,
    ),
    retryAttempts: sourced(retry?.attempts, 'retry/attempts', meshDefaults.retry.attempts),
    retryOn: sourced<readonly string[]>(on, 'retry/codes', meshDefaults.retry.on),
    retryCodes: sourced<readonly number[]>(retry?.codes, 'retry/codes', []),
    backoffBaseMs: sourced(ms(retry?.backoff) || undefined, 'retry/backoff', meshDefaults.retry.backoffBaseMs),
  }
}
