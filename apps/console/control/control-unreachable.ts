/** No answer, or one that the control plane did not write. */
export class ControlUnreachable extends Error {
  override readonly name = 'ControlUnreachable'
  readonly code = 'control_unreachable'

  constructor(cause: unknown) {
    super('the control plane does not answer', { cause })
  }
}
