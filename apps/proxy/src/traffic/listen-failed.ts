/** A listener's address cannot be had. */
export class ListenFailed extends Error {
  override readonly name = 'ListenFailed'
  readonly code = 'listen_failed'
  readonly listener: string

  constructor(listener: string, cause: unknown) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    super(`listener ${listener}: cannot listen: ${reason}`, { cause })
    this.listener = listener
  }
}
