import type { EdgeEffect } from '@heddle/shared/api/simulate'
import type { PolicyObject } from '@heddle/shared/model/any-object'
import { isPolicy } from '@heddle/shared/model/any-object'
import { parseObject } from '@heddle/shared/model/parse-object'
import { expect, test } from 'vitest'
import type { ActivePolicy } from '../revisions/apply-edits.ts'
import { assessRisk } from './assess-risk.ts'

function policy(object: object): ActivePolicy {
  const parsed = parseObject(object)
  if (parsed.kind === 'invalid' || !isPolicy(parsed.object)) throw new Error(JSON.stringify(parsed))
  const read: PolicyObject = parsed.object
  return { key: `${read.kind}/${read.metadata.namespace}/${read.metadata.name}`, object: read, yaml: '' }
}

const authorization = (name: string, action: string, paths: readonly string[], more: object = {}) =>
  policy({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name, namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'payments' } },
      action,
      rules: paths.map((path) => ({ to: [{ operation: { paths: [path] } }] })),
      ...more,
    },
  })
const target = { group: '', kind: 'Service', name: 'payments' }
const fault = (percentage: number, more: object = {}) =>
  policy({
    apiVersion: 'heddle.dev/v1alpha1',
    kind: 'FaultInjection',
    metadata: { name: 'charge', namespace: 'shop' },
    spec: { targetRef: target, abort: { percentage, httpStatus: 503 }, duration: '10m', ...more },
  })
const route = (weight: number) =>
  policy({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'payments', namespace: 'shop' },
    spec: {
      parentRefs: [{ ...target, port: 8080 }],
      rules: [{ backendRefs: [{ name: 'payments', port: 8080, weight }] }],
    },
  })
const meshWide = policy({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'all', namespace: 'heddle-system' },
  spec: { action: 'DENY', rules: [{ to: [{ operation: { paths: ['/debug'] } }] }] },
})

const nothing = {
  newlyDenied: 0,
  newlyAllowed: 0,
  rerouted: 0,
  places: [],
  faulted: 0,
  newlyLimited: 0,
  noLongerLimited: 0,
  delayed: 0,
  newlyTimedOut: 0,
  otherwiseChanged: 0,
  cannotTell: 0,
}
const edge = (requests: number, counts: Partial<EdgeEffect> = {}): EdgeEffect => {
  const changed = Object.values(counts).reduce<number>((sum, count) => sum + Number(count), 0)
  return { source: 'a', target: 'b', requests, ...nothing, unchanged: requests - changed, samples: [], ...counts }
}

const one = [authorization('callers', 'ALLOW', ['/a'])]
const deny = [authorization('closed', 'DENY', ['/a', '/b'])]

const high: readonly (readonly [string, readonly ActivePolicy[], readonly ActivePolicy[]])[] = [
  ['a DENY that goes', deny, []],
  ['a DENY with one rule less', deny, [authorization('closed', 'DENY', ['/a'])]],
  ['a DENY that becomes an ALLOW', deny, [authorization('closed', 'ALLOW', ['/a', '/b'])]],
  [
    'a DENY that protects other workloads',
    deny,
    [authorization('closed', 'DENY', ['/a', '/b'], { selector: { matchLabels: { app: 'x' } } })],
  ],
  ['an ALLOW with one rule more', one, [authorization('callers', 'ALLOW', ['/a', '/b'])]],
  ['an ALLOW whose rule says something else', one, [authorization('callers', 'ALLOW', ['/b'])]],
  ['the last ALLOW that goes', one, []],
  ['an ALLOW that becomes a DENY', one, [authorization('callers', 'DENY', ['/a'])]],
  ['a second ALLOW beside one', one, [...one, authorization('more', 'ALLOW', ['/b'])]],
  ['a route that goes', [route(1)], []],
  ['a policy of the whole mesh', [], [meshWide]],
  ['a fault on most of a service', [], [fault(60)]],
]

test.each(high)('%s is a high risk, whether requests were recorded or not', (_what, before, after) => {
  expect(assessRisk(before, after, []).level).toBe('high')
  expect(assessRisk(before, after, [edge(1000)]).level).toBe('high')
})

const traffic: readonly (readonly [string, EdgeEffect, string])[] = [
  ['denies more than a tenth of the requests', edge(1000, { newlyDenied: 101 }), 'high'],
  ['denies and faults more than a tenth together', edge(1000, { newlyDenied: 60, faulted: 60 }), 'high'],
  ['allows one request that is denied', edge(1000, { newlyAllowed: 1 }), 'high'],
  ['treats more than half of the requests otherwise', edge(1000, { rerouted: 501 }), 'high'],
  ['faults three of a hundred', edge(1000, { faulted: 30 }), 'medium'],
  ['cannot be told for some', edge(1000, { cannotTell: 1 }), 'medium'],
  ['changes nothing', edge(1000), 'low'],
]

test.each(traffic)('a change that %s is judged by it', (_what, effect, level) => {
  const risk = assessRisk([], [fault(30, { match: [{ path: { type: 'Exact', value: '/charge' } }] })], [effect])

  expect(risk.level).toBe(level)
})

test.each([
  ['a first ALLOW, which closes', [], one],
  ['a new DENY', [], deny],
  ['a DENY with one rule more', [authorization('closed', 'DENY', ['/a'])], deny],
  ['an ALLOW with one rule less', [authorization('callers', 'ALLOW', ['/a', '/b'])], one],
  ['a split', [route(1)], [route(2)]],
  ['a fault of 30 % for everybody', [], [fault(30)]],
  ['a fault of 100 % on one path', [], [fault(100, { match: [{ path: { type: 'Exact', value: '/charge' } }] })]],
])('%s alone is a medium risk while nothing is known of its effect', (_what, before, after) => {
  expect(assessRisk(before, after, []).level).toBe('medium')
})
