import { expect, test } from 'vitest'
import { effectiveConfig } from './effective-config.ts'
import { examplePolicies, exampleTime, meshConfig } from './example-mesh.fixture.ts'

const config = meshConfig(examplePolicies())

function effective(name: string, setting: string, namespace = 'shop', of = config) {
  const found = effectiveConfig(of, namespace, name).find((one) => one.setting === setting)
  return found && { value: found.value, origin: found.origin, revision: found.revision, path: found.path }
}

const meshDefault = { origin: 'mesh default', revision: undefined, path: undefined }

test('what no policy says is a mesh default', () => {
  expect(effective('web', 'port 8080 / request timeout')).toEqual({ value: '15s', ...meshDefault })
  expect(effective('web', 'port 8080 / retries')).toEqual({ value: '2', ...meshDefault })
  expect(effective('web', 'port 8080 / retry budget')).toEqual({
    value: '20 % of the requests in flight, at least 3',
    ...meshDefault,
  })
  expect(effective('web', 'access')).toEqual({ value: 'everyone may call', ...meshDefault })
})

test('what a policy says carries its object, its revision and the field', () => {
  expect(effective('payments', 'port 8080 / rule 1 of HTTPRoute payments / attempt timeout')).toEqual({
    value: '1s',
    origin: 'HTTPRoute/shop/payments',
    revision: 1,
    path: '/spec/rules/0/timeouts/backendRequest',
  })
  expect(effective('catalog', 'port 8080 / connect timeout')).toEqual({
    value: '500ms',
    origin: 'DestinationRule/shop/catalog',
    revision: 4,
    path: '/spec/trafficPolicy/connectionPool/tcp/connectTimeout',
  })
})

test('settings of a port replace those of the service as a whole', () => {
  expect(effective('catalog', 'port 9090 / load balancer')?.value).toBe('RANDOM')
  expect(effective('catalog', 'port 9090 / connect timeout')).toEqual({ value: '5s', ...meshDefault })
})

test('a split is told in percent, and a redirect has no timeouts', () => {
  const settings = effectiveConfig(config, 'shop', 'payments').map(({ setting }) => setting)

  expect(effective('payments', 'port 8080 / rule 5 of HTTPRoute payments / backends')?.value).toBe(
    'payments-v1:8080 80 %, payments-v2:8080 20 %',
  )
  expect(settings).not.toContain('port 8080 / rule 2 of HTTPRoute payments / request timeout')
})

test('a fault is told until it is over', () => {
  expect(effective('payments', 'fault')).toMatchObject({
    value: '12.5 % delayed by 1.5s, 30 % answered 503, until 2026-11-24T13:00:00.000Z',
    origin: 'FaultInjection/shop/slow-charges',
  })
  expect(effective('payments', 'fault', 'shop', { ...config, now: exampleTime + 3_600_000 })).toBeUndefined()
})

test('a TCP port has no routing, and an unknown service nothing', () => {
  const settings = effectiveConfig(config, 'shop', 'ledger').map(({ setting }) => setting)

  expect(settings).not.toContain('port 5432 / request timeout')
  expect(settings).toContain('port 5432 / connections per proxy')
  expect(effectiveConfig(config, 'shop', 'ghost')).toEqual([])
})
