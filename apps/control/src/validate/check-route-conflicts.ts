import type { Finding } from '@heddle/shared/api/problem'
import type { HttpMatch } from '@heddle/shared/model/http-match'
import type { HttpRoute } from '@heddle/shared/model/http-route'
import { serviceKey } from '../catalog/catalog-index.ts'
import { trimSlash } from '../snapshot/match-precedence.ts'
import { finding } from './finding.ts'
import type { ValidationContext } from './validation-context.ts'

type Place = {
  readonly route: HttpRoute
  readonly ruleIndex: number
  readonly matchIndex: number
  readonly match: HttpMatch
}

/**
 * Two matches that are equally specific would be decided by age and name, which nobody sees in either of them:
 * between two routes that is a conflict, inside one route the second is never reached.
 */
export function* checkRouteConflicts(context: ValidationContext): Iterable<Finding> {
  for (const [, places] of placesByScope(context.ofKind('HTTPRoute'))) {
    const first = new Map<string, Place>()
    const everything = places.find(({ match }) => matchesEveryPath(match))
    for (const place of places) {
      const key = keyOf(place.match)
      const earlier = first.get(key)
      if (!earlier) first.set(key, place)
      else if (earlier.route === place.route) yield unreachable(place, `rule ${earlier.ruleIndex + 1} matches the same`)
      else yield conflict(place, earlier)

      const isPrefix = (place.match.path?.type ?? 'PathPrefix') === 'PathPrefix'
      if (everything && isPrefix && !earlier) {
        yield unreachable(place, `the regular expression of rule ${everything.ruleIndex + 1} takes every path first`)
      }
    }
    yield* unmatched(places)
  }
}

/** Routes that compete: those for the same parent, port, host names and callers. */
function placesByScope(routes: readonly HttpRoute[]): Map<string, Place[]> {
  const scopes = new Map<string, Place[]>()
  for (const route of routes) {
    const { metadata, spec } = route
    for (const parent of spec.parentRefs) {
      const namespace = parent.namespace ?? metadata.namespace
      for (const hostname of spec.hostnames?.length ? spec.hostnames : ['']) {
        // A caller's own routes stand in place of the service's, so they do not compete with them.
        const callers = namespace === metadata.namespace ? '' : metadata.namespace
        const scope = [serviceKey(namespace, parent.name), parent.port ?? '', hostname, callers].join(' ')
        const places = scopes.get(scope) ?? []
        scopes.set(scope, places)
        for (const [ruleIndex, rule] of spec.rules.entries()) {
          const matches = rule.matches?.length ? rule.matches : [{}]
          places.push(...matches.map((match, matchIndex) => ({ route, ruleIndex, matchIndex, match })))
        }
      }
    }
  }
  return scopes
}

function conflict(place: Place, earlier: Place): Finding {
  return finding('HED-301', place.route, pathOf(place), {
    message: `rule ${earlier.ruleIndex + 1} of ${earlier.route.metadata.name} matches the same requests of the same Service`,
    why: 'The older route would win, which neither of them shows.',
    fix: 'Make one of the matches more specific, or join the routes.',
    related: [earlier.route],
  })
}

function unreachable(place: Place, reason: string): Finding {
  return finding('HED-303', place.route, pathOf(place), {
    message: `this match is never reached: ${reason}`,
    why: 'Its rule has no effect on these requests.',
    fix: 'Remove it, or make it more specific.',
  })
}

function* unmatched(places: readonly Place[]): Iterable<Finding> {
  const [first] = places
  if (!first || places.some(({ match }) => matchesEverything(match) || matchesEveryPath(match))) return
  yield finding('HED-409', first.route, ['spec', 'rules'], {
    message: 'no rule matches the other requests; they are answered 404',
    why: 'Once a Service has a route, only what its rules match goes through.',
    fix: 'Add a last rule without matches, if the others shall go on.',
  })
}

function pathOf({ route, ruleIndex, matchIndex }: Place): (string | number)[] {
  const isWritten = (route.spec.rules[ruleIndex]?.matches?.length ?? 0) > 0
  return isWritten ? ['spec', 'rules', ruleIndex, 'matches', matchIndex] : ['spec', 'rules', ruleIndex]
}

/** Equal for matches that take the same requests. */
function keyOf({ path, method, headers, queryParams }: HttpMatch): string {
  const type = path?.type ?? 'PathPrefix'
  const value = path?.value ?? '/'
  const sorted = (all: HttpMatch['headers'], toName: (name: string) => string) =>
    (all ?? []).map((one) => [toName(one.name), one.type ?? 'Exact', one.value].join('\n')).sort()
  return JSON.stringify([
    type,
    type === 'PathPrefix' ? trimSlash(value) : value,
    method ?? '',
    sorted(headers, (name) => name.toLowerCase()),
    sorted(queryParams, (name) => name),
  ])
}

function matchesEverything({ path, method, headers, queryParams }: HttpMatch): boolean {
  const isRoot = (path?.type ?? 'PathPrefix') === 'PathPrefix' && trimSlash(path?.value ?? '/') === ''
  return isRoot && method === undefined && !headers?.length && !queryParams?.length
}

function matchesEveryPath({ path, method, headers, queryParams }: HttpMatch): boolean {
  if (path?.type !== 'RegularExpression' || method !== undefined || headers?.length || queryParams?.length) return false
  return /^\^?\/?\.[*+]\$?$/.test(path.value ?? '')
}
