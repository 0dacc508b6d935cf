import type { RequestView } from './request-view.ts'

/** What there is to see of a connection whose bytes nobody reads: who it is with, and no request. */
export const noRequest: RequestView = {
  method: '',
  path: '',
  query: '',
  authority: '',
  authorityPort: 0,
  scheme: '',
  header: () => undefined,
  headerValues: () => [],
}
