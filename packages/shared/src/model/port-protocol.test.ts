import { expect, test } from 'vitest'
import { portProtocol } from './port-protocol.ts'

test.each([
  [{ name: 'http' }, 'http'],
  [{ name: 'grpc-orders' }, 'http2'],
  [{ name: 'tcp-ledger' }, 'tcp'],
  [{ name: 'web' }, 'http'],
  [{}, 'http'],
  [{ name: 'tcp', appProtocol: 'http' }, 'http'],
  [{ name: 'http', appProtocol: 'tcp' }, 'tcp'],
  [{ appProtocol: 'kubernetes.io/h2c' }, 'http2'],
] as const)('%j speaks %s', (port, protocol) => {
  expect(portProtocol(port)).toBe(protocol)
})
