/** What follows the head of a request that is mirrored. Nothing that happens to a copy reaches the exchange. */
export type RequestCopy = {
  data(chunk: Buffer): void
  /** The request is whole: only now a copy with a body is sent. */
  end(): void
}
