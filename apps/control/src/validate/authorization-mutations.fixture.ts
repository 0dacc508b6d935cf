import type { Mutation } from './mutation.fixture.ts'

/** Changes of AuthorizationPolicies, one each. */
export const authorizationMutations: readonly Mutation[] = [
  ['labels that no workload has', 'app: payments }', 'app: paymnts }', 'HED-203', '/spec/selector/matchLabels'],
  [
    'a namespace without workloads',
    'metadata: { name: callers, namespace: shop }\nspec:\n  selector: { matchLabels: { app: payments } }',
    'metadata: { name: callers, namespace: empty }\nspec:',
    'HED-203',
    '/metadata/namespace',
  ],
  [
    'an unknown target service',
    'selector: { matchLabels: { app: payments } }',
    'targetRefs: [{ kind: Service, name: ghost }]',
    'HED-201',
    '/spec/targetRefs/0/name',
  ],
  [
    'a rule about methods for a TCP workload',
    'app: payments } }\n  rules: [{ from',
    'app: ledger } }\n  rules: [{ to: [{ operation: { methods: [GET] } }], from',
    'HED-604',
    '/spec/rules/0',
  ],
  [
    'a DENY rule about a header in a namespace with a TCP workload',
    'selector: { matchLabels: { app: payments } }\n  rules: [{ from',
    'action: DENY\n  rules: [{ when: [{ key: "request.headers[x-a]", values: [b] }], from',
    'HED-604',
    '/spec/rules/0',
  ],
  [
    'an unknown service account',
    'serviceAccounts: [shop/web]',
    'serviceAccounts: [shop/web, shop/wbe]',
    'HED-204',
    '/spec/rules/0/from/0/source/serviceAccounts/1',
  ],
  [
    'an unknown namespace',
    'serviceAccounts: [shop/web]',
    'namespaces: [shop, nowhere]',
    'HED-204',
    '/spec/rules/0/from/0/source/namespaces/1',
  ],
  [
    'an unknown principal',
    'serviceAccounts: [shop/web]',
    'principals: ["td/ns/shop/sa/web", "*/sa/web"]',
    'HED-204',
    '/spec/rules/0/from/0/source/principals/0',
  ],
  [
    'only callers that do not exist',
    'serviceAccounts: [shop/web]',
    'serviceAccounts: [shop/ghost]',
    'HED-602',
    '/spec/rules',
  ],
  ['no rules', 'rules: [{ from: [{ source: { serviceAccounts: [shop/web] } }] }]', '', 'HED-601', '/spec'],
  [
    'a DENY of everything',
    'rules: [{ from: [{ source: { serviceAccounts: [shop/web] } }] }]',
    'action: DENY\n  rules: [{}]',
    'HED-605',
    '/spec/rules/0',
  ],
  [
    'the whole mesh closed',
    /metadata: { name: callers, namespace: shop }\nspec:[\s\S]*$/,
    'metadata: { name: callers, namespace: heddle-system }\nspec: {}',
    'HED-603',
    '/spec',
  ],
  [
    'the whole mesh denied',
    /metadata: { name: callers, namespace: shop }\nspec:[\s\S]*$/,
    'metadata: { name: callers, namespace: heddle-system }\nspec: { action: DENY, rules: [{}] }',
    'HED-603',
    '/spec/rules/0',
  ],
]
