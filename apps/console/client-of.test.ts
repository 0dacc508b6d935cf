import { expect, test } from 'vitest'
import { clientOf } from './client-of.ts'

test.each([
  ['without a proxy, what the client says', 0, '10.0.0.9', '192.0.2.1'],
  ['behind one, all but its own entry', 1, '10.0.0.9, 198.51.100.7', '198.51.100.7'],
  ['behind two, all but those of both', 2, '10.0.0.9, 198.51.100.7, 192.0.2.2', '198.51.100.7'],
  ['behind one that says nothing', 1, undefined, '192.0.2.1'],
  ['behind one that names nobody', 1, 'unknown', '192.0.2.1'],
  ['behind more than there are entries', 3, '10.0.0.9', '192.0.2.1'],
])('%s is not believed', (_what, hops, forwardedFor, client) => {
  expect(clientOf('192.0.2.1', forwardedFor, hops)).toBe(client)
})
