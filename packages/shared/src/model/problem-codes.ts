/**
 * Every code that the model and the validation report.
 *
 * A code never changes its meaning and is never used again, because people search for it and scripts branch on it.
 * An error keeps a change from being made; a warning is shown to its author and its approver.
 * `docs/problem-codes.md` shows this table with causes and fixes; a test compares the two.
 */
export const problemCodes = {
  // 0xx: the change itself
  'HED-001': { title: 'Edited twice', severity: 'error' },
  'HED-002': { title: 'Not readable as YAML', severity: 'error' },
  'HED-003': { title: 'Not a policy', severity: 'error' },
  'HED-004': { title: 'Nothing to delete', severity: 'error' },
  'HED-005': { title: 'Changed by both', severity: 'error' },
  'HED-006': { title: 'Edit without content', severity: 'error' },
  // 1xx: one object, read alone
  'HED-101': { title: 'Unknown field', severity: 'error' },
  'HED-102': { title: 'Not supported yet', severity: 'error' },
  'HED-103': { title: 'Wrong type', severity: 'error' },
  'HED-104': { title: 'Missing field', severity: 'error' },
  'HED-105': { title: 'Value not allowed', severity: 'error' },
  'HED-106': { title: 'Outside the limits', severity: 'error' },
  'HED-107': { title: 'Unknown kind or version', severity: 'error' },
  'HED-108': { title: 'Bad name', severity: 'error' },
  'HED-109': { title: 'Bad duration', severity: 'error' },
  'HED-110': { title: 'Bad regular expression', severity: 'error' },
  'HED-111': { title: 'Fields that do not go together', severity: 'error' },
  'HED-112': { title: 'Field that is not written here', severity: 'error' },
  'HED-113': { title: 'Duplicate entry', severity: 'error' },
  // 2xx: references
  'HED-201': { title: 'Service not found', severity: 'error' },
  'HED-202': { title: 'Port not found', severity: 'error' },
  'HED-203': { title: 'Selects no workload', severity: 'warning' },
  'HED-204': { title: 'Caller not found', severity: 'warning' },
  'HED-205': { title: 'Service without instances', severity: 'warning' },
  'HED-206': { title: 'Namespace not allowed', severity: 'error' },
  'HED-207': { title: 'Port does not speak HTTP', severity: 'error' },
  // 3xx: objects that disagree
  'HED-301': { title: 'Same match in two routes', severity: 'error' },
  'HED-302': { title: 'Two rules for one host', severity: 'error' },
  'HED-303': { title: 'Match that is never reached', severity: 'warning' },
  'HED-304': { title: 'Hostname claimed twice', severity: 'error' },
  'HED-305': { title: 'Overlapping faults', severity: 'warning' },
  'HED-306': { title: 'Same object twice', severity: 'error' },
  'HED-307': { title: 'Hostname of a service', severity: 'error' },
  // 4xx: traffic
  'HED-401': { title: 'All weights are zero', severity: 'error' },
  'HED-402': { title: 'Rule without a destination', severity: 'error' },
  'HED-403': { title: 'Attempt timeout above request timeout', severity: 'error' },
  'HED-404': { title: 'Attempts do not fit the timeout', severity: 'warning' },
  'HED-405': { title: 'Header edited twice', severity: 'error' },
  'HED-406': { title: 'Redirect loop', severity: 'error' },
  'HED-409': { title: 'Other requests are answered 404', severity: 'warning' },
  'HED-410': { title: 'Ejection may empty the service', severity: 'warning' },
  'HED-411': { title: 'Timeout is off', severity: 'warning' },
  'HED-412': { title: 'Mirrored to its own destination', severity: 'warning' },
  'HED-413': { title: 'Too many regular expressions', severity: 'error' },
  'HED-414': { title: 'Many retries', severity: 'warning' },
  // 5xx: faults
  'HED-501': { title: 'Fault without an end', severity: 'warning' },
  'HED-502': { title: 'Fault already over', severity: 'error' },
  'HED-503': { title: 'Fault hits every request', severity: 'warning' },
  'HED-504': { title: 'Fault lasts long', severity: 'warning' },
  'HED-505': { title: 'Delay above the request timeout', severity: 'warning' },
  // 6xx: authorization
  'HED-601': { title: 'Everything is denied', severity: 'warning' },
  'HED-602': { title: 'Nobody is allowed', severity: 'warning' },
  'HED-603': { title: 'The whole mesh would be closed', severity: 'error' },
  'HED-604': { title: 'HTTP rule on a TCP port', severity: 'warning' },
  'HED-605': { title: 'DENY that matches everything', severity: 'warning' },
  'HED-606': { title: 'Path that cannot match', severity: 'error' },
} as const satisfies Record<`HED-${number}`, { readonly title: string; readonly severity: 'error' | 'warning' }>

export type ProblemCode = keyof typeof problemCodes
