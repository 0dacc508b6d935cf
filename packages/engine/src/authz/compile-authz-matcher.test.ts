import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { anyPack } from '@bufbuild/protobuf/wkt'
import { ActionSchema, RBAC_Action } from '@heddle/shared/xds/generated/envoy/config/rbac/v3/rbac_pb'
import { HttpRequestHeaderMatchInputSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/http_inputs_pb'
import {
  MatcherSchema,
  type Matcher_MatcherList_PredicateSchema as PredicateSchema,
} from '@heddle/shared/xds/generated/xds/type/matcher/v3/matcher_pb'
import { expect, test } from 'vitest'
import type { PeerView } from '../request/peer-view.ts'
import { requestWith } from '../request/request.fixture.ts'
import { evaluateAuthz } from './authz-policy-set.ts'
import { compileAuthzMatcher } from './compile-authz-matcher.ts'

type Predicate = MessageInitShape<typeof PredicateSchema>

test.each([
  ['a denial finds its line among others', 'DENY', is('eve'), ['alice', 'eve'], false],
  ['what is allowed is allowed alone', 'ALLOW', is('alice'), ['alice', 'eve'], false],
  ['what is denied but for one must be that one alone', 'DENY', not(is('alice')), ['alice', 'eve'], false],
  ['what is allowed but for one is not allowed with it', 'ALLOW', not(is('eve')), ['alice', 'eve'], false],
  ['one line is what it is', 'ALLOW', is('alice'), ['alice'], true],
  ['LOG lets through', 'LOG', is('alice'), ['alice'], true],
] as const)('%s', (_name, action, predicate, lines, allowed) => {
  const set = compileAuthzMatcher(matcherOf(RBAC_Action[action], predicate, action === 'DENY'), 'matcher')
  const request = {
    ...requestWith(),
    header: (name: string) => (name === 'x-user' ? lines.join() : undefined),
    headerValues: (name: string) => (name === 'x-user' ? lines : []),
  }

  expect(evaluateAuthz(set, request, peer).allowed).toBe(allowed)
})

function is(exact: string): Predicate {
  const input = anyPack(
    HttpRequestHeaderMatchInputSchema,
    create(HttpRequestHeaderMatchInputSchema, { headerName: 'x-user' }),
  )
  const single = {
    input: { name: 'x-user', typedConfig: input },
    matcher: { case: 'valueMatch', value: { matchPattern: { case: 'exact', value: exact } } },
  } as const
  return { matchType: { case: 'singlePredicate', value: single } }
}

function not(predicate: Predicate): Predicate {
  return { matchType: { case: 'notMatcher', value: predicate } }
}

function matcherOf(action: RBAC_Action, predicate: Predicate, allowsTheRest: boolean) {
  const rest = allowsTheRest ? { onNoMatch: does(RBAC_Action.ALLOW, 'rest') } : {}
  const matchers = [{ predicate, onMatch: does(action, 'one') }]
  return create(MatcherSchema, { matcherType: { case: 'matcherList', value: { matchers } }, ...rest })
}

function does(action: RBAC_Action, name: string) {
  const typedConfig = anyPack(ActionSchema, create(ActionSchema, { name, action }))
  return { onMatch: { case: 'action', value: { name, typedConfig } } } as const
}

const peer: PeerView = {
  address: '10.0.0.1',
  directAddress: '10.0.0.1',
  port: 1,
  remoteAddress: '10.0.0.1',
  principal: undefined,
  names: undefined,
  destinationAddress: '10.0.0.2',
  destinationPort: 2,
  sni: undefined,
}
