import { create, toBinary } from '@bufbuild/protobuf'
import { InternalRedirectPolicySchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { RouterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/router/v3/router_pb'
import { expect, test } from 'vitest'
import { compileInternalRedirect } from './compile-internal-redirect.ts'
import { acceptsRedirect, type RedirectTrail } from './internal-redirect.ts'

test('without a word one redirect of 302 is followed', () => {
  const policy = compileInternalRedirect(create(InternalRedirectPolicySchema, {}), 'policy')

  expect(policy).toEqual({
    redirectsMax: 1,
    statuses: new Set([302]),
    predicates: [],
    allowsCrossScheme: false,
    copiedHeaders: [],
  })
})

test('statuses that are no redirect of this kind do nothing', () => {
  const message = create(InternalRedirectPolicySchema, { redirectResponseCodes: [303, 304, 200] })

  expect([...compileInternalRedirect(message, 'policy').statuses]).toEqual([303])
})

test.each([
  ['policy.response_headers_to_copy[0]', { responseHeadersToCopy: [':path'] }],
  ['policy.response_headers_to_copy[1]', { responseHeadersToCopy: ['x-a', 'Host'] }],
  ['policy.response_headers_to_copy[0]', { responseHeadersToCopy: ['a b'] }],
  ['policy.response_headers_to_copy', { responseHeadersToCopy: ['x-a', 'x-a'] }],
  ['policy.redirect_response_codes', { redirectResponseCodes: [301, 302, 303, 307, 308, 302] }],
  ['policy.predicates[0].typed_config', { predicates: [{ name: 'p' }] }],
  [
    'policy.predicates[0].typed_config',
    {
      predicates: [
        {
          name: 'p',
          typedConfig: {
            typeUrl: `type.googleapis.com/${RouterSchema.typeName}`,
            value: toBinary(RouterSchema, create(RouterSchema)),
          },
        },
      ],
    },
  ],
])('what makes no sense is refused at %s', (path, fields) => {
  expect(() => compileInternalRedirect(create(InternalRedirectPolicySchema, fields), 'policy')).toThrow(path)
})

test('a route is left for another only once, whoever led to it before', () => {
  const trail: RedirectTrail = { count: 0, visited: new Map(), beganBeforeMs: 0, requestMs: 0, bytesBefore: 0 }
  const goes = (fromRoute: string, toRoute: string) =>
    acceptsRedirect([{ kind: 'previous-routes' }], { fromRoute, toRoute, wasHttp: true, isHttp: true }, trail)

  expect([goes('a', 'b'), goes('b', 'a'), goes('a', 'c'), goes('a', 'b')]).toEqual([true, true, true, false])
})
