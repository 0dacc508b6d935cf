import { expect, test } from 'vitest'
import { exampleRecord } from './request-record.fixture.ts'
import { RequestRecords } from './request-records.ts'

const rule = 'ns[shop]-policy[payments-callers]-rule[0]'

test('denied is what authorization refused, with or without a rule to name, and not what the application forbids', () => {
  const records = new RequestRecords()
  records.add(exampleRecord({ status: 403, path: '/none', details: 'rbac_access_denied_matched_policy[none]' }))
  records.add(
    exampleRecord({
      status: 403,
      path: '/rule',
      details: `rbac_access_denied_matched_policy[${rule}]`,
      matchedPolicy: rule,
    }),
  )
  records.add(exampleRecord({ status: 403, path: '/application', details: 'via_upstream', matchedPolicy: rule }))

  const found = records.find({ only: 'denied', limit: 10 })

  expect(found.map(({ path }) => path)).toEqual(['/rule', '/none'])
})

test('records are found by what acted on them and by the policy that decided', () => {
  const records = new RequestRecords()
  records.add(exampleRecord({ path: '/plain' }))
  records.add(exampleRecord({ path: '/rule', matchedPolicy: rule }))
  records.add(exampleRecord({ path: '/slow', flags: 'DI', matchedPolicy: 'FaultInjection/shop/slow' }))
  records.add(exampleRecord({ path: '/cut', flags: 'FI', matchedPolicy: 'FaultInjection/shop/cut' }))
  records.add(exampleRecord({ path: '/much', flags: 'RL', matchedPolicy: 'RateLimit/shop/few' }))
  const paths = (query: Partial<Parameters<RequestRecords['find']>[0]>) =>
    records.find({ only: 'all', limit: 10, ...query }).map(({ path }) => path)

  expect(paths({ only: 'injected' })).toEqual(['/cut', '/slow'])
  expect(paths({ only: 'limited' })).toEqual(['/much'])
  expect(paths({ policy: 'FaultInjection/shop/slow' })).toEqual(['/slow'])
  expect(paths({ policy: 'AuthorizationPolicy/shop/payments-callers' })).toEqual(['/rule'])
})

test('every hop of one request is found by the id that its caller has, or by its trace', () => {
  const records = new RequestRecords()
  records.add(exampleRecord({ path: '/other', headers: { 'x-request-id': 'two' }, traceId: 'bbbb' }))
  records.add(exampleRecord({ path: '/charge', headers: { 'x-request-id': 'one' }, traceId: 'aaaa' }))
  records.add(exampleRecord({ path: '/settle', headers: { 'x-request-id': 'one' }, traceId: 'aaaa' }))
  const paths = (id: string) => records.find({ only: 'all', limit: 10, id }).map(({ path }) => path)

  expect(paths('one').toSorted()).toEqual(['/charge', '/settle'])
  expect(paths('aaaa').toSorted()).toEqual(['/charge', '/settle'])
  expect(paths('on')).toEqual([])
})

test('records of a span of time are found, and those before the last one of an answer', () => {
  const records = new RequestRecords()
  const now = Date.parse('2026-01-01T12:00:00Z')
  for (let second = 0; second < 10; second++) {
    records.add(
      exampleRecord({ at: new Date(now + second * 1000).toISOString(), path: `/${second}` }),
      now + second * 1000,
    )
  }
  const paths = (query: Partial<Parameters<RequestRecords['find']>[0]>) =>
    records.find({ only: 'all', limit: 3, ...query }, now + 10_000).map(({ path }) => path)

  expect(paths({})).toEqual(['/9', '/8', '/7'])
  expect(paths({ until: '2026-01-01T12:00:07.000Z' })).toEqual(['/6', '/5', '/4'])
  expect(paths({ since: '2026-01-01T13:00:02+01:00', until: '2026-01-01T12:00:04Z' })).toEqual(['/3', '/2'])
})

test('a record of a clock that is behind hides none that came before it, and one of a clock that is ahead does not come first for ever', () => {
  const records = new RequestRecords()
  const now = Date.parse('2026-01-01T12:00:00Z')
  const at = (ms: number) => new Date(now + ms).toISOString()
  records.add(exampleRecord({ path: '/before', at: at(-2000) }), now)
  records.add(exampleRecord({ path: '/behind', at: at(-7_200_000) }), now)
  records.add(exampleRecord({ path: '/ahead', at: at(86_400_000) }), now)
  records.add(exampleRecord({ path: '/after', at: at(1000) }), now + 1000)

  const found = records.find({ only: 'all', limit: 10 }, now + 1000)

  expect(found.map(({ path }) => path)).toEqual(['/after', '/ahead', '/before'])
})

test('records with long texts take the place of the oldest', () => {
  const records = new RequestRecords()
  const headers = { 'user-agent': 'x'.repeat(1024 * 1024) }

  for (let index = 0; index < 200; index++) records.add(exampleRecord({ path: `/${index}`, headers }))
  const found = records.find({ only: 'all', limit: 500 })

  expect(found.length).toBeLessThan(65)
  expect(found.some(({ path }) => path === '/199')).toBe(true)
})
