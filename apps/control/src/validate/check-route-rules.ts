import type { Finding } from '@heddle/shared/api/problem'
import { formatDuration } from '@heddle/shared/model/format-duration'
import type { HeaderEdits } from '@heddle/shared/model/header-edits'
import type { HttpRoute, HttpRouteRule } from '@heddle/shared/model/http-route'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { parseDuration } from '@heddle/shared/model/parse-duration'
import { serviceKey } from '../catalog/catalog-index.ts'
import { finding } from './finding.ts'
import type { ValidationContext } from './validation-context.ts'

/** More retries than this multiply a failure instead of hiding it. */
const attemptsSensibleMax = 5

/** Each rule does something sensible with the requests that it takes. */
export function* checkRouteRules(context: ValidationContext): Iterable<Finding> {
  for (const route of context.ofKind('HTTPRoute')) {
    for (const [index, rule] of route.spec.rules.entries()) {
      yield* checkDestination(route, rule, index)
      yield* checkTiming(route, rule, index)
      yield* checkHeaderEdits(route, rule, index)
      yield* checkMirrors(route, rule, index)
    }
  }
}

function* checkDestination(route: HttpRoute, rule: HttpRouteRule, index: number): Iterable<Finding> {
  const backends = rule.backendRefs ?? []
  if (rule.filters?.some(({ type }) => type === 'RequestRedirect')) return
  if (backends.length === 0) {
    yield finding('HED-402', route, ['spec', 'rules', index], {
      message: 'the rule has neither backends nor a redirect',
      why: 'Its requests would be answered 500.',
      fix: 'Add backendRefs.',
    })
  } else if (backends.every(({ weight }) => weight === 0)) {
    yield finding('HED-401', route, ['spec', 'rules', index, 'backendRefs'], {
      message: 'all weights are 0',
      why: 'No backend takes the requests; they would be answered 500, and proxies refuse such a route.',
      fix: 'Give one of the backends a weight above 0.',
    })
  }
}

function* checkTiming(route: HttpRoute, rule: HttpRouteRule, index: number): Iterable<Finding> {
  const { timeouts, retry } = rule
  const requestMs =
    timeouts?.request === undefined ? meshDefaults.requestTimeoutMs : (parseDuration(timeouts.request) ?? 0)
  const attemptMs = timeouts?.backendRequest === undefined ? 0 : (parseDuration(timeouts.backendRequest) ?? 0)
  const attempts = 1 + (retry?.attempts ?? meshDefaults.retry.attempts)
  const base = ['spec', 'rules', index]
  if (requestMs === 0) {
    yield finding('HED-411', route, [...base, 'timeouts', 'request'], {
      message: 'the request timeout is off',
      why: 'A backend that hangs holds its callers for ever.',
      fix: 'Write a long timeout instead of none, unless these are streams.',
    })
  } else if (attemptMs > requestMs) {
    // The model compares what is written; this is the comparison with the mesh default.
    yield finding('HED-403', route, [...base, 'timeouts', 'backendRequest'], {
      message: `${timeouts?.backendRequest} for one attempt is above the request timeout of ${formatDuration(requestMs)}`,
      why: 'The request is over before the first attempt is.',
      fix: 'Write timeouts.request as well.',
    })
  } else if (attemptMs > 0 && attempts > 1 && attempts * attemptMs > requestMs) {
    yield finding('HED-404', route, [...base, 'timeouts', 'request'], {
      message: `${attempts} attempts of ${formatDuration(attemptMs)} do not fit into ${formatDuration(requestMs)}`,
      why: 'The last attempts are cut off or never made.',
      fix: `Raise timeouts.request to ${formatDuration(attempts * attemptMs)}, or lower retry.attempts.`,
      value: formatDuration(attempts * attemptMs),
    })
  }
  if ((retry?.attempts ?? 0) > attemptsSensibleMax) {
    yield finding('HED-414', route, [...base, 'retry', 'attempts'], {
      message: `${retry?.attempts} retries`,
      why: 'When the backend is overloaded, each request becomes many; only the budget of 20 % holds them back.',
      fix: `At most ${attemptsSensibleMax} is sensible.`,
      value: attemptsSensibleMax,
    })
  }
}

function* checkHeaderEdits(route: HttpRoute, rule: HttpRouteRule, index: number): Iterable<Finding> {
  for (const [position, filter] of (rule.filters ?? []).entries()) {
    const field =
      filter.type === 'RequestHeaderModifier'
        ? 'requestHeaderModifier'
        : filter.type === 'ResponseHeaderModifier'
          ? 'responseHeaderModifier'
          : undefined
    if (field === undefined) continue
    const edits: HeaderEdits =
      filter.type === 'RequestHeaderModifier'
        ? filter.requestHeaderModifier
        : filter.type === 'ResponseHeaderModifier'
          ? filter.responseHeaderModifier
          : {}
    const seen = new Map<string, string>()
    for (const list of ['set', 'add', 'remove'] as const) {
      for (const [entryIndex, entry] of (edits[list] ?? []).entries()) {
        const name = (typeof entry === 'string' ? entry : entry.name).toLowerCase()
        const earlier = seen.get(name)
        // Several values may be added to one header.
        if (earlier !== undefined && !(list === 'add' && earlier === 'add')) {
          yield finding('HED-405', route, ['spec', 'rules', index, 'filters', position, field, list, entryIndex], {
            message: `header ${name} is edited twice: ${earlier} and ${list}`,
            why: 'Removals come first, then set, then add, whatever the order; that is seldom what was meant.',
            fix: 'Keep one of the edits.',
          })
        } else seen.set(name, list)
      }
    }
  }
}

function* checkMirrors(route: HttpRoute, rule: HttpRouteRule, index: number): Iterable<Finding> {
  const own = route.metadata.namespace
  const keyOf = (ref: { name: string; namespace?: string | undefined; port: number }) =>
    `${serviceKey(ref.namespace ?? own, ref.name)}:${ref.port}`
  const backends = new Set((rule.backendRefs ?? []).filter(({ weight }) => weight !== 0).map(keyOf))
  for (const [position, filter] of (rule.filters ?? []).entries()) {
    if (filter.type !== 'RequestMirror' || !backends.has(keyOf(filter.requestMirror.backendRef))) continue
    yield finding('HED-412', route, ['spec', 'rules', index, 'filters', position, 'requestMirror', 'backendRef'], {
      message: `requests are mirrored to ${filter.requestMirror.backendRef.name}, which already gets them`,
      why: 'It would do the same work twice, side effects included.',
      fix: 'Mirror to another Service.',
    })
  }
}
