/** Exit codes that scripts can trust; `heddle --help` lists them. */
export const exitCodes = {
  ok: 0,
  /** The command ran and the answer is no: a difference was found, a rollout failed. */
  negative: 1,
  /** The call itself is wrong: unknown option, unreadable file. */
  usage: 2,
  /** The control plane refused: validation, conflict, wrong state. */
  refused: 3,
  /** Not signed in, or not allowed. */
  forbidden: 4,
  notFound: 5,
  /** The control plane or its store cannot be reached. */
  unavailable: 6,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** What a person reads on one line, how to go on, and the code the process ends with. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  readonly hint: string | undefined
  readonly lines: readonly string[]

  constructor(
    exitCode: ExitCode,
    message: string,
    options: { hint?: string | undefined; lines?: readonly string[] } = {},
  ) {
    super(message)
    this.exitCode = exitCode
    this.hint = options.hint
    this.lines = options.lines ?? []
  }
}
