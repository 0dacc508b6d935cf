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
