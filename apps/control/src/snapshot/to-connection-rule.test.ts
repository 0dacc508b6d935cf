import type { AuthorizationRule } from '@heddle/shared/model/authorization-rule'
import { expect, test } from 'vitest'
import { toConnectionRule } from './to-connection-rule.ts'

const from: AuthorizationRule['from'] = [{ source: { serviceAccounts: ['shop/web'] } }]
const port: AuthorizationRule['to'] = [{ operation: { ports: ['5432'] } }]

test.each<[string, AuthorizationRule]>([
  ['everything', {}],
  ['callers', { from }],
  ['callers and ports', { from, to: port }],
  ['where a connection comes from', { when: [{ key: 'source.ip', values: ['10.0.0.0/8'] }] }],
])('a rule about %s says the same of connections', (_what, rule) => {
  expect(toConnectionRule(rule, 'ALLOW')).toEqual(rule)
  expect(toConnectionRule(rule, 'DENY')).toEqual(rule)
})

test.each<[string, AuthorizationRule, AuthorizationRule]>([
  ['methods', { from, to: [{ operation: { methods: ['GET'] } }] }, { from }],
  ['paths of one port', { from, to: [{ operation: { paths: ['/a'], ports: ['5432'] } }] }, { from, to: port }],
  // The other operation holds for every connection, whatever its port.
  ['hosts, or a port', { to: [...port, { operation: { hosts: ['a'] } }] }, {}],
  [
    'a header, from an address',
    {
      when: [
        { key: 'request.headers[x-team]', values: ['a'] },
        { key: 'source.ip', values: ['10.0.0.1'] },
      ],
    },
    { when: [{ key: 'source.ip', values: ['10.0.0.1'] }] },
  ],
])('of a rule about %s an ALLOW matches no connection, and a DENY keeps what a connection has', (_what, rule, kept) => {
  expect(toConnectionRule(rule, 'ALLOW')).toBeUndefined()
  expect(toConnectionRule(rule, 'DENY')).toEqual(kept)
})
