import { expect, test } from 'vitest'
import { transportFailure } from './transport-failure.ts'

test('what the system says is told from what TLS says', () => {
  const told = ['', 'ECONNREFUSED', 'ENOENT', 'EPROTO', 'CERT_HAS_EXPIRED'].map(transportFailure)

  expect(told).toEqual([
    '',
    'delayed connect error: Connection refused',
    'delayed connect error: ENOENT',
    'TLS_error:|EPROTO:TLS_error_end',
    'TLS_error:|CERT_HAS_EXPIRED:TLS_error_end',
  ])
})
