import { ApiProblem } from './api-problem.ts'

/** Whether the control plane has said that there is no such thing. */
export function isMissing(error: Error | null): boolean {
  return error instanceof ApiProblem && error.status === 404
}

/** A `refetchInterval`: nothing is asked again and again about what is not there. */
export function pollWhileThere(everyMs: number) {
  return (query: { readonly state: { readonly error: Error | null } }): number | false =>
    isMissing(query.state.error) ? false : everyMs
}
