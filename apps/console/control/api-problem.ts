import type { Finding, Problem } from '@heddle/shared/api/problem'

/** The control plane refused; `code` is stable, the rest is for people. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly code: string
  readonly title: string
  readonly hint: string | undefined
  readonly path: string | undefined
  readonly requestId: string | undefined
  readonly findings: readonly Finding[]

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.status = problem.status
    this.code = problem.code
    this.title = problem.title
    this.hint = problem.hint
    this.path = problem.path
    this.requestId = problem.requestId
    this.findings = problem.problems ?? []
  }
}
