/** The control plane answered in a shape that this console does not know: one of the two is newer. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer'
  readonly code = 'unexpected_answer'

  constructor(path: string, cause: unknown) {
    super(`the answer to ${path} has another shape than this console expects; reload the page`, { cause })
  }
}
