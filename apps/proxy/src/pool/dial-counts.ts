/** The connections to one endpoint, since it is there: how many were begun, and how many never came about. */
export type DialCounts = { total: number; failures: number }

export function newDialCounts(): DialCounts {
  return { total: 0, failures: 0 }
}
