/**
 * Every code that the model and the validation can report, with its meaning.
 *
 * A code never changes its meaning and is never used again, because people search for it and scripts branch on it.
 * `docs/problem-codes.md` shows this table with causes and fixes; a test compares the two.
 */
export const problemCodes = {
  // 1xx: one object, read alone
  'HED-101': 'Unknown field',
  'HED-102': 'Not supported yet',
  'HED-103': 'Wrong type',
  'HED-104': 'Missing field',
  'HED-105': 'Value not allowed',
  'HED-106': 'Outside the limits',
  'HED-107': 'Unknown kind or version',
  'HED-108': 'Bad name',
  'HED-109': 'Bad duration',
  'HED-110': 'Bad regular expression',
  'HED-111': 'Fields that do not go together',
  'HED-112': 'Field that is not written here',
  'HED-113': 'Duplicate entry',
  // 2xx: references
  'HED-201': 'Service not found',
  'HED-202': 'Port not found',
  'HED-203': 'Workload selection is empty',
  'HED-204': 'Source not found',
  'HED-205': 'Service without endpoints',
  'HED-206': 'Namespace not allowed',
  'HED-207': 'Port does not speak HTTP',
  // 3xx: objects that disagree
  'HED-301': 'Same match in two routes',
  'HED-302': 'Two rules for one host',
  'HED-303': 'Rule can never match',
  'HED-304': 'Host claimed twice',
  'HED-305': 'Overlapping faults',
  'HED-306': 'Same object twice',
  'HED-307': 'Hostname of another service',
  // 4xx: traffic
  'HED-401': 'All weights are zero',
  'HED-402': 'Rule without a destination',
  'HED-403': 'Attempt timeout above request timeout',
  'HED-404': 'Attempts do not fit the timeout',
  'HED-405': 'Header edited twice',
  'HED-406': 'Redirect loop',
  'HED-407': 'Route returns to its own service',
  'HED-408': 'Part of the traffic has no destination',
  'HED-409': 'Unmatched requests are answered 404',
  'HED-410': 'Ejection may empty the service',
  'HED-411': 'Timeout is off',
  'HED-412': 'Request mirrored to its own destination',
  'HED-413': 'Too many regular expressions',
  'HED-414': 'Retries may multiply load',
  // 5xx: faults
  'HED-501': 'Fault without an end',
  'HED-502': 'Fault already over',
  'HED-503': 'Fault hits every request',
  'HED-504': 'Fault lasts long',
  'HED-505': 'Delay above the request timeout',
  // 6xx: authorization
  'HED-601': 'Everything is denied',
  'HED-602': 'Nobody is allowed',
  'HED-603': 'The mesh would lock itself out',
  'HED-604': 'Rule is ignored on this port',
  'HED-605': 'DENY that matches everything',
  'HED-606': 'Path that cannot match',
} as const satisfies Record<`HED-${number}`, string>

export type ProblemCode = keyof typeof problemCodes
